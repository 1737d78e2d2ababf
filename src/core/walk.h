/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way to a frame of a timeline, in slices: to decode what lies before it may take seconds on a
 * large machine.  Until it is there, what is shown stays as it is.
 */
#ifndef PROBETOP_WALK_H
#define PROBETOP_WALK_H

#include "facts.h"

struct timeline;
struct walk;

struct walk *walk_new(void);
void walk_free(struct walk *w); /* NULL is fine */
/*
 * Sets out for frame id; before, unless NULL: frame id - 1, as it is shown.  A way that leads there
 * and is under way goes on.  0, or -ENOENT: there is no such frame.
 */
int walk_begin(struct walk *w, struct timeline *t, uint64_t id, struct frame *before);
/*
 * Goes on by so many records, or as much work.  1: there is more to do; 0: it is there; or another
 * negative errno, and the way has ended: -ENOENT: the frame has gone meanwhile; -ECANCELED: nobody
 * is on it, it was stopped; others: what is stored is damaged.
 */
int walk_step(struct walk *w, size_t records);
/* It is there: what it found in place of what is shown, and the frame's number; NULL in *prev: it is
 * the first, or the one before is missing.  Tables made of the old facts may not be used after it. */
uint64_t walk_take(struct walk *w, struct frame **prev, struct frame **cur, struct facts **facts);
/* Nobody wants to go there any more. */
void walk_stop(struct walk *w);
/* The same, and it gives its memory back. */
void walk_rest(struct walk *w);

#endif
