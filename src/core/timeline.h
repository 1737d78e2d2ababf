/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames that can be had again: the last minutes of a live session (history.h) or a recording.
 * They are numbered in the order in which they came; a number is never used twice.
 */
#ifndef PROBETOP_TIMELINE_H
#define PROBETOP_TIMELINE_H

#include "facts.h"

struct frame_blob;
struct layout;
struct walk;

struct timeline {
	uint64_t begin, end; /* there are begin <= id < end; both only grow */
	/* When frame id was taken, CLOCK_REALTIME and CLOCK_MONOTONIC; id must be there. */
	uint64_t (*wall_ns)(const struct timeline *t, uint64_t id);
	uint64_t (*mono_ns)(const struct timeline *t, uint64_t id);
	/* The last frame at or before id that is decoded without the one before; id must be there. */
	uint64_t (*key)(const struct timeline *t, uint64_t id);
	/*
	 * Frame id as it is stored; first: none before it has been decoded, so it must be a key frame.
	 * What ret and *ret_layout point to is valid until the next call.  0; -ENOENT: not there (any
	 * more); -ENOTSUP: it is not stored so, load has it; or another negative errno: what is stored
	 * is damaged.
	 */
	int (*stored)(struct timeline *t, uint64_t id, bool first, struct frame_blob *ret,
		      const struct layout **ret_layout);
	/*
	 * Of a recording: fills cur (reset here, indexed after) with frame id as it was; facts, unless
	 * NULL, with all that was known then: what they held before is forgotten.  One frame after the
	 * other is cheap, any other order decodes up to a minute.  0; -ENOENT; or another negative
	 * errno: what is stored is damaged.  Then cur and facts hold nothing that counts.
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
	uint64_t id, goal; /* goal: where moment_begin sets out for */
	bool set; /* false: there is nothing in it yet */
	struct walk *walk;
};

void moment_init(struct moment *m);
void moment_done(struct moment *m);
/*
 * Sets out for frame id; to the next one is cheap.  Until moment_step gives 0, the moment is the one
 * before.  0 or -ENOENT.
 */
int moment_begin(struct moment *m, struct timeline *t, uint64_t id);
/*
 * As walk_step.  At 0 the moment is the new one: tables made of the one before may not be used then,
 * they point into the facts.  After a negative errno it is still the one before.
 */
int moment_step(struct moment *m, size_t records);
/* Nobody wants to go on, for now: gives back the memory that it took. */
void moment_rest(struct moment *m);
/* Both at once.  0 or negative errno. */
int moment_goto(struct moment *m, struct timeline *t, uint64_t id);
/* Takes over what is shown elsewhere, as frame id; the frames are shared. */
void moment_copy(struct moment *m, struct frame *prev, struct frame *cur, const struct facts *facts,
		 uint64_t id);

#endif
