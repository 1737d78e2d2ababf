/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that sort. */
#include <stdio.h>
#include <string.h>

#include "ui/app.h"
#include "ui/bindings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void sort_by(struct ui *ui, const struct column *c)
{
	struct query *q = &ui_level(ui)->q;

	q->ascending = q->sort == c ? !q->ascending : (c->flags & COL_ASCENDING) != 0;
	q->sort = c;
	ui_resort(ui);
}

/* Columns to choose from: those on the screen, then those that are not. */
static int columns_sortable(const struct query *q, const struct column **ret, int max)
{
	int n = (int)query_columns(q, ret, (size_t)max), shown = n;

	for (const struct column *c = q->panel->columns; c->name && n < max; c++) {
		bool there = (c->flags & COL_HIDDEN) || c->kind == COL_LAT;

		for (int i = 0; i < shown && !there; i++)
			there = ret[i] == c;
		if (!there)
			ret[n++] = c;
	}
	return n;
}

static void sort_chosen(struct ui *ui, int index)
{
	const struct column *columns[64];
	int n = columns_sortable(&ui_level(ui)->q, columns, COUNT(columns));

	if (index < n)
		sort_by(ui, columns[index]);
}

void action_sort_menu(struct ui *ui, int key)
{
	const struct query *q = &ui_level(ui)->q;
	const struct column *columns[64];
	const char *labels[COUNT(columns)];
	int n = columns_sortable(q, columns, COUNT(columns)), current = 0;

	(void)key;
	for (int i = 0; i < n; i++) {
		labels[i] = columns[i]->name;
		if (columns[i] == q->sort)
			current = i;
	}
	view_push(ui, view_menu_new("Sort by", labels, n, current, sort_chosen));
}

void action_sort_step(struct ui *ui, int key)
{
	const struct query *q = &ui_level(ui)->q;
	const struct column *columns[64];
	int n = (int)query_columns(q, columns, COUNT(columns)), at = 0;

	while (at < n && columns[at] != q->sort)
		at++;
	at = at == n ? 0 : at + (key == '>' ? 1 : -1);
	if (at >= 0 && at < n)
		sort_by(ui, columns[at]);
}

void action_sort_reverse(struct ui *ui, int key)
{
	struct query *q = &ui_level(ui)->q;

	(void)key;
	q->ascending = !q->ascending;
	ui_resort(ui);
}

/* Sorts that other tops have on the same keys: the first column that the panel has. */
void action_sort_known(struct ui *ui, int key)
{
	static const struct {
		char key;
		const char *what, *columns[3];
	} known[] = {
		{ 'P', "CPU", { "cpu_ns", "busy_pct", "util_pct" } },
		{ 'N', "pid", { "pid", NULL } },
	};

	for (size_t i = 0; i < COUNT(known); i++) {
		if (known[i].key != key)
			continue;
		for (size_t j = 0; j < COUNT(known[i].columns) && known[i].columns[j]; j++) {
			const struct column *c =
				panel_column(ui_level(ui)->q.panel, known[i].columns[j]);

			if (c) {
				sort_by(ui, c);
				return;
			}
		}
		ui_message(ui, ROLE_WARNING, "%s has no column for %s", ui_level(ui)->q.panel->name,
			   known[i].what);
	}
}
