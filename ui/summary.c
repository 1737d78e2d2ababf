/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/format.h"
#include "ui/app.h"
#include "ui/graph.h"
#include "ui/histogram.h"

#define BAR_MIN 7 /* cells of a bar in a strip */
#define BAR_MAX 40
#define BAR_TEXT 11 /* cells around it: key, percent, gaps */
#define GUTTER_MAX 18

void summary_init(struct summary_set *set)
{
	*set = (struct summary_set){ .n = 0 };
	for (int i = 0; i < SUMMARY_MAX; i++)
		query_pair_init(&set->blocks[i].pair);
}

static void blocks_close(struct summary_set *set)
{
	for (int i = 0; i < set->n; i++)
		query_done(&set->blocks[i].q);
	set->n = 0;
}

void summary_done(struct summary_set *set)
{
	blocks_close(set);
	for (int i = 0; i < SUMMARY_MAX; i++)
		query_pair_done(&set->blocks[i].pair);
}

const struct column *summary_column(const struct summary_block *b, int index)
{
	char names[256], *save = NULL, *n;

	snprintf(names, sizeof(names), "%s", b->def->columns ? b->def->columns : "");
	n = strtok_r(names, " ", &save);
	while (n && index-- > 0)
		n = strtok_r(NULL, " ", &save);
	return n ? panel_column(b->q.panel, n) : NULL;
}

/* What narrows blocks. */
struct scope {
	const struct panel *panel; /* blocks of this one only; NULL: all */
	const char *filter;	   /* NULL: none */
	bool all;
};

static void block_filter(struct summary_block *b, const char *filter)
{
	const char *own = b->def->filter;
	struct filter_error wrong;
	char text[3072];

	if (own && filter)
		snprintf(text, sizeof(text), "(%s) and (%s)", own, filter);
	query_set_filter(&b->q, own && filter ? text : own ? own : filter, &wrong);
}

static void block_open(struct summary_block *b, const struct scope *scope)
{
	bool within = !scope->panel || scope->panel == b->q.panel;
	const struct summary *def = b->def;
	const struct column *key;
	char error[200];

	query_set_group(&b->q, def->group, error, sizeof(error));
	query_set_sort(&b->q, def->sort, error, sizeof(error));
	key = summary_column(b, 0);
	if (def->kind == SUMMARY_STRIP && !def->sort && key) {
		b->q.sort = key;
		b->q.ascending = true;
	}
	if (def->kind == SUMMARY_TOTALS || def->kind == SUMMARY_HIST)
		b->q.n_keys = 0;
	b->q.all = def->all || (within && scope->all);
	block_filter(b, within ? scope->filter : NULL);
}

static void blocks_open(struct summary_set *set, const struct summary *list,
			const struct panel *own, const struct scope *scope)
{
	blocks_close(set);
	for (const struct summary *def = list;
	     def && def->kind != SUMMARY_END && set->n < SUMMARY_MAX; def++) {
		const struct panel *p = def->panel ? panel_find(def->panel) : own;
		struct summary_block *b = &set->blocks[set->n];

		if (!p)
			continue;
		b->def = def;
		b->table = NULL;
		query_init(&b->q, p);
		block_open(b, scope);
		set->n++;
	}
}

void summary_open(struct summary_set *set, const struct query *of)
{
	const struct scope scope = { of->panel, of->filter_text, of->all };

	blocks_open(set, of->panel->summary, of->panel, &scope);
}

void summary_open_sections(struct summary_set *set, const struct summary *list, const char *filter)
{
	const struct scope scope = { .filter = filter };

	blocks_open(set, list, NULL, &scope);
}

static int gutter_draw(const struct summary_block *b, struct screen *s, int y)
{
	const char *label = b->def->label ? b->def->label : b->q.panel->title;
	int width = text_width(label);

	if (width > GUTTER_MAX)
		width = GUTTER_MAX;
	screen_fit(s, y, 0, width, ROLE_LABEL, label, false, true);
	return width + 2;
}

/* Sums as rates over the measured interval, everything else as it is. */
static void total_text(char *buf, size_t size, const struct table *t, const struct column *c)
{
	const void *row = table_row(t, 0);
	double v = column_number(c, row);
	int at = 0;

	/* nobody counts: nothing is no number of it */
	if (t->off) {
		snprintf(buf, size, "-");
		return;
	}
	if (t->sample_n > 1 && column_is_measured(c))
		at = snprintf(buf, size, "~");
	if (c->agg != AGG_SUM || t->interval_s <= 0) {
		format_cell(buf + at, size - (size_t)at, c, row);
		return;
	}
	at += format_number(buf + at, size - (size_t)at, c->unit, v / t->interval_s);
	snprintf(buf + at, size - (size_t)at, "/s");
}

