/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a page looks: lines of text, and sections that share the room fairly. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/format.h"
#include "ui/app.h"
#include "ui/graph.h"
#include "ui/page.h"

#define COLUMNS_MAX 16
#define FIRST_MIN 18 /* cells of the first column, which has the title of the section above it */
#define LABEL 9	     /* cells before a line of text */
#define TREND 12
#define TREND_MIN 100 /* cells of a screen that has room for the small pictures */

/* Which columns of a section there is room for. */
struct section_layout {
	const struct column *columns[COLUMNS_MAX];
	int width[COLUMNS_MAX];
	int n, room, trend;
};

static bool layout_take(struct section_layout *l, int i)
{
	int want = l->columns[i]->width ? l->columns[i]->width : FIRST_MIN;

	if (l->width[i])
		return true;
	if (want + 1 > l->room)
		return false;
	l->width[i] = want;
	l->room -= want + 1;
	return true;
}

/* The first column and the one that sorts come first; what is left goes to a first one without a
 * width, a path. */
static void layout_make(struct section_layout *l, const struct summary_block *b, int width)
{
	const struct column *c;
	int first;

	*l = (struct section_layout){ .trend = width >= TREND_MIN ? TREND : 0 };
	while (l->n < COLUMNS_MAX && (c = summary_column(b, l->n)))
		l->columns[l->n++] = c;
	if (!l->n)
		return;
	first = l->columns[0]->width > FIRST_MIN ? l->columns[0]->width : FIRST_MIN;
	l->width[0] = first > width / 2 ? width / 2 : first;
	l->room = width - l->width[0] - (l->trend ? l->trend + 1 : 0);
	for (int i = 1; i < l->n; i++)
		if (l->columns[i] == b->q.sort)
			layout_take(l, i);
	for (int i = 1; i < l->n; i++)
		if (!layout_take(l, i))
			break;
	if (!l->columns[0]->width)
		l->width[0] += l->room;
}

static void title_text(const struct page_section *sec, const struct summary_block *b, char *buf,
		       size_t size)
{
	size_t n = b->table ? b->table->n : 0;

	if (n > (size_t)sec->rows && sec->rows > 0)
		snprintf(buf, size, "%s %zu of %zu", b->def->label, sec->top + (size_t)sec->rows, n);
	else
		snprintf(buf, size, "%s", b->def->label);
}

static void empty_draw(const struct summary_block *b, struct screen *s, int y)
{
	int x = screen_printf(s, y, 0, s->width, ROLE_LABEL, "%s: ", b->def->label);
	bool noted = b->table && b->table->note[0];

	screen_fit(s, y, x, s->width - x, noted ? ROLE_WARNING : ROLE_DIM,
		   !b->table ? "the first interval is not over yet"
		   : noted   ? b->table->note
			     : "nothing in this interval",
		   false, true);
}

static void heading_draw(const struct page_section *sec, const struct summary_block *b,
			 const struct section_layout *l, struct screen *s, int y)
{
	int x = l->width[0] + 1;
	char text[64];

	title_text(sec, b, text, sizeof(text));
	screen_fill(s, y, 0, s->width, ROLE_HEADING);
	screen_fit(s, y, 0, l->width[0], ROLE_HEADING, text, false, true);
	for (int i = 1; i < l->n; i++) {
		const struct column *c = l->columns[i];
		bool sorted = c == b->q.sort;

		if (!l->width[i])
			continue;
		heading_text(text, sizeof(text), b->table, c, l->width[i], sorted ? "▼" : "");
		screen_fit(s, y, x, l->width[i], sorted ? ROLE_HEADING_SORT : ROLE_HEADING, text,
			   false, (c->flags & COL_LEFT) != 0);
		x += l->width[i] + 1;
	}
	if (l->trend)
		screen_fit(s, y, x, l->trend, ROLE_HEADING, "LATELY", false, true);
}

static void row_draw(struct ui *ui, const struct page_section *sec, const struct summary_block *b,
		     const struct section_layout *l, struct screen *s, int y, size_t index,
		     bool selected)
{
	const void *row = table_row(b->table, index);
	char text[1200];
	int x = 0;

	if (selected)
		screen_fill(s, y, 0, s->width, ROLE_SELECTED);
	for (int i = 0; i < l->n; i++) {
		const struct column *c = l->columns[i];

		if (!l->width[i])
			continue;
		format_cell(text, sizeof(text), c, row);
		screen_fit(s, y, x, l->width[i], selected ? ROLE_SELECTED : cell_role(c, row), text,
			   (c->flags & COL_CUT_FRONT) != 0, !i || (c->flags & COL_LEFT) != 0);
		x += l->width[i] + 1;
	}
	if (l->trend)
		spark_draw(s, y, x, l->trend, selected ? ROLE_SELECTED : ROLE_GRAPH, sec->trail,
			   row_identity(&b->q, row), ui->shown);
}

