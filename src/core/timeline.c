/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline.h"

#include <errno.h>

#include "walk.h"

uint64_t timeline_find(const struct timeline *t, uint64_t wall_ns)
{
	uint64_t low = t->begin, high = t->end;

	/* the first that is later is in low..high; a clock that was set back finds one of the two */
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (t->wall_ns(t, middle) <= wall_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low > t->begin ? low - 1 : t->begin;
}

uint64_t timeline_at(const struct timeline *t, uint64_t id, uint64_t mono_ns)
{
	for (uint64_t i = id < t->begin ? t->begin : id; i < t->end; i++)
		if (t->mono_ns(t, i) == mono_ns)
			return i;
	return id;
}

void moment_init(struct moment *m)
{
	*m = (struct moment){ .cur = frame_new(), .facts = facts_new(), .walk = walk_new() };
}

void moment_done(struct moment *m)
{
	frame_free(m->prev);
	frame_free(m->cur);
	facts_free(m->facts);
	walk_free(m->walk);
	*m = (struct moment){ 0 };
}

int moment_begin(struct moment *m, struct timeline *t, uint64_t id)
{
	m->goal = id;
	if (m->set && id == m->id && id >= t->begin) {
		walk_stop(m->walk);
		return 0;
	}
	return walk_begin(m->walk, t, id, m->set && id == m->id + 1 ? m->cur : NULL);
}

int moment_step(struct moment *m, size_t records)
{
	int r;

	if (m->set && m->goal == m->id)
		return 0;
	r = walk_step(m->walk, records);
	if (r)
		return r;
	m->id = walk_take(m->walk, &m->prev, &m->cur, &m->facts);
	m->set = true;
	return 0;
}

void moment_rest(struct moment *m)
{
	walk_rest(m->walk);
}

int moment_goto(struct moment *m, struct timeline *t, uint64_t id)
{
	int r = moment_begin(m, t, id);

	return r ? r : moment_step(m, SIZE_MAX);
}

void moment_copy(struct moment *m, struct frame *prev, struct frame *cur, const struct facts *facts,
		 uint64_t id)
{
	walk_stop(m->walk);
	facts_copy(m->facts, facts);
	frame_free(m->prev);
	frame_free(m->cur);
	m->prev = prev ? frame_share(prev) : NULL;
	m->cur = frame_share(cur);
	m->id = m->goal = id;
	m->set = true;
}
