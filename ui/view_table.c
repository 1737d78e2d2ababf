/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* strcasestr */
/* The lowest view: header lines, summary, rows, key bar. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/identity.h"
#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"
#include "ui/graph.h"
#include "ui/header.h"

#define FLEXIBLE_MIN 12 /* cells for a column that takes what is left, */
#define FLEXIBLE_PART 3 /* and this part of the width where rows need it: they are about it */
#define COMMAND_PART 2	/* this part for whole commands: somebody asked for them */
#define CUT_MIN 6	/* cells of a text that would need more */
#define WIDE 100	/* screens from here on have room for pictures */
#define WIDER 160
#define BAR 8
#define BARS 3

/* Columns that could be shown, in the order of the screen, and the cells that each gets or 0. */
struct layout {
	const struct column *columns[64];
	int want[64], width[64];
	int n, room; /* cells left; one of them goes before every column but the first */
};

/* Whoever scrolls away the column by which rows are sorted still wants to know their order. */
static void layout_fill(struct layout *o, const struct ui *ui, int width)
{
	const struct level *l = ui_level(ui);
	const struct column *all[64], *sort = l->q.sort, *tree = tree_column(ui);
	int n = (int)query_columns(&l->q, all, 63), part = width / FLEXIBLE_PART;
	int tree_part = l->tree_widest < part ? l->tree_widest : part;
	bool there = false;

	if (l->widest && l->widest < part)
		part = l->widest;
	for (int i = 0; i < n; i++)
		there |= sort && all[i] == sort;
	if (sort && !there && !(sort->flags & COL_HIDDEN))
		all[n++] = sort;
	for (int i = 0; i < n; i++) {
		const struct column *c = all[i];
		int index = (int)(c - l->q.panel->columns);
		bool unseen = ui->table && ui->table->n && index < 64 && !(l->seen & 1ull << index);
		bool away = (i > 0 && i <= l->skip) || (unseen && c->agg == AGG_KEY && !l->q.n_picked);

		if (away && !(sort && c == sort))
			continue;
		o->columns[o->n] = c;
		o->want[o->n] = c->width ? c->width : part > FLEXIBLE_MIN ? part : FLEXIBLE_MIN;
		if (shows_command(ui, c) && o->want[o->n] < width / COMMAND_PART)
			o->want[o->n] = width / COMMAND_PART;
		if (c == tree && o->want[o->n] < tree_part)
			o->want[o->n] = tree_part;
		o->n++;
	}
}

/* False: there is no room for it. */
static bool layout_take(struct layout *o, int i)
{
	bool text = o->columns[i]->flags & COL_LEFT;
	int room = o->room - 1;

	if (o->width[i])
		return true;
	if (o->want[i] > room && !(text && room >= CUT_MIN))
		return false;
	o->width[i] = o->want[i] < room ? o->want[i] : room;
	o->room -= o->width[i] + 1;
	return true;
}

/* The first column, cut where that makes room for the one by which rows are sorted. */
static void layout_first(struct layout *o, const struct column *sort, int width)
{
	int first = o->want[0] < width ? o->want[0] : width;

	for (int i = 1; i < o->n; i++) {
		int rest = width - o->want[i] - 1;

		if (o->columns[i] == sort && first > rest && rest >= CUT_MIN &&
		    o->columns[0]->flags & COL_LEFT)
			first = rest;
	}
	o->width[0] = first;
	o->room = width - first;
}

static bool is_grouped_by(const struct query *q, const struct column *c)
{
	for (size_t i = 0; i < q->n_keys; i++)
		if (q->keys[i] == c)
			return true;
	return false;
}

/* Who the rows are and their order come before all else, wherever on the screen they stand. */
static void layout_choose(struct layout *o, const struct query *q, int width)
{
	layout_first(o, q->sort, width);
	for (int i = 0; i < o->n; i++)
		if (o->columns[i] == q->sort)
			layout_take(o, i);
	for (int i = 0; i < o->n; i++)
		if (is_grouped_by(q, o->columns[i]))
			layout_take(o, i);
	for (int i = 0; i < o->n; i++)
		if (!layout_take(o, i))
			break;
}

/* Shares get a bar where nothing else wants the room. */
static void layout_bars(struct layout *o, int width, int *bars)
{
	int n = 0;

	for (int i = 0; i < o->n; i++) {
		bars[i] = 0;
		if (width < WIDE || !o->width[i] || o->columns[i]->unit != UNIT_PERCENT ||
		    o->room < BAR + 1 || n == BARS)
			continue;
		n++;
		bars[i] = BAR;
		o->room -= BAR + 1;
	}
}

