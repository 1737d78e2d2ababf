/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows under rows on the screen: marks before the text, and the keys that fold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/identity.h"
#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"

#define ROWS_MEASURED 100 /* more than screens have */
#define MARK_CELLS 2 /* of one step to the right */

static const struct tree *level_tree(const struct ui *ui)
{
	return ui->table ? ui->table->tree : NULL;
}

const struct column *tree_column(const struct ui *ui)
{
	const struct column *columns[64];
	size_t n = level_tree(ui) ? query_columns(&ui_level(ui)->q, columns, 64) : 0;

	for (size_t i = 0; i < n; i++)
		if (columns[i]->kind == COL_STR)
			return columns[i];
	return NULL;
}

/* The marks say what is above: the end of a path is enough. */
static bool is_path(const struct tree *tree, const struct column *c)
{
	return tree->kind->sums && !strcmp(c->name, tree->kind->key);
}

void tree_cell(const struct ui *ui, char *buf, size_t size, const struct column *c, size_t row)
{
	const struct tree *tree = level_tree(ui);
	const void *cells = table_row(ui->table, row);
	const char *path, *end;

	format_cell(buf, size, c, cells);
	if (!tree || !is_path(tree, c) || tree->nodes[row].up == TREE_NONE)
		return;
	path = column_str(c, cells);
	end = strrchr(path, '/');
	if (end && end[1]) {
		struct column part = *c;

		part.offset = 0;
		path = end + 1;
		format_cell(buf, size, &part, &path);
	}
}

static const char *mark_of(const struct tree_node *n)
{
	if (n->up == TREE_NONE)
		return n->folded ? "+ " : "";
	if (n->next == TREE_NONE)
		return n->folded ? "└+" : "└─";
	return n->folded ? "├+" : "├─";
}

int tree_marks(const struct ui *ui, char *buf, size_t size, size_t row, int max)
{
	const struct tree *tree = level_tree(ui);
	const struct tree_node *nodes = tree->nodes;
	const char *pieces[64];
	int n = 0, room = max / MARK_CELLS;
	uint32_t at = nodes[row].up;
	size_t used = 0;

	if (room > 64)
		room = 64;
	if (room > 0 && *mark_of(&nodes[row]))
		pieces[n++] = mark_of(&nodes[row]);
	/* the steps nearest to the row say most */
	for (; at != TREE_NONE && nodes[at].up != TREE_NONE && n < room; at = nodes[at].up)
		pieces[n++] = nodes[at].next == TREE_NONE ? "  " : "│ ";
	if (at != TREE_NONE && nodes[at].up != TREE_NONE && n > 1)
		pieces[n - 1] = "… ";
	buf[0] = '\0';
	for (int i = n; i-- && used < size;)
		used += (size_t)snprintf(buf + used, size - used, "%s", pieces[i]);
	return n * MARK_CELLS;
}

void tree_see(struct ui *ui)
{
	struct level *l = ui_level(ui);
	const struct column *c = tree_column(ui);
	char text[1200], clean[4000];

	for (size_t row = 0; c && row < ui->table->n && row < ROWS_MEASURED; row++) {
		const struct tree_node *n = &ui->table->tree->nodes[row];
		int width;

		tree_cell(ui, text, sizeof(text), c, row);
		text_for_terminal(clean, sizeof(clean), text);
		width = text_width(clean) + MARK_CELLS * (int)(n->depth + (n->folded && !n->depth));
		if (width > l->tree_widest)
			l->tree_widest = width;
	}
}

bool tree_show(struct ui *ui, const struct tree_kind *kind)
{
	struct level *l = ui_level(ui);
	const struct tree_kind *tree = l->q.tree;

	if (query_set_tree(&l->q, kind, &l->folds))
		return false;
	l->seen = 0;
	if (tree != kind)
		tree_folds_all(&l->folds, false);
	l->tree_widest = 0;
	ui_refresh(ui);
	return true;
}

/* Selects the row, or the nearest one above it that is still shown. */
static void select_shown(struct ui *ui, const uint64_t *ids, size_t n)
{
	const struct query *q = &ui_level(ui)->q;
	struct identity id;

	identity_init(&id, q);
	for (size_t i = 0; i < n; i++)
		for (size_t row = 0; row < ui->table->n; row++)
			if (identity_hash(&id, table_row(ui->table, row)) == ids[i]) {
				level_select(ui, row);
				return;
			}
}

void tree_select(struct ui *ui)
{
	struct work *w = &ui->work;

	if (level_tree(ui))
		select_shown(ui, w->select, w->n_select);
	free(w->select);
	w->select = NULL;
	w->n_select = 0;
}

/* Takes over the ids. */
static void select_later(struct ui *ui, uint64_t *ids, size_t n)
{
	free(ui->work.select);
	ui->work.select = ids;
	ui->work.n_select = n;
}

/* The row in the ids[0], and all above it; returns how many.  Free them. */
static size_t ids_above(const struct ui *ui, uint32_t row, uint64_t **ret)
{
	const struct tree_node *nodes = level_tree(ui)->nodes;
	size_t n = 0;

	*ret = xcalloc(nodes[row].depth + 1, sizeof(**ret));
	for (uint32_t at = row; at != TREE_NONE; at = nodes[at].up)
		(*ret)[n++] = row_identity(&ui_level(ui)->q, table_row(ui->table, at));
	return n;
}

static void fold_row(struct ui *ui, uint32_t row)
{
	uint64_t *ids;
	size_t n = ids_above(ui, row, &ids);

	tree_folds_toggle(&ui_level(ui)->folds, ids[0]);
	select_later(ui, ids, n);
	ui_refresh(ui);
}

static void fold_all(struct ui *ui)
{
	struct tree_folds *f = &ui_level(ui)->folds;
	uint64_t *ids = NULL;
	size_t n = level_row(ui) ? ids_above(ui, (uint32_t)ui_level(ui)->cursor, &ids) : 0;

	tree_folds_all(f, !f->all);
	select_later(ui, ids, n);
	ui_refresh(ui);
}

void tree_reveal(struct ui *ui, uint32_t row)
{
	struct tree_folds *f = &ui_level(ui)->folds;
	uint32_t depth = level_tree(ui)->nodes[row].depth;
	uint64_t *ids;
	size_t n = ids_above(ui, row, &ids);

	for (size_t i = 1; i < n; i++)
		if (tree_folds_has(f, ids[i], depth - (uint32_t)i))
			tree_folds_toggle(f, ids[i]);
	select_later(ui, ids, n);
	ui_refresh(ui);
}

void action_fold(struct ui *ui, int key)
{
	const struct tree_node *n;
	uint32_t row;

	if (!query_tree(&ui_level(ui)->q)) {
		ui_message(ui, ROLE_WARNING, "rows are no tree: g has two");
	} else if (key == 'X') {
		fold_all(ui);
	} else if (!level_tree(ui) || !level_row(ui)) {
		ui_message(ui, ROLE_WARNING, "no row here to fold");
	} else {
		row = (uint32_t)ui_level(ui)->cursor;
		n = &level_tree(ui)->nodes[row];
		/* from a row without any below it the one above folds */
		if (n->parent || n->up != TREE_NONE)
			fold_row(ui, n->parent ? row : n->up);
		else
			ui_message(ui, ROLE_WARNING, "nothing below this row");
	}
}
