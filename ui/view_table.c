/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* strcasestr */
/* The lowest view: header lines, summary, rows, key bar. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"
#include "ui/header.h"

#define FLEXIBLE_MIN 12 /* cells for a column that takes what is left, */
#define FLEXIBLE_PART 4 /* and at least this part of the width: it is what the rows are about */
#define CUT_MIN 6	/* cells of a text that would need more, at the right edge */

/* Which columns there is room for; a column of width 0 gets what the others leave. */
static void columns_lay_out(struct ui *ui, int width)
{
	struct level *l = ui_level(ui);
	struct table_area *a = &ui->area;
	const struct column *columns[64], *first = l->q.panel->columns;
	int n = (int)query_columns(&l->q, columns, 64), x = 0, flexible = -1;
	int least = width / FLEXIBLE_PART > FLEXIBLE_MIN ? width / FLEXIBLE_PART : FLEXIBLE_MIN;

	a->n_columns = 0;
	for (int i = 0; i < n; i++) {
		const struct column *c = columns[i];
		int want = c->width ? c->width : least, index = (int)(c - first);
		bool unseen = ui->table && ui->table->n && index < 64 && !(l->seen & 1ull << index);

		if ((i > 0 && i <= l->skip) || (unseen && c->agg == AGG_KEY))
			continue;
		if (x && x + want > width && c->flags & COL_LEFT && width - x >= CUT_MIN)
			want = width - x;
		if (x && x + want > width)
			break;
		if (!c->width && flexible < 0)
			flexible = a->n_columns;
		a->columns[a->n_columns].column = c;
		a->columns[a->n_columns].x = x;
		a->columns[a->n_columns++].width = want < width ? want : width;
		x += want + 1;
	}
	if (flexible < 0 || x - 1 >= width)
		return;
	a->columns[flexible].width += width - (x - 1);
	for (int i = flexible + 1; i < a->n_columns; i++)
		a->columns[i].x += width - (x - 1);
}

static void heading_draw(struct ui *ui, struct screen *s, int y)
{
	const struct table_area *a = &ui->area;
	const struct query *q = &ui_level(ui)->q;
	char text[64];

	screen_fill(s, y, 0, s->width, ROLE_HEADING);
	for (int i = 0; i < a->n_columns; i++) {
		const struct column *c = a->columns[i].column;
		bool sorted = c == q->sort;
		int arrow = sorted && (int)strlen(c->heading) < a->columns[i].width;

		snprintf(text, sizeof(text), "%s%s", c->heading,
			 !arrow		? ""
			 : q->ascending ? "▲"
					: "▼");
		screen_fit(s, y, a->columns[i].x, a->columns[i].width,
			   sorted ? ROLE_HEADING_SORT : ROLE_HEADING, text, false,
			   (c->flags & COL_LEFT) != 0);
	}
}

/* Small and large stand out, so that a column of numbers can be read by its colours. */
static enum role number_role(const struct column *c, const void *row)
{
	static const struct {
		double small, large;
	} bounds[] = {
		[UNIT_COUNT] = { 1e3, 1e6 }, [UNIT_BYTES] = { 1 << 20, 1 << 30 },
		[UNIT_NS] = { 1e6, 1e8 },    [UNIT_SECONDS] = { 0, INFINITY },
		[UNIT_PERCENT] = { 1, 90 },
	};
	double v = column_number(c, row);

	if (c->unit == UNIT_NONE)
		return ROLE_NUMBER;
	return v < bounds[c->unit].small    ? ROLE_SMALL
	       : v >= bounds[c->unit].large ? ROLE_LARGE
					    : ROLE_NUMBER;
}

static enum role cell_role(const struct column *c, const void *row)
{
	if (!column_is_known(c, row))
		return ROLE_TEXT;
	if (c->kind == COL_STR)
		return strcmp(c->name, "comm") ? ROLE_TEXT : ROLE_NAME;
	return number_role(c, row);
}

static void row_draw(struct ui *ui, struct screen *s, int y, const void *row, bool selected)
{
	const struct table_area *a = &ui->area;
	char text[1200];

	if (selected)
		screen_fill(s, y, 0, s->width, ROLE_SELECTED);
	for (int i = 0; i < a->n_columns; i++) {
		const struct column *c = a->columns[i].column;
		enum role role = selected ? ROLE_SELECTED : cell_role(c, row);

		format_cell(text, sizeof(text), c, row);
		if (ui->search[0] && !selected && strcasestr(text, ui->search))
			role = ROLE_MATCH;
		screen_fit(s, y, a->columns[i].x, a->columns[i].width, role, text,
			   (c->flags & COL_CUT_FRONT) != 0, (c->flags & COL_LEFT) != 0);
	}
}