static int trend_cells(const struct ui *ui, int width)
{
	bool wanted = ui->trend == TREND_ON || (ui->trend == TREND_WIDE && width >= WIDE);

	if (!wanted || width < 40 || !trail_column(ui->backfill.trail))
		return 0;
	return width >= WIDER ? 20 : width >= WIDE + 20 ? 12 : 8;
}

/* Which columns there is room for; a column of width 0 gets what the others leave. */
static void columns_lay_out(struct ui *ui, int width)
{
	struct table_area *a = &ui->area;
	struct layout o = { .n = 0 };
	int x = 0, bars[64], trend = trend_cells(ui, width);

	layout_fill(&o, ui, width);
	a->n_columns = 0;
	a->trend_width = 0;
	if (!o.n)
		return;
	layout_choose(&o, &ui_level(ui)->q, trend ? width - trend - 1 : width);
	layout_bars(&o, width, bars);
	for (int i = 0; i < o.n; i++)
		if (o.width[i] && !o.columns[i]->width) {
			o.width[i] += o.room;
			break;
		}
	for (int i = 0; i < o.n; i++) {
		if (!o.width[i])
			continue;
		a->columns[a->n_columns].column = o.columns[i];
		a->columns[a->n_columns].x = x;
		a->columns[a->n_columns].bar = bars[i];
		a->columns[a->n_columns++].width = o.width[i];
		x += o.width[i] + (bars[i] ? bars[i] + 2 : 1);
	}
	a->trend_x = x;
	a->trend_width = trend;
}

void heading_text(char *buf, size_t size, const struct table *t, const struct column *c, int width,
		  const char *order)
{
	bool estimate = t && t->sample_n > 1 && column_is_measured(c);
	int room = width - (order[0] != '\0') - estimate, letters = (int)strlen(c->heading);

	/* the marks are worth more than the end of a heading that fills its column */
	if (letters > room && room >= 0 && (estimate || order[0]))
		letters = room;
	snprintf(buf, size, "%s%.*s%s", estimate ? "~" : "", letters, c->heading, order);
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
		int width = a->columns[i].width;

		heading_text(text, sizeof(text), ui->table, c, width,
			     !sorted	    ? "" :
			     q->ascending ? "▲" :
					    "▼");
		screen_fit(s, y, a->columns[i].x, width, sorted ? ROLE_HEADING_SORT : ROLE_HEADING,
			   text, false, (c->flags & COL_LEFT) != 0);
	}
	screen_fit(s, y, a->trend_x, a->trend_width, ROLE_HEADING, "TREND", false, false);
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

enum role cell_role(const struct column *c, const void *row)
{
	if (!column_is_known(c, row))
		return ROLE_TEXT;
	if (c->kind == COL_STR)
		return strcmp(c->name, "comm") ? ROLE_TEXT : ROLE_NAME;
	return number_role(c, row);
}

/* Colour is not enough to tell by: a star, where numbers leave their first cell free. */
static void mark_draw(struct screen *s, int y, bool selected)
{
	const struct cell *first = screen_cell(s, y, 0);

	if (!selected)
		screen_mark(s, y, 0, s->width, ROLE_MARKED);
	if (first && (!first->text[0] || !strcmp(first->text, " ")))
		screen_text(s, y, 0, 1, selected ? ROLE_SELECTED : ROLE_MARKED, "*");
}

