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

static void give_back(struct table *t)
{
	size_t size = t->panel->row_size, cap = mem_keep(t->cap, t->n, size);

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

/* What a cell sorts by, of 16 bytes instead of a row of hundreds: sorting goes over it many times. */
struct sort_key {
	uint64_t rank; /* 0: not known */
	uint32_t row;
};

/* Ascending as column_compare; of a text only the beginning, so that equal ranks do not tell. */
static uint64_t cell_rank(const struct column *c, const void *row)
{
	union {
		double number;
		uint64_t bits;
	} u;
	const char *s;
	uint64_t rank = 0;

	if (!column_is_known(c, row))
		return 0;
	switch (c->kind) {
	case COL_U32:
	case COL_U64:
		return column_u64(c, row) + 1;
	case COL_STR:
		s = column_str(c, row);
		for (int i = 0; i < 8; i++) {
			rank = rank << 8 | (unsigned char)*s;
			s += *s != 0;
		}
		return rank;
	}
	u.number = column_number(c, row) + 0.0; /* no -0 */
	return u.bits >> 63 ? ~u.bits : u.bits | 1ull << 63;
}

static int key_compare(const struct table *t, const struct column *by, const struct sort_key *a,
		       const struct sort_key *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return by->kind != COL_STR ?
		       0 :
		       column_compare(by, table_row(t, a->row), table_row(t, b->row));
}

/* One pass of a bottom-up merge sort: runs of `width` in from become runs of 2 * width in to. */
static void keys_merge(const struct table *t, const struct column *by, bool ascending,
		       const struct sort_key *from, struct sort_key *to, size_t width)
{
	for (size_t start = 0; start < t->n; start += 2 * width) {
		size_t a = start, a_end = start + width < t->n ? start + width : t->n;
		size_t b = a_end, b_end = a_end + width < t->n ? a_end + width : t->n;

		for (size_t i = start; i < b_end; i++) {
			bool take_b = a == a_end;

			if (!take_b && b < b_end) {
				int cmp = key_compare(t, by, &from[a], &from[b]);

				/* equal ones keep their order in both directions */
				take_b = ascending ? cmp > 0 : cmp < 0;
			}
			to[i] = take_b ? from[b++] : from[a++];
		}
	}
}

static void order_room(struct table *t)
{
	if (t->order_cap >= t->n)
		return;
	t->order_cap = t->n + t->n / 4;
	t->order = xreallocarray(t->order, t->order_cap, sizeof(*t->order));
	t->keys = xreallocarray(t->keys, 2 * t->order_cap, sizeof(*t->keys));
}

uint32_t *table_order(struct table *t, const struct column *by, bool ascending)
{
	struct sort_key *from, *to;

	order_room(t);
	from = t->keys;
	to = t->keys + t->n;
	for (uint32_t i = 0; i < t->n; i++)
		from[i] = (struct sort_key){ cell_rank(by, table_row(t, i)), i };
	for (size_t width = 1; width < t->n; width *= 2) {
		struct sort_key *swap = from;

		keys_merge(t, by, ascending, from, to, width);
		from = to;
		to = swap;
	}
	for (size_t i = 0; i < t->n; i++)
		t->order[i] = from[i].row;
	return t->order;
}

/* Along the cycles of the permutation; the row after the last one is the spare place. */
void table_permute(struct table *t, uint32_t *order)
{
	size_t size = t->panel->row_size;
	void *spare = table_add(t);

	t->n--;
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t at = i;

		if (order[i] == i)
			continue;
		memcpy(spare, table_row(t, i), size);
		while (order[at] != i) {
			uint32_t next = order[at];

			memcpy(table_row(t, at), table_row(t, next), size);
			order[at] = at;
			at = next;
		}
		memcpy(table_row(t, at), spare, size);
		order[at] = at;
	}
}

void table_sort(struct table *t, const struct column *by, bool ascending)
{
	if (t->n > 1)
		table_permute(t, table_order(t, by, ascending));
}
