/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last minutes of a live session, in bounded memory. */
#ifndef PROBETOP_HISTORY_H
#define PROBETOP_HISTORY_H

#include "timeline.h"

#define HISTORY_BYTES_MIN (4ull << 20)
#define HISTORY_BYTES (64ull << 20)
#define HISTORY_AGE_NS (15ull * 60 * 1000000000)

struct history;

/*
 * Keeps no more than max_bytes of encoded frames, and at most max_age_ns and a minute's worth of them.
 * What it takes to encode a frame and to look at one comes on top: it grows with the machine, and were
 * it counted, the larger the machine the less would be kept, on the largest nothing.
 */
struct history *history_new(size_t max_bytes, uint64_t max_age_ns);
void history_free(struct history *h); /* NULL is fine */
/*
 * Appends a frame: prev is the frame that was added last (any other, or NULL, costs a whole frame),
 * facts hold all that was known up to cur, cur included.  The oldest frames go, some CODE_CHUNK at a
 * time, when a bound is reached.
 */
void history_add(struct history *h, const struct frame *prev, const struct frame *cur,
		 const struct facts *facts);
struct timeline *history_timeline(struct history *h); /* owned by h */
size_t history_bytes(const struct history *h); /* of the encoded frames */

#endif
