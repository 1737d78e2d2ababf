/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands above the rows: made from the panel's struct summary list, each by a query. */
#ifndef PROBETOP_SUMMARY_H
#define PROBETOP_SUMMARY_H

#include "core/query.h"
#include "ui/screen.h"

#define SUMMARY_MAX 8

struct summary_block {
	const struct summary *def;
	struct query q;
	struct query_run run;
	const struct table *table;
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
void summary_run(struct summary_set *set, const struct frame *prev, const struct frame *cur,
		 const struct facts *facts);
/* Column number `index` of the list in the definition; NULL: there are no more. */
const struct column *summary_column(const struct summary_block *b, int index);
/* Draws as many blocks as fit in max lines from y on; returns the lines used. */
int summary_draw(const struct summary_set *set, struct screen *s, int y, int max);

#endif
