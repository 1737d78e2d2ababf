/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* strcasestr */
/* Keys that ask for a text: filter, search, group. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "ui/app.h"
#include "ui/bindings.h"

bool filter_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size)
{
	struct filter *f = NULL;
	struct filter_error wrong = { 0 };
	int r = filter_parse(&f, ui_level(ui)->q.panel, text, &wrong);

	filter_free(f);
	*ret_at = wrong.column;
	snprintf(error, size, "%s", wrong.text);
	return r == 0;
}

void filter_set(struct ui *ui, const char *text)
{
	struct filter_error wrong;

	if (query_set_filter(&ui_level(ui)->q, text, &wrong)) {
		ui_message(ui, ROLE_ERROR, "at column %zu: %s", wrong.column + 1, wrong.text);
		return;
	}
	summary_open(&ui->summary, &ui_level(ui)->q);
	ui_refresh(ui);
}

void filter_type(struct ui *ui, const char *text)
{
	const char *before = ui_level(ui)->q.filter_text;
	bool other = strcmp(before ? before : "", text) != 0;

	filter_set(ui, text);
	/* what a step down has made stays what it is */
	if (other)
		select_typed(ui);
}

void action_filter(struct ui *ui, int key)
{
	(void)key;
	view_push(ui, view_prompt_new(ui, &(struct prompt){
						  .label = "Filter",
						  .text = ui_level(ui)->q.filter_text,
						  .complete = complete_filter,
						  .recall = &ui->filters,
						  .check = filter_check,
						  .done = filter_type,
					  }));
}

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

static bool row_contains(const struct ui *ui, struct search_columns *s, size_t row)
{
	char cell[512];

	for (size_t i = 0; i < s->n; i++) {
		const struct column *c = s->c[i];
		const char *text = NULL, *shown = cell;

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
static bool search_from(struct ui *ui, size_t from, bool up)
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

void search_set(struct ui *ui, const char *text)
{
	snprintf(ui->search, sizeof(ui->search), "%s", text);
	search_from(ui, ui_level(ui)->cursor, false);
}

static bool search_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size)
{
	size_t n = ui->table ? ui->table->n : 0;
	struct search_columns columns;

	*ret_at = 0;
	snprintf(ui->search, sizeof(ui->search), "%s", text);
	search_columns_find(ui, &columns);
	for (size_t i = 0; i < n && *text; i++)
		if (row_contains(ui, &columns, i))
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
						  .changed = search_set,
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

bool group_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size)
{
	struct query q;
	int r;

	query_init(&q, ui_level(ui)->q.panel);
	r = query_set_group(&q, text, error, size);
	query_done(&q);
	*ret_at = 0;
	return r == 0;
}

void group_set(struct ui *ui, const char *text)
{
	char error[300];

	if (query_set_group(&ui_level(ui)->q, text, error, sizeof(error)))
		ui_message(ui, ROLE_ERROR, "%s", error);
	ui_level(ui)->seen = 0;
	ui_refresh(ui);
}

void group_ask(struct ui *ui)
{
	view_push(ui, view_prompt_new(ui, &(struct prompt){
						  .label = "Group by",
						  .complete = complete_group,
						  .recall = &ui->groups,
						  .check = group_check,
						  .done = group_set,
					  }));
}
