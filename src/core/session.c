/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source.h"

#include <errno.h>
#include <string.h>

#include "history.h"

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
	*s = (struct session){ 0 };
}

/* Three frames go round: prev and cur stay readable while the next one is filled. */
int session_step(struct session *s)
{
	struct frame *next = s->spare[0];
	int r;

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

int session_seek(struct session *s, uint64_t id)
{
	struct moment m;
	int r;

	if (!s->source->seek)
		return -ENOTSUP;
	moment_init(&m);
	r = moment_goto(&m, s->timeline, id);
	if (!r)
		r = s->source->seek(s->source, id + 1);
	if (!r) {
		struct session old = *s;

		s->prev = m.prev;
		s->cur = m.cur;
		s->facts = m.facts;
		m.prev = old.prev;
		m.cur = old.cur;
		m.facts = old.facts;
	}
	moment_done(&m);
	return r;
}