static void rows_draw(struct ui *ui, struct screen *s, int y, int rows)
{
	struct level *l = ui_level(ui);
	size_t n = ui->table ? ui->table->n : 0, max = rows > 0 ? (size_t)rows : 1;

	ui->area.rows_y = y;
	ui->area.rows = rows;
	if (rows <= 0)
		return;
	if (!n) {
		screen_text(s, y, 0, s->width, ROLE_DIM,
			    !ui->table	       ? "the first interval is not over yet"
			    : l->q.filter_text ? "no rows match"
					       : "nothing in this interval");
		return;
	}
	if (l->cursor < l->top)
		l->top = l->cursor;
	if (l->cursor >= l->top + max)
		l->top = l->cursor - max + 1;
	if (l->top + max > n)
		l->top = n > max ? n - max : 0;
	for (size_t i = 0; i < max && l->top + i < n; i++)
		row_draw(ui, s, y + (int)i, table_row(ui->table, l->top + i),
			 l->top + i == l->cursor);
}

static void bottom_draw(struct ui *ui, struct screen *s, int y, bool bar)
{
	const char *text = ui->message;

	if (text[0]) {
		screen_fill(s, y, 0, s->width, ROLE_TEXT);
		screen_fit(s, y, 0, s->width, ui->message_role, text, false, true);
	} else if (bar) {
		key_bar_draw(ui, s, y);
	}
}

/* What there is no room for goes in this order: summary, notes, key bar, loss, tabs, context. */
static void table_draw(struct ui *ui, struct view *v, struct screen *s)
{
	int y = 0, h = s->height;
	int loss = loss_severity(ui);
	bool bar = h >= 8;

	(void)v;
	ui->area.tabs_y = -1;
	if (h >= 3)
		header_draw(ui, s, y++, loss > 1 && h < 9);
	if (h >= 7)
		tabs_draw(ui, s, y++);
	if (h >= 5 && context_wanted(ui))
		context_draw(ui, s, y++);
	if (h >= 9 && loss)
		loss_draw(ui, s, y++);
	if (h >= 10)
		y += notes_draw(ui, s, y, h >= 16 ? 4 : 1);
	if (h >= 14 && ui->table)
		y += summary_draw(&ui->summary, s, y, (h - y) * 2 / 5);
	columns_lay_out(ui, s->width);
	ui->area.heading_y = y;
	if (h > 1)
		heading_draw(ui, s, y++);
	rows_draw(ui, s, y, h - y - bar);
	bottom_draw(ui, s, h - 1, bar);
}

static bool click(struct ui *ui, const struct key_event *key)
{
	const struct table_area *a = &ui->area;

	if (key->y == a->tabs_y)
		for (int i = 0; i < a->n_tabs; i++)
			if (key->x >= a->tabs[i].x && key->x < a->tabs[i].x + a->tabs[i].width) {
				level_open(ui, a->tabs[i].panel);
				return true;
			}
	if (key->y == a->heading_y)
		for (int i = 0; i < a->n_columns; i++)
			if (key->x >= a->columns[i].x &&
			    key->x <= a->columns[i].x + a->columns[i].width) {
				sort_by(ui, a->columns[i].column);
				return true;
			}
	if (ui->table && key->y >= a->rows_y && key->y < a->rows_y + a->rows &&
	    ui_level(ui)->top + (size_t)(key->y - a->rows_y) < ui->table->n)
		level_select(ui, ui_level(ui)->top + (size_t)(key->y - a->rows_y));
	return true;
}

static bool table_key(struct ui *ui, struct view *v, const struct key_event *key)
{
	(void)v;
	if (key->code == K_CLICK)
		return click(ui, key);
	if (key->code == K_WHEEL_UP || key->code == K_WHEEL_DOWN) {
		for (int i = 0; i < 3; i++)
			action_move(ui, key->code == K_WHEEL_UP ? K_UP : K_DOWN);
		return true;
	}
	return false;
}

static void table_view_free(struct view *v)
{
	free(v);
}

static const struct view_class table_class = {
	.name = "table",
	.key = table_key,
	.draw = table_draw,
	.free = table_view_free,
	.keys_pass = true,
};

struct view *view_table_new(void)
{
	struct view *v = xcalloc(1, sizeof(*v));

	v->class = &table_class;
	return v;
}
