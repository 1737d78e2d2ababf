/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows that somebody has marked.  A process (a row grouped by pid) is marked wherever it shows; any
 * other row is marked in its panel, and for its grouping.  A reused pid is another process.
 *
 * With `only`, queries that have `keep` see marked rows alone, before rows are grouped: so groups and
 * sums are those of the marked ones.  Panels of which nothing is marked show all their rows.
 */
#ifndef PROBETOP_MARK_H
#define PROBETOP_MARK_H

#include "core/identity.h"
#include "core/query.h"

#define MARK_KINDS_MAX 16

struct mark_kind {
	const struct panel *panel; /* NULL: processes */
	struct identity by;	   /* of the panel; not for processes */
	uint64_t *hashes;	   /* owned, of the marked rows */
	size_t n;
};

struct marks {
	struct row_keep keep; /* its next: what else rows must pass */
	bool only;
	struct mark_kind kinds[MARK_KINDS_MAX]; /* [0]: processes */
	int n_kinds;
	const struct panel *panel; /* whose columns these are: */
	struct identity process;   /* pid and start of a process; n 0: there are none */
};

void marks_init(struct marks *m, struct row_keep *next);
void marks_done(struct marks *m);
/* Marks a row of the query, or takes the mark away; false: of more kinds it cannot be. */
bool mark_toggle(struct marks *m, const struct query *q, const void *row);
bool mark_has(struct marks *m, const struct query *q, const void *row);
size_t marks_count(const struct marks *m);
/* Takes all marks away. */
void marks_clear(struct marks *m);

#endif