static void row_draw(struct ui *ui, struct screen *s, int y, size_t index, bool selected)
{
	const struct table_area *a = &ui->area;
	const void *row = table_row(ui->table, index);
	const struct column *tree = tree_column(ui);
	const char *command;
	char text[1200];

	if (selected)
		screen_fill(s, y, 0, s->width, ROLE_SELECTED);
	for (int i = 0; i < a->n_columns; i++) {
		const struct column *c = a->columns[i].column;
		enum role role = selected ? ROLE_SELECTED : cell_role(c, row);
		int x = a->columns[i].x, width = a->columns[i].width, marks = 0;

		if (c == tree)
			marks = tree_marks(ui, text, sizeof(text), index, width / 2);
		if (marks)
			screen_text(s, y, x, width, selected ? role : ROLE_DIM, text);
		command = shows_command(ui, c) ? row_command(ui, row) : NULL;
		if (command)
			snprintf(text, sizeof(text), "%s", command);
		else
			tree_cell(ui, text, sizeof(text), c, index);
		if (ui->search[0] && !selected && strcasestr(text, ui->search))
			role = ROLE_MATCH;
		screen_fit(s, y, x + marks, width - marks, role, text,
			   c != tree && c->flags & COL_CUT_FRONT, (c->flags & COL_LEFT) != 0);
		if (a->columns[i].bar)
			bar_draw(s, y, a->columns[i].x + a->columns[i].width + 1, a->columns[i].bar,
				 selected ? ROLE_SELECTED : percent_role(column_number(c, row)),
				 column_number(c, row));
	}
	if (a->trend_width)
		spark_draw(s, y, a->trend_x, a->trend_width, selected ? ROLE_SELECTED : ROLE_GRAPH,
			   ui->backfill.trail, row_identity(&ui_level(ui)->q, row), ui->shown);
	if (mark_has(&ui->marks, &ui_level(ui)->q, row))
		mark_draw(s, y, selected);
}

/* Sums of nothing would look like those of a machine that does nothing. */
static bool not_recorded(const struct ui *ui)
{
	return ui->table && !ui->table->n && strstr(ui->table->note, NOTE_NOT_RECORDED);
}

/* Why there are no rows. */
static void nothing_draw(const struct ui *ui, struct screen *s, int y)
{
	char gone[64];
	const char *why = "nothing in this interval";

	if (not_recorded(ui))
		why = NOTE_NOT_RECORDED;
	else if (ui->work.on)
		why = "working ...";
	else if (!ui->table)
		why = "the first interval is not over yet";
	else if (ui->table->off)
		why = "not counted";
	else if (select_ended(ui, gone, sizeof(gone)))
		why = gone;
	else if (ui_level(ui)->q.filter_text)
		why = "no rows match";
	screen_text(s, y, 0, s->width, ROLE_DIM, why);
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
		nothing_draw(ui, s, y);
		return;
	}
	if (l->cursor < l->top)
		l->top = l->cursor;
	if (l->cursor >= l->top + max)
		l->top = l->cursor - max + 1;
	if (l->top + max > n)
		l->top = n > max ? n - max : 0;
	for (size_t i = 0; i < max && l->top + i < n; i++)
		row_draw(ui, s, y + (int)i, l->top + i,
			 l->top + i == l->cursor && !l->lost);
}

static void bottom_draw(struct ui *ui, struct screen *s, int y, bool bar)
{
	const char *text = ui->message;
	char going[64];

	if (text[0]) {
		screen_fill(s, y, 0, s->width, ROLE_TEXT);
		screen_fit(s, y, 0, s->width, ui->message_role, text, false, true);
	} else if (going_text(ui, going, sizeof(going))) {
		screen_fill(s, y, 0, s->width, ROLE_TEXT);
		screen_fit(s, y, 0, s->width, ROLE_STATE, going, false, true);
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
	targets_clear(ui);
	if (h >= 3)
		header_draw(ui, s, y++, loss > 1 && h < 9);
	if (h >= 7)
		tabs_draw(ui, s, y++);
	if (h >= 5 && context_wanted(ui))
		context_draw(ui, s, y++);
	if (h >= 9 && loss)
		loss_draw(ui, s, y++);
	if (h >= 10 && !not_recorded(ui))
		y += notes_draw(ui, s, y, h >= 16 ? 4 : 1);
	if (ui_level(ui)->page) {
		page_draw(ui, ui_level(ui)->page, s, y, h - y - bar);
		bottom_draw(ui, s, h - 1, bar);
		return;
	}
	if (h >= 14 && ui->table && !not_recorded(ui))
		y += summary_draw(&ui->summary, s, y, (h - y) * 2 / 5);
	columns_lay_out(ui, s->width);
	ui->area.heading_y = y;
	if (h > 1)
		heading_draw(ui, s, y++);
	rows_draw(ui, s, y, h - y - bar);
	bottom_draw(ui, s, h - 1, bar);
}

static bool table_key(struct ui *ui, struct view *v, const struct key_event *key)
{
	(void)v;
	if (ui_level(ui)->page && page_key(ui, ui_level(ui)->page, key))
		return true;
	if (key->code == K_CLICK) {
		mouse_click(ui, key);
		return true;
	}
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
