/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where frames come from: live probes or a recording. */
#ifndef PROBETOP_SOURCE_H
#define PROBETOP_SOURCE_H

#include "sample.h"

struct source {
	/* Fills next (reset before) with the frame of now.  0; 1: no more frames; negative errno. */
	int (*read)(struct source *s, struct frame *next);
	/* Something arrived on fd (below): takes it in.  NULL: nothing to do. */
	void (*drain)(struct source *s);
	void (*close)(struct source *s); /* detaches and frees s */
	int fd; /* to poll for drain, or -1 */
	bool live; /* false: a recording; frames come at the pace of the reader */
};

/*
 * A session holds the last two frames of a source and the facts.  After session_step, prev and cur
 * are valid until the next call; prev is NULL before the second frame.
 */
struct facts;
struct session {
	struct source *source;
	struct facts *facts;
	struct frame *prev, *cur;
	struct frame *spare[2];
	uint64_t steps;
};

void session_init(struct session *s, struct source *source);
void session_done(struct session *s); /* closes the source */
/* Reads one frame.  0; 1: no more; negative errno. */
int session_step(struct session *s);

#endif