static int totals_draw(const struct summary_block *b, struct screen *s, int y)
{
	int x = gutter_draw(b, s, y);
	const struct column *c;
	char text[32];

	for (int i = 0; b->table->n && (c = summary_column(b, i)); i++) {
		total_text(text, sizeof(text), b->table, c);
		if (x + (int)(strlen(c->heading) + strlen(text)) + 1 > s->width)
			break;
		x += screen_printf(s, y, x, s->width - x, ROLE_LABEL, "%s ", c->heading);
		x += screen_printf(s, y, x, s->width - x, ROLE_VALUE, "%s", text);
		x += 2;
	}
	return 1;
}

static int top_draw(const struct summary_block *b, struct screen *s, int y, int max)
{
	int gutter = gutter_draw(b, s, y), lines = b->def->rows > 0 ? b->def->rows : 1, x;
	const struct column *c;
	char text[256];

	if (lines > max)
		lines = max;
	for (int i = 0; i < lines && i < (int)b->table->n; i++) {
		const void *row = table_row(b->table, (size_t)i);

		x = gutter;
		for (int j = 0; (c = summary_column(b, j)) && x < s->width; j++) {
			bool name = c->agg == AGG_KEY || c->agg == AGG_ID;
			int width = c->width ? c->width : 20;

			heading_text(text, sizeof(text), b->table, c, (int)sizeof(text), "");
			if (x + width + (name ? 0 : (int)strlen(text) + 1) > s->width)
				break;
			if (!name)
				x += screen_printf(s, y + i, x, s->width - x, ROLE_LABEL, "%s ", text);
			format_cell(text, sizeof(text), c, row);
			screen_fit(s, y + i, x, width, name ? ROLE_TEXT : ROLE_VALUE, text,
				   (c->flags & COL_CUT_FRONT) != 0, name && c->flags & COL_LEFT);
			x += width + 2;
		}
	}
	return b->table->n < 1 ? 1 : b->table->n < (size_t)lines ? (int)b->table->n : lines;
}

/* A bar with its number for each row, or where these are too many, one cell for each. */
static int strip_draw(const struct summary_block *b, struct screen *s, int y, int max)
{
	const struct column *key = summary_column(b, 0), *value = summary_column(b, 1);
	int gutter = gutter_draw(b, s, y), room = s->width - gutter, n = (int)b->table->n;
	int lines = b->def->rows > 0 && b->def->rows < max ? b->def->rows : max;
	int per_line = room / (BAR_MIN + BAR_TEXT), cells;
	char text[32];

	if (!key || !value || !n || room <= 0)
		return 1;
	if (per_line > n)
		per_line = n;
	if (per_line < 1 || (n + per_line - 1) / per_line > lines) {
		for (int i = 0; i < n && i / room < lines; i++) {
			double v = column_number(value, table_row(b->table, (size_t)i));

			screen_block(s, y + i / room, gutter + i % room, percent_role(v),
				     (int)(percent_clamp(v) * 0.08 + 0.5));
		}
		return (n - 1) / room + 1 < lines ? (n - 1) / room + 1 : lines;
	}
	per_line = (n + (n + per_line - 1) / per_line - 1) / ((n + per_line - 1) / per_line);
	cells = room / per_line - BAR_TEXT;
	if (cells > BAR_MAX)
		cells = BAR_MAX;
	for (int i = 0; i < n; i++) {
		const void *row = table_row(b->table, (size_t)i);
		int x = gutter + i % per_line * (cells + BAR_TEXT), line = y + i / per_line;
		double v;

		format_cell(text, sizeof(text), key, row);
		screen_fit(s, line, x, 3, ROLE_LABEL, text, false, false);
		v = column_number(value, row);
		bar_draw(s, line, x + 4, cells, percent_role(v), v);
		format_cell(text, sizeof(text), value, row);
		screen_fit(s, line, x + 4 + cells, 5, ROLE_VALUE, text, false, false);
	}
	return (n - 1) / per_line + 1;
}

static int hist_draw(const struct summary_block *b, struct screen *s, int y, int max)
{
	static const struct lat none;
	const struct column *c = summary_column(b, 0);
	const char *row = b->table->n ? table_row(b->table, 0) : NULL;
	const void *lat = row && c ? (const void *)(row + c->offset) : &none;

	if (!c || c->kind != COL_LAT)
		return 0;
	return histogram_draw(s, y, b->def->rows < max ? b->def->rows : max,
			      b->def->label ? b->def->label : c->name,
			      b->table->off ? NULL : lat);
}

static int block_draw(const struct summary_block *b, struct screen *s, int y, int max)
{
	switch (b->def->kind) {
	case SUMMARY_TOTALS:
		return totals_draw(b, s, y);
	case SUMMARY_TOP:
		return top_draw(b, s, y, max);
	case SUMMARY_STRIP:
		return strip_draw(b, s, y, max);
	case SUMMARY_HIST:
		return hist_draw(b, s, y, max);
	case SUMMARY_ROWS: /* page_draw.c */
	case SUMMARY_END:
		break;
	}
	return 0;
}

int summary_draw(const struct summary_set *set, struct screen *s, int y, int max)
{
	int used = 0;

	for (int i = 0; i < set->n && used < max; i++)
		if (set->blocks[i].table)
			used += block_draw(&set->blocks[i], s, y + used, max - used);
	return used;
}
