/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames that can be had again: the last minutes of a live session (history.h) or a recording.
 * They are numbered in the order in which they came; a number is never used twice.
 */
#ifndef PROBETOP_TIMELINE_H
#define PROBETOP_TIMELINE_H

#include "facts.h"

struct timeline {
	uint64_t begin, end; /* there are begin <= id < end; both only grow */
	/* When frame id was taken, CLOCK_REALTIME and CLOCK_MONOTONIC; id must be there. */
	uint64_t (*wall_ns)(const struct timeline *t, uint64_t id);
	uint64_t (*mono_ns)(const struct timeline *t, uint64_t id);
	/*
	 * Fills cur (reset here, indexed after) with frame id as it was; facts, unless NULL, with all
	 * that was known then: what they held before is forgotten.  One frame after the other is
	 * cheap, any other order decodes up to a minute.  0; -ENOENT: not there (any more); or another
	 * negative errno: what is stored is damaged.  Then cur and facts hold nothing that counts.
	 */
	int (*load)(struct timeline *t, uint64_t id, struct frame *cur, struct facts *facts);
};

/* The last frame taken at or before wall_ns; begin when all are later.  end > begin must hold. */
uint64_t timeline_find(const struct timeline *t, uint64_t wall_ns);
/* The first frame at or after id that was taken at mono_ns; id: none was. */
uint64_t timeline_at(const struct timeline *t, uint64_t id, uint64_t mono_ns);

/*
 * What is shown of a moment: the frame, the one before it (NULL: it is the first that is left, or
 * the one before is missing), and the facts of that time.  It owns all three, so it stays readable
 * when the timeline forgets them.
 */
struct moment {
	struct frame *prev, *cur;
	struct facts *facts;
	uint64_t id;
	bool set; /* false: there is nothing in it yet */
	struct frame *spare[2];
};

void moment_init(struct moment *m);
void moment_done(struct moment *m);
/*
 * Goes to frame id; to the next one is cheap.  Tables made of the moment before may not be used
 * after it: they point into the facts.  0 or negative errno of load: then the moment is not set.
 */
int moment_goto(struct moment *m, struct timeline *t, uint64_t id);
/* Takes over what is shown elsewhere, as frame id. */
void moment_copy(struct moment *m, const struct frame *prev, const struct frame *cur,
		 const struct facts *facts, uint64_t id);

#endif