/* Every section gets a row after the other, as long as there is room and it has more. */
static int rows_share(struct page_view *p, int room)
{
	int used = 0;
	bool more = true;

	for (int i = 0; i < p->set.n; i++) {
		const struct table *t = p->set.blocks[i].table;

		p->sections[i].rows = t && t->n;
		used += 1 + p->sections[i].rows;
	}
	while (more && used < room) {
		more = false;
		for (int i = 0; i < p->set.n && used < room; i++) {
			const struct table *t = p->set.blocks[i].table;

			if (!t || (size_t)p->sections[i].rows >= t->n)
				continue;
			p->sections[i].rows++;
			used++;
			more = true;
		}
	}
	return used;
}

/* Which rows of a section are in sight. */
static void section_scroll(struct page_section *sec)
{
	size_t rows = (size_t)sec->rows;

	if (sec->cursor < sec->top)
		sec->top = sec->cursor;
	if (rows && sec->cursor >= sec->top + rows)
		sec->top = sec->cursor - rows + 1;
}

static void line_draw(const struct page_view *p, int i, struct screen *s, int y)
{
	const struct page_line *l = &p->lines[i];
	enum role role = l->alert || p->gone ? ROLE_WARNING : i ? ROLE_TEXT : ROLE_NAME;
	char when[32];
	time_t seen = (time_t)(p->seen_ns / 1000000000);
	struct tm tm;
	int x = LABEL;

	screen_fit(s, y, 0, LABEL - 1, ROLE_LABEL, l->label, false, true);
	if (p->gone && !i) {
		localtime_r(&seen, &tm);
		strftime(when, sizeof(when), "%H:%M:%S", &tm);
		x += screen_printf(s, y, x, s->width - x, ROLE_WARNING, "GONE, last seen %s: ", when);
	}
	screen_fit(s, y, x, s->width - x, role, l->text, false, true);
}

/* Draws what of a line or section is between y and bottom; returns its lines. */
static int section_draw(struct ui *ui, struct page_view *p, int i, struct screen *s, int y,
			int first, int bottom)
{
	struct page_section *sec = &p->sections[i];
	const struct summary_block *b = &p->set.blocks[i];
	struct section_layout l;

	section_scroll(sec);
	if (y >= first && y < bottom && !sec->rows)
		empty_draw(b, s, y);
	layout_make(&l, b, s->width);
	if (y >= first && y < bottom && sec->rows)
		heading_draw(sec, b, &l, s, y);
	sec->y = y + 1;
	for (int r = 0; r < sec->rows; r++)
		if (sec->y + r >= first && sec->y + r < bottom &&
		    sec->top + (size_t)r < b->table->n)
			row_draw(ui, sec, b, &l, s, sec->y + r, sec->top + (size_t)r,
				 i == p->focus && sec->top + (size_t)r == sec->cursor);
	return 1 + sec->rows;
}

/* Keeps the selected row in sight; whoever is at the first one sees the text above it as well. */
static void page_scroll(struct page_view *p, int height, int total)
{
	int at = p->n_lines, cursor;
	bool first = true;

	for (int i = 0; i < p->focus; i++) {
		first &= !p->sections[i].rows;
		at += 1 + p->sections[i].rows;
	}
	section_scroll(&p->sections[p->focus]);
	cursor = at + 1 + (int)(p->sections[p->focus].cursor - p->sections[p->focus].top);
	if (first && !p->sections[p->focus].cursor)
		p->top = 0;
	else if (cursor >= p->top + height)
		p->top = cursor - height + 1;
	else if (at < p->top)
		p->top = height > 1 ? at : cursor;
	if (p->top > total - height)
		p->top = total - height;
	if (p->top < 0)
		p->top = 0;
}

void page_draw(struct ui *ui, struct page_view *p, struct screen *s, int y, int height)
{
	int used = rows_share(p, height - p->n_lines), at;

	ui->area.rows = height;
	page_scroll(p, height, used + p->n_lines);
	at = y - p->top;
	for (int i = 0; i < p->n_lines; i++, at++)
		if (at >= y && at < y + height)
			line_draw(p, i, s, at);
	for (int i = 0; i < p->set.n; i++)
		at += section_draw(ui, p, i, s, at, y, y + height);
}
