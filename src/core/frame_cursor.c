/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame_cursor.h"

void frame_cursor_init(struct frame_cursor *c)
{
	*c = (struct frame_cursor){
		.at = frame_new(),
		.spare = frame_new(),
	};
}

void frame_cursor_done(struct frame_cursor *c)
{
	frame_free(c->at);
	frame_free(c->spare);
	*c = (struct frame_cursor){ 0 };
}

void frame_cursor_follow(struct frame_cursor *c, struct frame *at, uint64_t id)
{
	frame_free(c->at);
	c->at = frame_share(at);
	c->id = id;
	c->set = true;
}

/* Decodes frame id, of which the one before is c->at unless it is a key frame. */
static int next(struct frame_cursor *c, uint64_t id, struct facts *facts)
{
	struct frame *decoded = c->spare = frame_own(c->spare);
	int r = c->decode(c->data, id, c->at, decoded, facts);

	c->set = !r;
	if (r)
		return r;
	c->spare = c->at;
	c->at = decoded;
	c->id = id;
	return 0;
}

int frame_cursor_load(struct frame_cursor *c, uint64_t id, struct frame *cur, struct facts *facts)
{
	uint64_t key = c->key(c->data, id), from = key;
	int r = 0;

	/* what was known then begins with the key frame */
	if (!facts && c->set && c->id >= key && c->id <= id)
		from = c->id + 1;
	for (uint64_t i = from; i <= id && !r; i++)
		r = next(c, i, facts);
	if (!r)
		frame_copy(cur, c->at);
	return r;
}
