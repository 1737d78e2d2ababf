/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From two frames to the rows that are shown: fold, filter, group, filter, finish, sort, cut. */
#ifndef PROBETOP_QUERY_H
#define PROBETOP_QUERY_H

#include "filter.h"
#include "panel.h"
#include "tree.h"

#define QUERY_KEYS 8
#define QUERY_COLUMNS 64

/* Rows that a query looks at, besides its filter: asked of each, before they are grouped. */
struct row_keep {
	bool (*passes)(struct row_keep *k, const struct panel *p, const void *row);
	uint32_t changes; /* how often it became another, */
	struct row_keep *next; /* or this one did, which it asks as well; NULL: there is none */
};

struct query {
	const struct panel *panel;
	const struct column *keys[QUERY_KEYS]; /* group by */
	size_t n_keys;
	const struct tree_kind *tree; /* NULL: none; it shows while rows are grouped by its key */
	const struct tree_folds *folds; /* of the tree; borrowed; NULL: nothing is folded */
	const struct column *picked[QUERY_COLUMNS]; /* to show, in this order */
	size_t n_picked; /* 0: those of panel->screen */
	const struct column *sort;
	bool ascending;
	bool all; /* fold_in.all */
	size_t limit; /* rows; 0: all */
	struct filter *filter; /* owned; NULL: none */
	char *filter_text; /* owned; NULL: none */
	struct row_keep *keep; /* not owned; NULL: all rows */
};

/* The panel's defaults. */
void query_init(struct query *q, const struct panel *p);
void query_done(struct query *q);
/* to holds nothing yet.  What is folded is not copied. */
void query_copy(struct query *to, const struct query *from);
/* 0, or with a line in error (size bytes) -ENOENT (the panel has no column of a name) or -EINVAL.
 * text as on the command line; NULL or "" sets the panel's default.  Setting groups ends a tree. */
int query_set_group(struct query *q, const char *text, char *error, size_t size);
int query_set_columns(struct query *q, const char *text, char *error, size_t size);
int query_set_sort(struct query *q, const char *text, char *error, size_t size);
int query_set_filter(struct query *q, const char *text, struct filter_error *error);
/* Groups by the key of the tree, too; -ENOENT when the panel does not suit it.  NULL: no tree. */
int query_set_tree(struct query *q, const struct tree_kind *tree, const struct tree_folds *folds);
/* The tree that shows; NULL: rows are a list. */
const struct tree_kind *query_tree(const struct query *q);
bool query_by_thread(const struct query *q);
/*
 * The columns to show for this grouping, at most max, the number returned: those of panel->screen,
 * or those that were picked, without what was grouped away, and in front of them the keys, unless
 * they are the panel's own.
 */
size_t query_columns(const struct query *q, const struct column **ret, size_t max);

/* Keeps its memory from query to query; its table is valid until the next one begins. */
struct query_run {
	struct table base, grouped;
	struct tree tree; /* over grouped, where query_tree */
	/* the query that is under way */
	const struct query *q;
	struct fold_in in;
	const struct table *rows; /* that are grouped: base, or that of another run */
	size_t stage, at, kept; /* at and kept: of the stage; rows that are done, and that stay */
	void *memo; /* of the fold */
	struct who_memo *whos;
	struct table_sorting sorting;
	const struct column *sort; /* as they were when sorting began */
	bool ascending;
};
void query_run_init(struct query_run *r);
void query_run_done(struct query_run *r);
const struct table *query_run(struct query_run *r, const struct query *q, const struct frame *prev,
			      const struct frame *cur, const struct facts *facts);
/*
 * The same in slices.  Between them the query, the frames and the facts stay as they are, or it begins
 * anew.  like, unless NULL: a run of the same frames that is not to begin before this one; its rows
 * before grouping serve both where they are the same.
 */
void query_begin(struct query_run *r, const struct query *q, const struct frame *prev,
		 const struct frame *cur, const struct facts *facts, const struct query_run *like);
/* Goes over some `rows` rows or records, of `like` first; false: its table is there, r->grouped. */
bool query_step(struct query_run *r, size_t rows);
/* Lends the memory of rows that a run does not need any more to one that is about to begin. */
void query_run_lend(struct query_run *to, struct query_run *from);
/* How many records a query goes over. */
size_t query_records(const struct query *q, const struct frame *cur);
/* When nothing but the order has changed since the last run: sorts its table.  False: that will not do,
 * run it again. */
bool query_run_sort(struct query_run *r, const struct query *q);

#endif
