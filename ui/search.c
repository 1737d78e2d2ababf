/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* strcasestr */
/* Searching: selects rows and hides none. */
#include <stdio.h>
#include <string.h>

#include "core/format.h"
#include "ui/app.h"
#include "ui/bindings.h"

/* Columns whose cells may contain a text. */
struct search_columns {
	const struct column *c[64];
	size_t n;
	bool in_tree;
	const char *absent[64]; /* a text that does not contain it: rows beside each other share theirs */
};

static void search_columns_find(const struct ui *ui, struct search_columns *s)
{
	const struct column *all[64];
	size_t n = query_columns(&ui_level(ui)->q, all, 64);
	/* what numbers are written with; to write them all is most of the work */
	bool number = !ui->search[strspn(ui->search, "0123456789.-+:%kKMGTPEnumshd ")];

	*s = (struct search_columns){ .in_tree = tree_column(ui) != NULL };
	for (size_t i = 0; i < n; i++)
		if (number || all[i]->kind == COL_STR)
			s->c[s->n++] = all[i];
}

/* Is it shown as it is? */
static bool is_ascii(const char *text)
{
	while (*text >= ' ' && *text < 0x7f)
		text++;
	return !*text;
}

/* Of what the key `c` shows in place of names: all of it, also what the screen has no room for. */
static bool command_contains(const struct ui *ui, const void *row)
{
	const char *command = row_command(ui, row);
	char clean[4096];

	if (!command)
		return false;
	text_for_terminal(clean, sizeof(clean), command);
	return strcasestr(clean, ui->search);
}

static bool row_contains(const struct ui *ui, struct search_columns *s, size_t row)
{
	char cell[512];

	for (size_t i = 0; i < s->n; i++) {
		const struct column *c = s->c[i];
		const char *text = NULL, *shown = cell;

		if (shows_command(ui, c) && command_contains(ui, table_row(ui->table, row)))
			return true;
		if (c->kind == COL_STR && !s->in_tree) {
			text = column_str(c, table_row(ui->table, row));
			if (!text || text == s->absent[i])
				continue;
		}
		if (text && is_ascii(text))
			shown = text;
		else
			tree_cell(ui, cell, sizeof(cell), c, row);
		if (strcasestr(shown, ui->search))
			return true;
		s->absent[i] = text;
	}
	return false;
}

/* From row `from` on, downward or upward, once round. */
static bool search_shown(struct ui *ui, size_t from, bool up)
{
	size_t n = ui->table ? ui->table->n : 0;
	struct search_columns columns;

	search_columns_find(ui, &columns);
	for (size_t i = 0; i < n && ui->search[0]; i++) {
		size_t row = (from + (up ? n - i : i)) % n;

		if (row_contains(ui, &columns, row)) {
			level_select(ui, row);
			return true;
		}
	}
	return false;
}

static bool is_folded(const struct ui *ui)
{
	const struct tree_folds *f = &ui_level(ui)->folds;

	return ui->table && ui->table->tree && (f->all || f->n);
}

/* Among the rows of the tree that are folded away, too; go: unfolds what is above the first and selects
 * it. */
static bool search_folded(struct ui *ui, bool go)
{
	const struct table *shown = ui->table;
	struct search_columns columns;
	struct query_run run;
	struct query q;
	bool found = false;
	size_t row;

	if (!is_folded(ui) || !ui->search[0])
		return false;
	query_copy(&q, &ui_level(ui)->q); /* of which nothing is folded */
	query_run_init(&run);
	ui->table = query_run(&run, &q, ui_frame_before(ui), ui_frame(ui), ui_facts(ui));
	search_columns_find(ui, &columns);
	for (row = 0; row < ui->table->n && !found; row++)
		found = row_contains(ui, &columns, row);
	if (found && go)
		tree_reveal(ui, (uint32_t)row - 1);
	else
		ui->table = shown;
	query_run_done(&run);
	query_done(&q);
	return found;
}

static bool search_from(struct ui *ui, size_t from, bool up)
{
	return search_shown(ui, from, up) || search_folded(ui, true);
}

void search_set(struct ui *ui, const char *text)
{
	snprintf(ui->search, sizeof(ui->search), "%s", text);
	search_from(ui, ui_level(ui)->cursor, false);
}

/* While it is typed nothing is unfolded: half a word is in many rows. */
static void search_typed(struct ui *ui, const char *text)
{
	snprintf(ui->search, sizeof(ui->search), "%s", text);
	/* what was just looked for in vain is not looked for again */
	if (!ui->search_absent)
		search_shown(ui, ui_level(ui)->cursor, false);
}

static bool search_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size)
{
	size_t n = ui->table ? ui->table->n : 0;
	struct search_columns columns;

	*ret_at = 0;
	ui->search_absent = false;
	snprintf(ui->search, sizeof(ui->search), "%s", text);
	search_columns_find(ui, &columns);
	for (size_t i = 0; i < n && *text; i++)
		if (row_contains(ui, &columns, i))
			return true;
	ui->search_absent = true;
	if (search_folded(ui, false))
		return true;
	snprintf(error, size, "no row contains it");
	return !*text;
}

void action_search(struct ui *ui, int key)
{
	(void)key;
	ui->search[0] = '\0';
	view_push(ui, view_prompt_new(ui, &(struct prompt){
						  .label = "Search",
						  .recall = &ui->searches,
						  .check = search_check,
						  .changed = search_typed,
						  .done = search_set,
					  }));
}

void action_search_next(struct ui *ui, int key)
{
	size_t n = ui->table ? ui->table->n : 0, at = ui_level(ui)->cursor;

	if (!ui->search[0] && key == 'N') {
		action_sort_known(ui, key);
	} else if (!ui->search[0]) {
		ui_message(ui, ROLE_WARNING, "nothing to search for yet: /");
	} else if (n && !search_from(ui, (at + (key == 'n' ? 1 : n - 1)) % n, key == 'N')) {
		ui_message(ui, ROLE_WARNING, "no row contains %s", ui->search);
	}
}
