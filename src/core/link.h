/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways from a row to other rows: the columns that two panels share, as data. */
#ifndef PROBETOP_LINK_H
#define PROBETOP_LINK_H

#include <stdbool.h>
#include <stddef.h>

struct panel;
struct column;
struct query;

/*
 * Offered on a row that has all columns of `on` (not 0, not unknown), where both panels have them.
 * They become the filter of the target: `on` is a list of NAME or, where the names differ,
 * THERE=HERE, separated by blanks.
 */
struct link {
	const char *panel; /* target; NULL: the same */
	const char *on;
	const char *group; /* grouping there; NULL: its default */
	const char *label; /* in the menu: "threads", "files"; NULL: the panel's name */
	/* Columns: offered if the row has one; if it has none by which rows are told apart.  NULL:
	 * always */
	const char *when, *unless;
};

#define LINK_TERMS 8

/* The value in `here` of the row becomes a condition on `there` in the target. */
struct link_term {
	const struct column *there, *here;
};

/* Between all panels that have the columns; src/panel/links.c; ends with on NULL. */
extern const struct link links_shared[];
/* The columns that mean the same in all panels that have them. */
extern const char *const columns_shared;

const struct panel *link_target(const struct link *link, const struct panel *from);
/* The number of terms; 0 where one of the panels lacks a column. */
size_t link_terms(const struct link *link, const struct panel *from, struct link_term *terms);
/* "pid=12 and file=/x" for a row of the query `from`; false: it does not lead from this row.  What
 * rows are grouped by and this row has not becomes `COL=null`. */
bool link_filter(const struct link *link, const struct query *from, const void *row, char *buf,
		 size_t size);
/* The same for the keys of the query that panel `to` has and that are in the list `shared`: what the
 * row is about.  In its own panel all keys are. */
bool link_filter_keys(const struct panel *to, const char *shared, const struct query *from,
		      const void *row, char *buf, size_t size);

#endif
