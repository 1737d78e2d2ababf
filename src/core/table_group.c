/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grouping: rows with equal keys become one, each column by its rule. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "mem.h"
#include "words.h"
#include "panel.h"

struct table_mean {
	double sum;
	uint32_t n;
};

static void *cell(const struct column *c, void *row)
{
	return (char *)row + c->offset;
}

static void cell_set_unknown(const struct column *c, void *row)
{
	switch (c->kind) {
	case COL_U32:
		*(uint32_t *)cell(c, row) = UINT32_MAX;
		break;
	case COL_U64:
		*(uint64_t *)cell(c, row) = NA_U64;
		break;
	case COL_F64:
		*(double *)cell(c, row) = NAN;
		break;
	case COL_STR:
		*(const char **)cell(c, row) = NULL;
		break;
	}
}

static void cell_set_zero(const struct column *c, void *row)
{
	switch (c->kind) {
	case COL_U32:
		*(uint32_t *)cell(c, row) = 0;
		break;
	case COL_U64:
		*(uint64_t *)cell(c, row) = 0;
		break;
	case COL_F64:
		*(double *)cell(c, row) = 0;
		break;
	case COL_STR:
		*(const char **)cell(c, row) = NULL;
		break;
	}
}

/* Numbers too large for the cell stop below the value that means not known. */
static void cell_set_number(const struct column *c, void *row, double v)
{
	switch (c->kind) {
	case COL_U32:
		*(uint32_t *)cell(c, row) = v < UINT32_MAX ? (uint32_t)v : UINT32_MAX - 1;
		break;
	case COL_U64:
		*(uint64_t *)cell(c, row) = v < 0x1p64 ? (uint64_t)v : NA_U64 - 1;
		break;
	case COL_F64:
		*(double *)cell(c, row) = v;
		break;
	}
}

static void cell_add(const struct column *c, void *row, const void *more)
{
	uint64_t sum;

	if (!column_is_known(c, more))
		return;
	if (!column_is_known(c, row))
		cell_set_zero(c, row);
	switch (c->kind) {
	case COL_U32:
		sum = column_u64(c, row) + column_u64(c, more);
		*(uint32_t *)cell(c, row) = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX - 1;
		break;
	case COL_U64:
		if (__builtin_add_overflow(column_u64(c, row), column_u64(c, more), &sum) ||
		    sum == NA_U64)
			sum = NA_U64 - 1;
		*(uint64_t *)cell(c, row) = sum;
		break;
	case COL_F64:
		*(double *)cell(c, row) += column_number(c, more);
		break;
	}
}

static size_t kind_size(const struct column *c)
{
	switch (c->kind) {
	case COL_U32:
		return sizeof(uint32_t);
	case COL_U64:
		return sizeof(uint64_t);
	case COL_F64:
		return sizeof(double);
	case COL_STR:
		return sizeof(const char *);
	}
	return sizeof(struct lat);
}

static void cell_merge(const struct column *c, void *row, const void *more)
{
	switch (c->agg) {
	case AGG_KEY:
		if (column_compare(c, row, more))
			cell_set_unknown(c, row);
		break;
	case AGG_SUM:
		cell_add(c, row, more);
		break;
	case AGG_MAX:
		if (column_compare(c, row, more) < 0)
			memcpy(cell(c, row), (const char *)more + c->offset, kind_size(c));
		break;
	case AGG_STRONGEST:
		/* columns merge in order: the next one still has what this cell belongs to */
		if (column_compare(c + 1, row, more) < 0)
			memcpy(cell(c, row), (const char *)more + c->offset, kind_size(c));
		break;
	case AGG_LAT:
		lat_add(cell(c, row), (const struct lat *)((const char *)more + c->offset));
		break;
	}
}

static uint32_t hash_mix(uint32_t h, uint64_t v)
{
	uint64_t x = (h ^ v) * 0x9e3779b97f4a7c15ull;

	return (uint32_t)(x ^ x >> 32);
}

