/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source.h"

#include <errno.h>
#include <string.h>

#include "history.h"
#include "timeline.h"
#include "walk.h"

const char *source_error(const struct source *s, int r)
{
	const char *why = s->why ? s->why(s) : "";

	return *why ? why : strerror(-r);
}

const char *source_note(const struct source *s)
{
	return s->note ? s->note(s) : "";
}

void session_init(struct session *s, struct source *source)
{
	*s = (struct session){
		.source = source,
		.timeline = source->timeline,
		.facts = facts_new(),
		.spare = { frame_new(), frame_new() },
		.walk = walk_new(),
	};
}

void session_done(struct session *s)
{
	if (s->source)
		s->source->close(s->source);
	history_free(s->history);
	facts_free(s->facts);
	frame_free(s->prev);
	frame_free(s->cur);
	for (int i = 0; i < 2; i++)
		frame_free(s->spare[i]);
	walk_free(s->walk);
	*s = (struct session){ 0 };
}

/* Three frames go round: prev and cur stay readable while the next one is filled. */
int session_step(struct session *s)
{
	struct frame *next = s->spare[0] = frame_own(s->spare[0]);
	int r;

	walk_stop(s->walk);
	frame_reset(next);
	r = s->source->read(s->source, next);
	if (r)
		return r;
	frame_index(next);
	/* the queries over the last frame are done: what they looked up is marked as in use, and
	 * nothing points into the facts any more */
	facts_expire(s->facts);
	facts_apply(s->facts, next);
	s->spare[0] = s->spare[1] ? s->spare[1] : s->prev;
	s->spare[1] = NULL;
	if (!s->spare[0])
		s->spare[0] = frame_new();
	s->prev = s->cur;
	if (next->gap && s->prev) {
		s->spare[1] = s->prev;
		s->prev = NULL;
	}
	s->cur = next;
	s->steps++;
	if (s->history)
		history_add(s->history, s->prev, s->cur, s->facts);
	return 0;
}

void session_keep(struct session *s, size_t max_bytes, uint64_t max_age_ns)
{
	if (!s->source->live || s->history)
		return;
	s->history = history_new(max_bytes, max_age_ns);
	s->timeline = history_timeline(s->history);
}

/* Whether frame id is what the session has: a clock may have been set back, or begin anew. */
static bool is_current(const struct session *s, uint64_t id)
{
	const struct timeline *t = s->timeline;

	return s->cur && id >= t->begin && t->mono_ns(t, id) == s->cur->mono_ns &&
	       t->wall_ns(t, id) == s->cur->wall_ns;
}

int session_seek_begin(struct session *s, uint64_t id)
{
	if (!s->source->seek)
		return -ENOTSUP;
	return walk_begin(s->walk, s->timeline, id,
			  id && id < s->timeline->end && is_current(s, id - 1) ? s->cur : NULL);
}

int session_seek_step(struct session *s, size_t records)
{
	int r = walk_step(s->walk, records);
	uint64_t id;

	if (r)
		return r;
	id = walk_take(s->walk, &s->prev, &s->cur, &s->facts);
	return s->source->seek(s->source, id + 1, s->cur);
}

void session_rest(struct session *s)
{
	walk_rest(s->walk);
}

int session_seek(struct session *s, uint64_t id)
{
	int r = session_seek_begin(s, id);

	return r ? r : session_seek_step(s, SIZE_MAX);
}
