/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened in the last intervals, for one query: of each interval the latencies of all rows
 * together and the total of the column of interest, of each row that column's value.  Fed from
 * tables, in any order of the intervals.  All memory is taken at the start.
 */
#ifndef PROBETOP_TRAIL_H
#define PROBETOP_TRAIL_H

#include "query.h"

#define TRAIL_POINTS 512 /* intervals */
#define TRAIL_VALUES 32	 /* intervals of which the value of every row is kept */
#define TRAIL_ROWS 4096	 /* rows: of longer tables those that stand first */

struct trail;

struct trail_point {
	uint64_t id; /* of the interval: of the frame at its end */
	uint64_t wall_ns;
	double interval_s;
	double total; /* of the column: per second where it sums, the largest; NaN: neither */
	struct lat lat; /* of all rows, not finished; nothing where the panel has no latencies */
};

struct trail *trail_new(void);
void trail_free(struct trail *t);
/* What the trail is about from now on.  Another query, or another column, forgets all: true. */
bool trail_open(struct trail *t, const struct query *q);
/* The column whose values are kept: that of the order, or the panel's usual one where that is no
 * measure, or the first measure on the screen; NULL: there is none. */
const struct column *trail_column(const struct trail *t);
/* The column with the histogram; NULL: the panel has no latencies. */
const struct column *panel_latency(const struct panel *p);
/* The last interval that anybody looks at: the values of rows are those of the TRAIL_VALUES up to
 * it. */
void trail_seek(struct trail *t, uint64_t newest);
/* Takes in interval `id`, of which `table` has the rows. */
void trail_add(struct trail *t, uint64_t id, const struct table *table);
/* False: the interval is to be taken in, again perhaps, for there is less of it than is kept. */
bool trail_has(const struct trail *t, uint64_t id);
/* NULL: not known. */
const struct trail_point *trail_point(const struct trail *t, uint64_t id);
/* The value of a row (row_identity) in an interval, per second where the column sums: 0 where the
 * row was not there, NaN where that is not known. */
double trail_value(const struct trail *t, uint64_t identity, uint64_t id);

#endif