static uint32_t cell_hash(const struct column *c, const void *row, uint32_t h)
{
	const char *s;
	uint64_t bits;
	double d;

	switch (c->kind) {
	case COL_U32:
	case COL_U64:
		return hash_mix(h, column_u64(c, row));
	case COL_F64:
		/* 0 and -0 are equal, all that is not known is equal */
		d = column_is_known(c, row) ? column_number(c, row) + 0.0 : NAN;
		memcpy(&bits, &d, sizeof(bits));
		return hash_mix(h, bits);
	case COL_STR:
		s = column_str(c, row);
		return hash_mix(h, s ? bytes_hash(s, strlen(s)) : 1);
	}
	return h;
}

bool column_is_kept(const struct column *c, const struct column *const *keys, size_t n_keys)
{
	if (c->agg != AGG_KEY && c->agg != AGG_ID)
		return false;
	for (size_t i = 0; i < n_keys; i++)
		if (keys[i] == c || !strcmp(keys[i]->name, c->name) ||
		    words_have(keys[i]->with, c->name))
			return true;
	return false;
}

static void *scratch(void *p, size_t *cap, size_t want, size_t size)
{
	if (want <= *cap)
		return p;
	*cap = want + want / 2;
	return xreallocarray(p, *cap, size);
}

static size_t means_count(const struct panel *p)
{
	size_t n = 0;

	for (const struct column *c = p->columns; c->name; c++)
		n += c->agg == AGG_MEAN;
	return n;
}

static size_t slots_for(size_t rows)
{
	size_t n = 16;

	while (n < 2 * rows)
		n *= 2;
	return n;
}

/* Which columns identify a group; and room for the worst case, every row a group. */
static void group_prepare(struct table *out, const struct table *in,
			  const struct column *const *keys, size_t n_keys)
{
	const struct column *columns = in->panel->columns;
	size_t n_slots = slots_for(in->n), n_columns = 0;

	while (columns[n_columns].name)
		n_columns++;
	out->kept = scratch(out->kept, &out->kept_cap, n_columns, sizeof(*out->kept));
	for (size_t i = 0; i < n_columns; i++)
		out->kept[i] = column_is_kept(&columns[i], keys, n_keys);
	out->slots = scratch(out->slots, &out->slots_cap, n_slots, sizeof(*out->slots));
	memset(out->slots, 0, n_slots * sizeof(*out->slots));
	out->groups = scratch(out->groups, &out->groups_cap, in->n, sizeof(*out->groups));
	out->means = scratch(out->means, &out->means_cap, in->n * means_count(in->panel),
			     sizeof(*out->means));
}

/* Texts that only come with a key, as user with pid, are not needed to tell most groups apart. */
static uint32_t group_hash(const struct table *out, const void *row,
			   const struct column *const *keys, size_t n_keys)
{
	const struct column *columns = out->panel->columns;
	uint32_t h = 0;

	for (size_t i = 0; i < n_keys; i++)
		h = cell_hash(keys[i], row, h);
	for (size_t i = 0; columns[i].name; i++)
		if (out->kept[i] && columns[i].kind != COL_STR)
			h = cell_hash(&columns[i], row, h);
	return h;
}

static bool group_equal(const struct table *out, const void *a, const void *b)
{
	const struct column *columns = out->panel->columns;

	for (size_t i = 0; columns[i].name; i++)
		if (out->kept[i] && column_compare(&columns[i], a, b))
			return false;
	return true;
}

static void means_add(struct table *out, size_t group, const void *row, size_t n_means)
{
	struct table_mean *m = out->means + group * n_means;

	for (const struct column *c = out->panel->columns; n_means && c->name; c++) {
		if (c->agg != AGG_MEAN)
			continue;
		if (column_is_known(c, row)) {
			m->sum += column_number(c, row);
			m->n++;
		}
		m++;
	}
}

void table_group_means(struct table *out)
{
	const struct table_mean *m = out->means;
	size_t n_means = means_count(out->panel);

	for (size_t i = 0; n_means && i < out->n; i++) {
		for (const struct column *c = out->panel->columns; c->name; c++) {
			if (c->agg != AGG_MEAN)
				continue;
			if (m->n)
				cell_set_number(c, table_row(out, i), m->sum / m->n);
			else
				cell_set_unknown(c, table_row(out, i));
			m++;
		}
	}
}

