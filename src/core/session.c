/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source.h"

#include "facts.h"

void session_init(struct session *s, struct source *source)
{
	*s = (struct session){
		.source = source,
		.facts = facts_new(),
		.spare = { frame_new(), frame_new() },
	};
}

void session_done(struct session *s)
{
	if (s->source)
		s->source->close(s->source);
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
	s->cur = next;
	s->steps++;
	return 0;
}
