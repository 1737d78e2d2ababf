/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "panel.h"
#include "table_text.h"

void table_init(struct table *t)
{
	*t = (struct table){ .text = table_text_new() };
}

void table_done(struct table *t)
{
	table_text_free(t->text);
	free(t->rows);
	free(t->order);
	free(t->keys);
	free(t->slots);
	free(t->groups);
	free(t->means);
	free(t->kept);
	*t = (struct table){ 0 };
}

/* One table is used for all panels in turn: what the largest needs is not given back for the sake of
 * the smallest. */
#define GIVE_BACK_EVERY 32 /* resets */

static void give_back(struct table *t)
{
	size_t size = t->panel->row_size, cap;

	if (t->n * size > t->most_bytes)
		t->most_bytes = t->n * size;
	if (++t->resets % GIVE_BACK_EVERY)
		return;
	cap = mem_keep(t->cap, t->most_bytes / size, size);
	t->most_bytes = 0;
	if (cap == t->cap)
		return;
	t->rows = xreallocarray(t->rows, cap, size);
	t->cap = cap;
}

void table_reset(struct table *t, const struct panel *p)
{
	if (t->panel)
		give_back(t);
	/* the capacity is in rows of the panel before */
	if (t->panel && t->panel->row_size != p->row_size)
		t->cap = t->cap * t->panel->row_size / p->row_size;
	t->panel = p;
	t->n = 0;
	t->tree = NULL;
	t->wall_ns = 0;
	t->interval_s = 0;
	memset(t->loss, 0, sizeof(t->loss));
	t->sample_n = 1;
	t->off = false;
	t->note[0] = '\0';
	table_text_reset(t->text);
}

void *table_add(struct table *t)
{
	size_t size = t->panel->row_size;

	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		t->rows = xreallocarray(t->rows, t->cap, size);
	}
	return memset(t->rows + size * t->n++, 0, size);
}

void *table_row(const struct table *t, size_t i)
{
	return t->rows + t->panel->row_size * i;
}

const char *table_str(struct table *t, const char *s)
{
	return s ? table_text_add(t->text, s, strlen(s)) : NULL;
}

const char *table_strf(struct table *t, const char *format, ...)
{
	char buf[512], *all = NULL;
	const char *s;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	if (n < 0)
		return NULL;
	if ((size_t)n >= sizeof(buf)) {
		all = xmalloc((size_t)n + 1);
		va_start(args, format);
		vsnprintf(all, (size_t)n + 1, format, args);
		va_end(args);
	}
	s = table_text_add(t->text, all ? all : buf, (size_t)n);
	free(all);
	return s;
}

void table_finish_row(struct table *t, size_t i)
{
	char *row = table_row(t, i);

	for (const struct column *c = t->panel->columns; c->name; c++)
		if (c->kind == COL_LAT)
			lat_finish((struct lat *)(row + c->offset));
	if (t->panel->finish)
		t->panel->finish(row, t->interval_s);
}

void table_finish(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		table_finish_row(t, i);
}

void table_swap_rows(struct table *a, struct table *b)
{
	uint8_t *rows = a->rows;
	size_t a_bytes = a->panel ? a->cap * a->panel->row_size : 0;
	size_t b_bytes = b->panel ? b->cap * b->panel->row_size : 0;

	a->rows = b->rows;
	b->rows = rows;
	a->cap = a->panel ? b_bytes / a->panel->row_size : 0;
	b->cap = b->panel ? a_bytes / b->panel->row_size : 0;
	a->n = b->n = 0;
}
