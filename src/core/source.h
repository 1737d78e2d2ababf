/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where frames come from: live probes or a recording. */
#ifndef PROBETOP_SOURCE_H
#define PROBETOP_SOURCE_H

#include "sample.h"

struct selection;
struct timeline;

struct source {
	/* Fills next (reset before) with the frame of now.  0; 1: no more frames; negative errno. */
	int (*read)(struct source *s, struct frame *next);
	/* Something arrived on fd (below): takes it in.  NULL: nothing to do. */
	void (*drain)(struct source *s);
	void (*close)(struct source *s); /* detaches and frees s */
	int fd; /* to poll for drain, or -1 */
	bool locked; /* it gave up the rights and system calls that only attaching takes */
	bool live; /* false: a recording; frames come at the pace of the reader */
	struct timeline *timeline; /* all frames of a recording; NULL when live; owned by s */
	/* Why read gave a negative errno, one line; "": the errno says it.  NULL: as that. */
	const char *(*why)(const struct source *s);
	/* What is to be said of it though it can be read, or "".  NULL: nothing. */
	const char *(*note)(const struct source *s);
	/*
	 * Of a recording: the next read gives frame id of the timeline.  before, unless NULL: the reader
	 * has frame id - 1, this one, and its facts; else all facts come with the next.  0 or negative
	 * errno.
	 */
	int (*seek)(struct source *s, uint64_t id, struct frame *before);
	/*
	 * From now on only what is selected is counted, and nothing of before it was.  What has begun
	 * and is not over (a run on a CPU, a wait) counts from here.  0, or negative errno with a line
	 * in error: then all is as it was.  NULL: it cannot, all is delivered.
	 */
	int (*select)(struct source *s, const struct selection *only, char *error, size_t size);
};

/*
 * A session holds the last two frames of a source and the facts.  After session_step, prev and cur
 * are valid until the next call; prev is NULL before the second frame.
 */
struct facts;
struct history;
struct walk;
struct session {
	struct source *source;
	struct facts *facts;
	struct frame *prev, *cur;
	struct frame *spare[2];
	uint64_t steps;
	struct history *history; /* of a live source, after session_keep */
	struct timeline *timeline; /* where one can go back to: of history or recording, or NULL */
	struct walk *walk; /* to another frame of a recording */
};

/* After read gave r < 0. */
const char *source_error(const struct source *s, int r);
const char *source_note(const struct source *s);

void session_init(struct session *s, struct source *source);
void session_done(struct session *s); /* closes the source */
/* Reads one frame.  0; 1: no more; negative errno. */
int session_step(struct session *s);
/* From now on the frames of a live source are kept as history_new says.  Once; a recording has them
 * all the same. */
void session_keep(struct session *s, size_t max_bytes, uint64_t max_age_ns);
/*
 * Of a recording: sets out for frame id of its timeline, and goes on, as moment_begin and moment_step;
 * until 0, and after a negative errno, the session is where it was.  The next session_step gives the
 * frame after it, and gives up what is under way.
 */
int session_seek_begin(struct session *s, uint64_t id);
int session_seek_step(struct session *s, size_t records);
/* As moment_rest. */
void session_rest(struct session *s);
/* Both at once. */
int session_seek(struct session *s, uint64_t id);

#endif
