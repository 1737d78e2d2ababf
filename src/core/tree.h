/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows under rows: control groups under those that hold them, processes under their parents.
 * What has no row of its own but rows below it gets one.  A tree lies over a grouped table and
 * keeps its memory from call to call.
 */
#ifndef PROBETOP_TREE_H
#define PROBETOP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_NONE UINT32_MAX

struct column;
struct fold_in;
struct panel;
struct query;
struct row_who;
struct table;
struct tree;

struct tree_kind {
	const char *name; /* in the chooser */
	const char *key; /* the column by which rows are grouped */
	const char *beside; /* the column that the screen shows next to it; NULL: its usual ones */
	/* Rows hold the sum of all below them, always.  Else only while they are folded, and then of
	 * those rows that unfolding shows; what was made for the rows below it knows no number. */
	bool sums;
	uint32_t (*hash)(const struct row_who *who);
	bool (*same)(const struct row_who *a, const struct row_who *b);
	/* The cells of the row above that hash and same look at; false: it is at the top. */
	bool (*up)(const struct tree *tree, const struct fold_in *in, struct table *t,
		   const struct row_who *who, struct row_who *ret);
	/* All other cells of ret, when it has to be made. */
	void (*describe)(const struct fold_in *in, struct table *t, struct row_who *ret);
};

extern const struct tree_kind tree_cgroups, tree_parents;
/* Whether the rows of a panel have what the tree needs. */
bool tree_suits(const struct tree_kind *kind, const struct panel *p);

/* Which rows are folded, by row_identity; by hand, so there are few.  All zero: none. */
struct tree_folds {
	bool all; /* every row that is not at the top, */
	uint64_t *ids; /* but for these it is the other way round; ascending */
	size_t n, cap;
	uint32_t changes;
};

void tree_folds_done(struct tree_folds *f);
bool tree_folds_has(const struct tree_folds *f, uint64_t id, uint32_t depth);
void tree_folds_toggle(struct tree_folds *f, uint64_t id);
void tree_folds_all(struct tree_folds *f, bool all);

struct tree_node {
	uint32_t up; /* the row above; TREE_NONE: at the top */
	uint32_t first, next; /* row below, next one beside */
	uint32_t depth; /* 0 at the top */
	bool made; /* had no row */
	bool known; /* has numbers */
	bool kept; /* matches the filter, or has somebody below who does */
	bool parent, folded; /* there are rows below it that match; they are not shown */
};

struct tree {
	struct tree_node *nodes; /* of table rows; spare is for reordering */
	struct tree_node *spare;
	size_t cap;
	uint32_t top;
	uint32_t *slots, *order; /* hash over the rows; rows from the top down */
	size_t slots_n, slots_cap, order_cap;
	const struct tree_kind *kind;
	const struct table *table;
};

void tree_done(struct tree *tree);
/* The row that is the same by kind->same, or TREE_NONE; for kind->up. */
uint32_t tree_find(const struct tree *tree, const struct row_who *who);
/*
 * From rows that table_group made, by the key of the query's tree: finishes them, applies what is
 * left of the filter (what matches keeps all above it), folds, and sorts those beside each other.
 * Afterwards t has the rows to show in their order, and nodes say how they hang together.
 * Stage after stage from 0 on, as long as it returns true; what lies between two of them changes
 * nothing.
 */
bool tree_grow(struct tree *tree, struct table *t, const struct query *q, const struct fold_in *in,
	       size_t stage);
/* Whether the numbers of the row are in no other row: only such rows may be added up. */
bool tree_counts(const struct table *t, size_t row);

#endif
