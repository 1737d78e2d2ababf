/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline.h"

#include <errno.h>

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
	*m = (struct moment){ .cur = frame_new(),
			      .facts = facts_new(),
			      .spare = { frame_new(), frame_new() } };
}

void moment_done(struct moment *m)
{
	frame_free(m->prev);
	frame_free(m->cur);
	for (int i = 0; i < 2; i++)
		frame_free(m->spare[i]);
	facts_free(m->facts);
	*m = (struct moment){ 0 };
}

/* Of the three frames, spare are those that are neither prev nor cur. */
static void spare_put(struct moment *m, struct frame *f)
{
	m->spare[m->spare[0] ? 1 : 0] = f;
}

static struct frame *spare_take(struct moment *m)
{
	int i = m->spare[1] ? 1 : 0;
	struct frame *f = m->spare[i];

	m->spare[i] = NULL;
	return f ? f : frame_new();
}

/* The facts are those of the frame before: cur carries what is new in them, where it follows. */
static int facts_follow(struct moment *m, struct timeline *t)
{
	if (!m->cur->gap) {
		facts_apply(m->facts, m->cur);
		return 0;
	}
	if (m->prev)
		spare_put(m, m->prev);
	m->prev = NULL;
	return t->load(t, m->id, m->cur, m->facts);
}

static int step(struct moment *m, struct timeline *t)
{
	struct frame *next = spare_take(m);
	int r = t->load(t, m->id + 1, next, NULL);

	if (r) {
		spare_put(m, next);
		return r;
	}
	if (m->prev)
		spare_put(m, m->prev);
	m->prev = m->cur;
	m->cur = next;
	m->id++;
	facts_expire(m->facts);
	return facts_follow(m, t);
}

static int jump(struct moment *m, struct timeline *t, uint64_t id)
{
	int r;

	if (m->prev)
		spare_put(m, m->prev);
	m->prev = NULL;
	m->id = id;
	if (id == t->begin)
		return t->load(t, id, m->cur, m->facts);
	m->prev = spare_take(m);
	r = t->load(t, id - 1, m->prev, m->facts);
	if (r) {
		/* the one before is damaged, which this one may survive */
		spare_put(m, m->prev);
		m->prev = NULL;
		return t->load(t, id, m->cur, m->facts);
	}
	r = t->load(t, id, m->cur, NULL);
	return r ? r : facts_follow(m, t);
}

int moment_goto(struct moment *m, struct timeline *t, uint64_t id)
{
	int r;

	if (id < t->begin || id >= t->end)
		return -ENOENT;
	if (m->set && id == m->id)
		return 0;
	r = m->set && id == m->id + 1 ? step(m, t) : jump(m, t, id);
	m->set = !r;
	return r;
}

void moment_copy(struct moment *m, const struct frame *prev, const struct frame *cur,
		 const struct facts *facts, uint64_t id)
{
	struct frame *all = frame_new();

	facts_dump(facts, all);
	facts_reset(m->facts);
	facts_apply(m->facts, all);
	frame_free(all);
	if (!m->prev)
		m->prev = spare_take(m);
	frame_copy(m->prev, prev);
	frame_copy(m->cur, cur);
	m->id = id;
	m->set = true;
}
