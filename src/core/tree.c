/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "mem.h"

void tree_done(struct tree *tree)
{
	free(tree->nodes);
	free(tree->spare);
	free(tree->slots);
	free(tree->order);
	*tree = (struct tree){ 0 };
}

/* Rows about a task begin with it. */
static struct row_who *who_at(const struct tree *tree, size_t i)
{
	return table_row(tree->table, i);
}

static void nodes_reserve(struct tree *tree, size_t n)
{
	if (n <= tree->cap)
		return;
	tree->cap = n + n / 2;
	tree->nodes = xreallocarray(tree->nodes, tree->cap, sizeof(*tree->nodes));
	tree->spare = xreallocarray(tree->spare, tree->cap, sizeof(*tree->spare));
}

/* The slot of the row that is the same, or the empty one where it belongs. */
static size_t slot_find(const struct tree *tree, const struct row_who *who)
{
	size_t mask = tree->slots_n - 1, at = tree->kind->hash(who) & mask;

	while (tree->slots[at] && !tree->kind->same(who_at(tree, tree->slots[at] - 1), who))
		at = (at + 1) & mask;
	return at;
}

uint32_t tree_find(const struct tree *tree, const struct row_who *who)
{
	uint32_t slot = tree->slots[slot_find(tree, who)];

	return slot ? slot - 1 : TREE_NONE;
}

/* Of rows that are the same (a request of another group, by the same process) the first is found. */
static void slot_take(struct tree *tree, uint32_t row)
{
	size_t at = slot_find(tree, who_at(tree, row));

	if (!tree->slots[at])
		tree->slots[at] = row + 1;
}

static void slots_build(struct tree *tree)
{
	size_t n = 64;

	while (n < 4 * tree->table->n)
		n *= 2;
	if (n > tree->slots_cap) {
		tree->slots = xreallocarray(tree->slots, n, sizeof(*tree->slots));
		tree->slots_cap = n;
	}
	tree->slots_n = n;
	memset(tree->slots, 0, n * sizeof(*tree->slots));
	for (uint32_t i = 0; i < tree->table->n; i++)
		slot_take(tree, i);
}

static uint32_t row_make(struct tree *tree, struct table *t, const struct fold_in *in,
			 struct row_who *who)
{
	uint32_t row = (uint32_t)t->n;

	tree->kind->describe(in, t, who);
	table_group_add(t);
	*who_at(tree, row) = *who;
	nodes_reserve(tree, t->n);
	tree->nodes[row] = (struct tree_node){ .made = true };
	if (tree->slots_n < 2 * t->n)
		slots_build(tree);
	else
		slot_take(tree, row);
	return row;
}

/* Every row finds the one above it, those that are made on the way as well. */
static void rows_hang(struct tree *tree, struct table *t, const struct fold_in *in)
{
	nodes_reserve(tree, t->n);
	for (size_t i = 0; i < t->n; i++)
		tree->nodes[i] = (struct tree_node){ .known = true };
	slots_build(tree);
	for (size_t i = 0; i < t->n; i++) {
		struct row_who who = *who_at(tree, i), above;
		uint32_t up = TREE_NONE;

		if (tree->kind->up(tree, in, t, &who, &above)) {
			up = tree_find(tree, &above);
			if (up == TREE_NONE)
				up = row_make(tree, t, in, &above);
		}
		tree->nodes[i].up = up;
	}
}

static void node_link(struct tree *tree, uint32_t i)
{
	struct tree_node *n = &tree->nodes[i];
	uint32_t *head = n->up == TREE_NONE ? &tree->top : &tree->nodes[n->up].first;

	n->next = *head;
	*head = i;
}

static void links_clear(struct tree *tree)
{
	tree->top = TREE_NONE;
	for (size_t i = 0; i < tree->table->n; i++)
		tree->nodes[i].first = tree->nodes[i].next = TREE_NONE;
}

/* The next row from the top down, that below it if there is one and `below`. */
static uint32_t node_next(const struct tree *tree, uint32_t i, bool below)
{
	const struct tree_node *n = &tree->nodes[i];

	if (below && n->first != TREE_NONE)
		return n->first;
	while (n->next == TREE_NONE && n->up != TREE_NONE)
		n = &tree->nodes[n->up];
	return n->next;
}

/* Fills tree->order with all rows, each after the one above it; sets the depths. */
static void rows_order(struct tree *tree)
{
	size_t n = 0;

	if (tree->table->n > tree->order_cap) {
		tree->order_cap = tree->cap;
		tree->order = xreallocarray(tree->order, tree->order_cap, sizeof(*tree->order));
	}
	links_clear(tree);
	for (size_t i = tree->table->n; i--;)
		node_link(tree, (uint32_t)i);
	for (uint32_t i = tree->top; i != TREE_NONE; i = node_next(tree, i, true)) {
		uint32_t up = tree->nodes[i].up;

		tree->order[n++] = i;
		tree->nodes[i].depth = up == TREE_NONE ? 0 : tree->nodes[up].depth + 1;
	}
}

static void node_join(struct tree *tree, struct table *t, uint32_t into, uint32_t from)
{
	table_group_join(t, into, from, !tree->nodes[into].known);
	tree->nodes[into].known = true;
}

static void rows_sum(struct tree *tree, struct table *t)
{
	for (size_t i = t->n; i--;) {
		uint32_t row = tree->order[i], up = tree->nodes[row].up;

		if (up != TREE_NONE)
			node_join(tree, t, up, row);
	}
	table_group_means(t);
}

