/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorting: ranks of the cells, a merge sort of them, and moving the rows. */
#include "table.h"

#include <string.h>

#include "mem.h"
#include "panel.h"

#define KEYS_A_ROW 16 /* that are merged in the time in which a row is looked at */

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

static void ranks_take(struct table *t, const struct column *by, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		t->keys[i] = (struct sort_key){ cell_rank(by, table_row(t, i)), (uint32_t)i };
}

/* The passes that are left, but no more than one when there is work for `passes` alone. */
static bool passes_step(struct table *t, const struct column *by, bool ascending,
			struct table_sorting *s, size_t passes)
{
	for (; s->width < t->n && passes; passes--) {
		struct sort_key *first = t->keys, *second = t->keys + t->n;

		keys_merge(t, by, ascending, s->swapped ? second : first,
			   s->swapped ? first : second, s->width);
		s->swapped = !s->swapped;
		s->width *= 2;
	}
	return s->width < t->n;
}

static void order_take(struct table *t, const struct table_sorting *s)
{
	const struct sort_key *keys = s->swapped ? t->keys + t->n : t->keys;

	for (size_t i = 0; i < t->n; i++)
		t->order[i] = keys[i].row;
}

/* Makes t->order.  False: it is there. */
static bool order_step(struct table *t, const struct column *by, bool ascending,
		       struct table_sorting *s, size_t rows)
{
	size_t to = t->n - s->at > rows ? s->at + rows : t->n;

	if (!s->width) {
		order_room(t);
		ranks_take(t, by, s->at, to);
		s->at = to;
		s->width = to == t->n;
		return true;
	}
	/* a pass goes over keys in their order, which costs a row's work for many of them */
	if (passes_step(t, by, ascending, s, 1 + rows * KEYS_A_ROW / (t->n + 1)))
		return true;
	order_take(t, s);
	return false;
}

uint32_t *table_order(struct table *t, const struct column *by, bool ascending)
{
	struct table_sorting s = { .at = 0 };

	while (order_step(t, by, ascending, &s, t->n))
		;
	return t->order;
}

/* Along the cycles of the permutation; the row after the last one is the spare place. */
static bool permute_step(struct table *t, uint32_t *order, struct table_sorting *s, size_t rows)
{
	size_t size = t->panel->row_size;
	void *spare = table_row(t, t->n);

	for (; s->at < t->n && rows; rows--) {
		uint32_t next;

		if (!s->open && order[s->at] == s->at) {
			s->at++;
			continue;
		}
		if (!s->open) {
			s->hole = (uint32_t)s->at;
			memcpy(spare, table_row(t, s->at), size);
		}
		next = order[s->hole];
		order[s->hole] = s->hole;
		s->open = next != s->at;
		memcpy(table_row(t, s->hole), s->open ? table_row(t, next) : spare, size);
		s->hole = next;
	}
	return s->at < t->n;
}

/* Room for the spare row. */
static void permute_room(struct table *t)
{
	table_add(t);
	t->n--;
}

void table_permute(struct table *t, uint32_t *order)
{
	struct table_sorting s = { .at = 0 };

	permute_room(t);
	permute_step(t, order, &s, SIZE_MAX);
}

bool table_sort_step(struct table *t, const struct column *by, bool ascending,
		     struct table_sorting *s, size_t rows)
{
	if (t->n < 2)
		return false;
	if (s->ordered)
		return permute_step(t, t->order, s, rows);
	if (order_step(t, by, ascending, s, rows))
		return true;
	permute_room(t);
	s->ordered = true;
	s->at = 0;
	return true;
}

void table_sort(struct table *t, const struct column *by, bool ascending)
{
	struct table_sorting s = { .at = 0 };

	while (table_sort_step(t, by, ascending, &s, t->n))
		;
}
