/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for people: a block with title, headings and rows, columns as wide as what is in them, and an
 * empty line behind it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "export.h"
#include "stamp.h"

#define COLUMNS_MAX 64
#define CELL_MAX 8192 /* bytes: a path of 1000 bytes, each as \x.., and more */

struct grid {
	const struct column *columns[COLUMNS_MAX];
	int width[COLUMNS_MAX]; /* terminal cells */
	size_t n;
	char *cell; /* CELL_MAX bytes */
};

static const char *heading_mark(const struct grid *g, size_t k, const struct table *t)
{
	return t->sample_n > 1 && column_is_measured(g->columns[k]) ? "~" : "";
}

static void grid_measure(struct grid *g, const struct table *t)
{
	for (size_t k = 0; k < g->n; k++)
		g->width[k] = text_width(g->columns[k]->heading) + (int)strlen(heading_mark(g, k, t));
	for (size_t i = 0; i < t->n; i++) {
		for (size_t k = 0; k < g->n; k++) {
			int width;

			format_cell(g->cell, CELL_MAX, g->columns[k], table_row(t, i));
			width = text_width(g->cell);
			if (width > g->width[k])
				g->width[k] = width;
		}
	}
}

/* The last column gets no blanks behind it. */
static void write_cell(FILE *out, const struct grid *g, size_t k, const char *text)
{
	int pad = g->width[k] - text_width(text);
	bool left = g->columns[k]->flags & COL_LEFT;

	if (k)
		fputc(' ', out);
	if (!left)
		fprintf(out, "%*s", pad, "");
	fputs(text, out);
	if (left && k + 1 < g->n)
		fprintf(out, "%*s", pad, "");
}

static void write_title(FILE *out, const struct table *t)
{
	char time[STAMP_LEN], interval[STAMP_LEN];
	bool any = false;

	fprintf(out, "%s  %s  interval %s s", t->panel->name, stamp_time(time, t),
		stamp_interval(interval, t));
	for (int k = 0; k < LOSS_KINDS; k++) {
		if (!t->loss[k])
			continue;
		fprintf(out, "%s%s %" PRIu64, any ? ", " : "  lost: ", loss_names[k], t->loss[k]);
		any = true;
	}
	fputc('\n', out);
}

static void write_note(FILE *out, const struct table *t, char *buf)
{
	if (!t->note[0])
		return;
	text_for_terminal(buf, CELL_MAX, t->note);
	fprintf(out, "note: %s\n", buf);
}

static void text_table(FILE *out, const struct table *t, const struct query *q, bool first)
{
	struct grid g = { .cell = xmalloc(CELL_MAX) };

	(void)first;
	g.n = query_columns(q, g.columns, COLUMNS_MAX);
	write_title(out, t);
	write_note(out, t, g.cell);
	grid_measure(&g, t);
	for (size_t k = 0; k < g.n; k++) {
		snprintf(g.cell, CELL_MAX, "%s%s", heading_mark(&g, k, t), g.columns[k]->heading);
		write_cell(out, &g, k, g.cell);
	}
	fputc('\n', out);
	for (size_t i = 0; i < t->n; i++) {
		for (size_t k = 0; k < g.n; k++) {
			format_cell(g.cell, CELL_MAX, g.columns[k], table_row(t, i));
			write_cell(out, &g, k, g.cell);
		}
		fputc('\n', out);
	}
	fputc('\n', out);
	free(g.cell);
}

const struct exporter export_text = { .name = "text", .table = text_table };
