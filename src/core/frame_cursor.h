/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A place among frames that are stored encoded: the next one is cheap to have, any other possible. */
#ifndef PROBETOP_FRAME_CURSOR_H
#define PROBETOP_FRAME_CURSOR_H

#include "frame_code.h"

struct frame_cursor {
	/* Decodes frame id, prev being the one before it unless it is a key frame, as frame_decode
	 * does.  0 or negative errno. */
	int (*decode)(void *data, uint64_t id, const struct frame *prev, struct frame *cur,
		      struct facts *facts);
	/* The last key frame at or before id, which is there. */
	uint64_t (*key)(void *data, uint64_t id);
	void *data;
	struct frame *at, *spare; /* decoded: frame id, when set */
	uint64_t id;
	bool set;
};

void frame_cursor_init(struct frame_cursor *c); /* decode, key and data are for the caller to set */
void frame_cursor_done(struct frame_cursor *c);
/* It is at frame id, which somebody else has got. */
void frame_cursor_follow(struct frame_cursor *c, struct frame *at, uint64_t id);
/* As load of struct timeline; the caller has seen to it that id is there. */
int frame_cursor_load(struct frame_cursor *c, uint64_t id, struct frame *cur, struct facts *facts);

#endif
