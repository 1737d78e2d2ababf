/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands above the rows: made from the panel's struct summary list, each by a query. */
#ifndef PROBETOP_SUMMARY_H
#define PROBETOP_SUMMARY_H

#include "core/query.h"
#include "ui/screen.h"

#define SUMMARY_MAX 8

/* A query whose table is shown while the next one is made. */
struct query_pair {
	struct query_run runs[2];
	int shown; /* of them */
};

void query_pair_init(struct query_pair *p);
void query_pair_done(struct query_pair *p);
struct query_run *query_pair_shown(struct query_pair *p);

struct summary_block {
	const struct summary *def;
	struct query q;
	struct query_pair pair;
	const struct table *table; /* NULL: it is not there yet */
};

struct summary_set {
	struct summary_block blocks[SUMMARY_MAX];
	int n;
	struct row_keep *keep; /* of all of them; not owned */
};

void summary_init(struct summary_set *set);
void summary_done(struct summary_set *set);
/* Makes the blocks of a panel; the filter of `of` holds for those that are about the same panel. */
void summary_open(struct summary_set *set, const struct query *of);
/* The sections of a page, which all show what matches the filter alone. */
void summary_open_sections(struct summary_set *set, const struct summary *list, const char *filter);
/* Column number `index` of the list in the definition; NULL: there are no more. */
const struct column *summary_column(const struct summary_block *b, int index);
/* Draws as many blocks as fit in max lines from y on; returns the lines used. */
int summary_draw(const struct summary_set *set, struct screen *s, int y, int max);

#endif
