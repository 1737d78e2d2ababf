/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Latencies over time as shades: intervals from left to right, bands of time from below. */
#ifndef PROBETOP_HEAT_H
#define PROBETOP_HEAT_H

#include "core/trail.h"
#include "ui/screen.h"

#define HEAT_GUTTER 7 /* cells of the labels at the left */

/* Where it is on the screen, and what a cell stands for. */
struct heat {
	int y, x, rows, columns;
	uint64_t end; /* interval of the last column */
	int merge;    /* buckets of the histogram in a row */
	uint64_t most; /* in any cell */
};

/* 1 us to 16 s in at most `rows` rows, of the intervals up to `end`. */
void heat_init(struct heat *h, const struct trail *t, int y, int rows, int width, uint64_t end);
/* NULL: what happened then is not known; or there is no such column. */
const struct trail_point *heat_point(const struct heat *h, const struct trail *t, int column);
uint64_t heat_count(const struct heat *h, const struct trail_point *p, int row);
/* The row, 0 is the lowest, of a time; and its lower edge, of the lowest 0. */
int heat_row(const struct heat *h, uint64_t ns);
uint64_t heat_low(const struct heat *h, int row);
/* marks: the median and the 99th percentile as well. */
void heat_draw(const struct heat *h, struct screen *s, const struct trail *t, bool marks);
/* "." to "@" with its name, as a legend; returns the cells used. */
int heat_legend(struct screen *s, int y, int x, int max);

#endif