/* A group begins with its first row. */
static void group_start(struct table *out, const void *row)
{
	const struct column *columns = out->panel->columns;
	void *first = table_add(out);

	memcpy(first, row, out->panel->row_size);
	for (size_t i = 0; columns[i].name; i++)
		if (columns[i].agg == AGG_ID && !out->kept[i])
			cell_set_zero(&columns[i], first);
}

static void group_merge(struct table *out, void *group, const void *row)
{
	const struct column *columns = out->panel->columns;

	for (size_t i = 0; columns[i].name; i++)
		if (!out->kept[i])
			cell_merge(&columns[i], group, row);
	if (out->panel->merge)
		out->panel->merge(group, row);
}

/* The totals of nothing: sums are 0, the rest is not known. */
static void group_empty(struct table *out)
{
	void *row = table_add(out);

	for (const struct column *c = out->panel->columns; c->name; c++)
		if (c->agg == AGG_KEY || c->agg == AGG_MEAN)
			cell_set_unknown(c, row);
}

void table_group_begin(struct table *out, const struct table *in, const struct column *const *keys,
		       size_t n_keys)
{
	table_reset(out, in->panel);
	out->wall_ns = in->wall_ns;
	out->interval_s = in->interval_s;
	memcpy(out->loss, in->loss, sizeof(out->loss));
	out->sample_n = in->sample_n;
	out->off = in->off;
	memcpy(out->note, in->note, sizeof(out->note));
	group_prepare(out, in, keys, n_keys);
}

void table_group_rows(struct table *out, const struct table *in, const struct column *const *keys,
		      size_t n_keys, size_t from, size_t to)
{
	size_t n_slots = slots_for(in->n), n_means = means_count(in->panel);

	for (size_t i = from; i < to; i++) {
		const void *row = table_row(in, i);
		uint32_t at = group_hash(out, row, keys, n_keys) & (n_slots - 1);

		while (out->slots[at] && !group_equal(out, table_row(out, out->slots[at] - 1), row))
			at = (at + 1) & (n_slots - 1);
		if (out->slots[at]) {
			group_merge(out, table_row(out, out->slots[at] - 1), row);
		} else {
			group_start(out, row);
			out->slots[at] = (uint32_t)out->n;
			if (n_means)
				memset(out->means + (out->n - 1) * n_means, 0,
				       n_means * sizeof(*out->means));
		}
		out->groups[i] = out->slots[at] - 1;
		means_add(out, out->groups[i], row, n_means);
	}
}

void table_group_end(struct table *out, const struct table *in, size_t n_keys)
{
	table_group_means(out);
	if (!in->n && !n_keys)
		group_empty(out);
}

void table_group(struct table *out, const struct table *in, const struct column *const *keys,
		 size_t n_keys)
{
	table_group_begin(out, in, keys, n_keys);
	table_group_rows(out, in, keys, n_keys, 0, in->n);
	table_group_end(out, in, n_keys);
}

void table_group_add(struct table *t)
{
	size_t n_means = means_count(t->panel);
	void *row = table_add(t);

	for (const struct column *c = t->panel->columns; c->name; c++)
		if (c->agg != AGG_ID)
			cell_set_unknown(c, row);
	t->means = scratch(t->means, &t->means_cap, t->n * n_means, sizeof(*t->means));
	if (n_means)
		memset(t->means + (t->n - 1) * n_means, 0, n_means * sizeof(*t->means));
}

void table_group_join(struct table *t, size_t into, size_t from, bool first)
{
	const struct column *columns = t->panel->columns;
	size_t n_means = means_count(t->panel);
	struct table_mean *m = t->means + into * n_means, *more = t->means + from * n_means;

	/* to agree with what was not known would make it not known */
	for (size_t i = 0; first && columns[i].name; i++)
		if (columns[i].agg == AGG_KEY && !t->kept[i])
			memcpy(cell(&columns[i], table_row(t, into)),
			       cell(&columns[i], table_row(t, from)), kind_size(&columns[i]));
	group_merge(t, table_row(t, into), table_row(t, from));
	for (size_t i = 0; i < n_means; i++) {
		m[i].sum += more[i].sum;
		m[i].n += more[i].n;
	}
}