/* A derived cell of what is not known would be a number. */
static void rows_finish(const struct tree *tree, struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (tree->nodes[i].known)
			table_finish_row(t, i);
}

static void rows_match(struct tree *tree, const struct table *t, const struct filter *f)
{
	for (size_t i = t->n; i--;) {
		uint32_t row = tree->order[i];
		struct tree_node *n = &tree->nodes[row];

		n->kept |= n->known && filter_rest(f, table_row(t, row));
		if (n->kept && n->up != TREE_NONE)
			tree->nodes[n->up].kept = tree->nodes[n->up].parent = true;
	}
}

/* Where only folded rows hold sums: of what unfolding them shows, so of what the filter keeps. */
static void rows_fold(struct tree *tree, struct table *t, const struct query *q)
{
	struct identity id;

	identity_init(&id, q);
	for (size_t i = 0; i < t->n; i++) {
		uint32_t row = tree->order[i], to = row, up = tree->nodes[row].up;
		struct tree_node *n = &tree->nodes[row];

		n->folded = n->parent && q->folds &&
			    tree_folds_has(q->folds, identity_hash(&id, table_row(t, row)),
					   n->depth);
		/* spare holds the row in which each one is shown */
		if (up != TREE_NONE && (tree->nodes[up].folded || tree->spare[up].up != up))
			to = tree->spare[up].up;
		tree->spare[row].up = to;
		if (to != row && n->kept && n->known && !tree->kind->sums)
			node_join(tree, t, to, row);
	}
}

/* Again, for those that have got more. */
static void folded_finish(struct tree *tree, struct table *t)
{
	if (tree->kind->sums)
		return;
	table_group_means(t);
	for (size_t i = 0; i < t->n; i++)
		if (tree->nodes[i].folded && tree->nodes[i].known)
			table_finish_row(t, i);
}

/* Sorted rows, the last first, become lists of those beside each other, the first first. */
static void rows_sort(struct tree *tree, struct table *t, const struct query *q)
{
	uint32_t *sorted = q->sort ? table_order(t, q->sort, q->ascending) : NULL;

	links_clear(tree);
	for (size_t i = t->n; i--;) {
		uint32_t row = sorted ? sorted[i] : (uint32_t)i;

		if (tree->nodes[row].kept)
			node_link(tree, row);
	}
}

static uint32_t place_of(const uint32_t *places, uint32_t row)
{
	return row == TREE_NONE ? TREE_NONE : places[row];
}

/* Rows and nodes go to the places where they are shown; those that are not stand behind, uncounted. */
static void rows_place(struct tree *tree, struct table *t)
{
	uint32_t *order = tree->order, *places = tree->slots, shown = 0, at;
	struct tree_node *nodes = tree->nodes;

	/* the hash is done with and has room for it */
	memset(places, 0xff, t->n * sizeof(*places));
	for (uint32_t i = tree->top; i != TREE_NONE; i = node_next(tree, i, !nodes[i].folded)) {
		places[i] = shown;
		order[shown++] = i;
	}
	at = shown;
	for (uint32_t i = 0; i < t->n; i++)
		if (places[i] == TREE_NONE)
			order[at++] = i;
	for (uint32_t i = 0; i < shown; i++) {
		struct tree_node *n = &tree->spare[i];

		*n = nodes[order[i]];
		n->up = place_of(places, n->up);
		n->first = n->folded ? TREE_NONE : place_of(places, n->first);
		n->next = place_of(places, n->next);
	}
	tree->top = place_of(places, tree->top);
	table_permute(t, order);
	t->n = shown;
	tree->nodes = tree->spare;
	tree->spare = nodes;
}

static void stage_hang(struct tree *tree, struct table *t, const struct query *q,
		       const struct fold_in *in)
{
	tree->kind = q->tree;
	tree->table = t;
	rows_hang(tree, t, in);
}

static void stage_sum(struct tree *tree, struct table *t, const struct query *q,
		      const struct fold_in *in)
{
	(void)q;
	(void)in;
	rows_order(tree);
	if (tree->kind->sums)
		rows_sum(tree, t);
}

static void stage_finish(struct tree *tree, struct table *t, const struct query *q,
			 const struct fold_in *in)
{
	(void)in;
	rows_finish(tree, t);
	rows_match(tree, t, q->filter);
}

static void stage_fold(struct tree *tree, struct table *t, const struct query *q,
		       const struct fold_in *in)
{
	(void)in;
	rows_fold(tree, t, q);
	folded_finish(tree, t);
}

static void stage_place(struct tree *tree, struct table *t, const struct query *q,
			const struct fold_in *in)
{
	(void)in;
	rows_sort(tree, t, q);
	rows_place(tree, t);
	t->tree = tree;
}

bool tree_grow(struct tree *tree, struct table *t, const struct query *q, const struct fold_in *in,
	       size_t stage)
{
	static void (*const stages[])(struct tree *tree, struct table *t, const struct query *q,
				      const struct fold_in *in) = {
		stage_hang, stage_sum, stage_finish, stage_fold, stage_place,
	};
	size_t n = sizeof(stages) / sizeof(stages[0]);

	stages[stage](tree, t, q, in);
	return stage + 1 < n;
}

bool tree_counts(const struct table *t, size_t row)
{
	return !t->tree || !t->tree->kind->sums || t->tree->nodes[row].depth == 0;
}
