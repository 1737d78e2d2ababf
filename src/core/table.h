/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of one panel for one interval.  Reused from tick to tick: a steady state allocates nothing. */
#ifndef PROBETOP_TABLE_H
#define PROBETOP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/rec.h"

struct panel;
struct column;
struct tree;

struct table {
	const struct panel *panel;
	uint8_t *rows; /* n rows of panel->row_size bytes */
	size_t n, cap;
	size_t most_bytes; /* that rows have taken lately, of whatever panel */
	unsigned resets;
	struct table_text *text; /* the strings of the cells */
	const struct tree *tree; /* over the rows; NULL: they are a list */
	/* of the interval */
	uint64_t wall_ns; /* CLOCK_REALTIME at its end */
	double interval_s; /* measured */
	uint64_t loss[LOSS_KINDS]; /* of the panel's streams */
	uint32_t sample_n; /* 1 in so many was counted, and stands for that many; 1: all */
	bool off; /* some streams of the panel were not counted: what is not there is not known */
	char note[256]; /* why the panel's streams deliver nothing or less; empty: they are fine */
	/* scratch of table_sort and table_group */
	uint32_t *order, *slots;
	struct sort_key *keys; /* 2 * order_cap */
	size_t order_cap, slots_cap;
	uint32_t *groups; /* by table_group: for each row of in, its row here */
	size_t groups_cap;
	struct table_mean *means;
	size_t means_cap;
	bool *kept;
	size_t kept_cap;
};

void table_init(struct table *t);
void table_done(struct table *t);
/* Empties it for a panel. */
void table_reset(struct table *t, const struct panel *p);
/* A new zeroed row; valid until the next call. */
void *table_add(struct table *t);
void *table_row(const struct table *t, size_t i);
/* A copy of s that lives as long as the rows; equal strings may share it.  NULL stays NULL. */
const char *table_str(struct table *t, const char *s);
const char *table_strf(struct table *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Merges rows with equal cells in the columns keys[0..n_keys) (and in the columns named by their
 * `with`), each column by its rule; out gets the groups in order of first appearance, and shares
 * the strings of in (out is valid while in is).  n_keys 0: one row with the totals.
 */
void table_group(struct table *out, const struct table *in, const struct column *const *keys,
		 size_t n_keys);
/* The same in parts: begin, the rows of in from `from` to before `to`, one part after the other, end. */
void table_group_begin(struct table *out, const struct table *in, const struct column *const *keys,
		       size_t n_keys);
void table_group_rows(struct table *out, const struct table *in, const struct column *const *keys,
		      size_t n_keys, size_t from, size_t to);
void table_group_end(struct table *out, const struct table *in, size_t n_keys);
/*
 * After table_group, for rows that hold more than equal ones: table_group_add appends a row of which
 * nothing is known; whoever calls it sets what identifies.  table_group_join merges row `from` into
 * row `into` but for the columns that identify; first: nothing was known there.  When all is joined,
 * table_group_means sets the means.
 */
void table_group_add(struct table *t);
void table_group_join(struct table *t, size_t into, size_t from, bool first);
void table_group_means(struct table *t);
/* lat_finish on all histograms and the panel's finish, on every row; after grouping. */
void table_finish(struct table *t);
void table_finish_row(struct table *t, size_t i);
/* Stable; descending unless ascending. */
void table_sort(struct table *t, const struct column *by, bool ascending);
/* The two halves of it: t->n row numbers in that order, valid until the next call; and moving row
 * order[i] to place i, which uses order up. */
uint32_t *table_order(struct table *t, const struct column *by, bool ascending);
void table_permute(struct table *t, uint32_t *order);

/* Sorting in parts of some work for `rows` rows each.  All zero: it begins. */
struct table_sorting {
	size_t at; /* rows that have a rank; then those that are in place */
	size_t width; /* of the runs that are merged next; 0: ranks are being taken */
	bool swapped; /* the keys are in the second half */
	bool ordered; /* t->order is there */
	uint32_t hole; /* the row that is moved next, along a cycle of the order */
	bool open; /* in a cycle */
};
/* False: it is sorted.  Nothing else may be done with the table before. */
bool table_sort_step(struct table *t, const struct column *by, bool ascending,
		     struct table_sorting *s, size_t rows);
/* Exchanges the memory of the rows; neither table has rows that count. */
void table_swap_rows(struct table *a, struct table *b);

#endif
