/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "mem.h"

#define SLOTS (2 * TRAIL_ROWS)

struct value {
	uint32_t stamp; /* of the interval: which of those that share the place */
	float v;
};

struct trail_row {
	uint64_t identity;
	struct value values[TRAIL_VALUES]; /* at id % TRAIL_VALUES */
};

struct trail {
	struct query q;	       /* owned copy; panel NULL: none yet */
	uint32_t folds, keeps; /* changes of what is folded, and of what is looked at */
	struct identity identity;
	const struct column *column, *latency;
	uint64_t newest;
	struct trail_point points[TRAIL_POINTS]; /* at id % TRAIL_POINTS; interval_s < 0: none */
	struct held {
		uint32_t stamp;
		bool whole;   /* all rows were taken in: who is not among them had nothing */
	} held[TRAIL_VALUES]; /* of which intervals rows have values, at id % TRAIL_VALUES */
	size_t n_rows;
	uint16_t slots[SLOTS]; /* open addressing: 1 + index into rows; 0: free */
	struct trail_row rows[TRAIL_ROWS];
};

static void trail_forget(struct trail *t)
{
	for (int i = 0; i < TRAIL_POINTS; i++)
		t->points[i].interval_s = -1;
	memset(t->held, 0, sizeof(t->held));
	memset(t->slots, 0, sizeof(t->slots));
	t->n_rows = 0;
}

struct trail *trail_new(void)
{
	struct trail *t = xcalloc(1, sizeof(*t));

	trail_forget(t);
	return t;
}

void trail_free(struct trail *t)
{
	if (!t)
		return;
	query_done(&t->q);
	free(t);
}

static bool is_measure(const struct column *c)
{
	return c && c->kind != COL_STR && c->kind != COL_LAT && c->agg != AGG_KEY &&
	       c->agg != AGG_ID;
}

/* The first of those on the screen. */
static const struct column *measure_find(const struct query *q)
{
	const struct column *columns[64];
	size_t n = query_columns(q, columns, 64);

	for (size_t i = 0; i < n; i++)
		if (is_measure(columns[i]))
			return columns[i];
	return NULL;
}

static const struct column *column_of_interest(const struct query *q)
{
	struct query usual;
	const struct column *c;

	if (is_measure(q->sort))
		return q->sort;
	query_init(&usual, q->panel);
	c = is_measure(usual.sort) ? usual.sort : measure_find(&usual);
	query_done(&usual);
	return c;
}

const struct column *panel_latency(const struct panel *p)
{
	for (const struct column *c = p->columns; c->name; c++)
		if (c->kind == COL_LAT)
			return c;
	return NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_rows(const struct query *a, const struct query *b)
{
	return a->panel == b->panel && a->tree == b->tree && a->n_keys == b->n_keys &&
	       a->all == b->all && !memcmp(a->keys, b->keys, a->n_keys * sizeof(a->keys[0])) &&
	       same_text(a->filter_text, b->filter_text);
}

static uint32_t keep_changes(const struct row_keep *k)
{
	uint32_t changes = 0;

	for (; k; k = k->next)
		changes += k->changes;
	return changes;
}

bool trail_open(struct trail *t, const struct query *q)
{
	const struct column *c = column_of_interest(q);
	/* rows that were folded away have no values, and those that held them have others */
	uint32_t folds = q->tree && q->folds ? q->folds->changes : 0;
	uint32_t keeps = keep_changes(q->keep);

	if (t->q.panel && same_rows(&t->q, q) && c == t->column && folds == t->folds &&
	    keeps == t->keeps)
		return false;
	t->folds = folds;
	t->keeps = keeps;
	query_done(&t->q);
	query_copy(&t->q, q);
	identity_init(&t->identity, q);
	t->column = c;
	t->latency = panel_latency(q->panel);
	trail_forget(t);
	return true;
}

const struct column *trail_column(const struct trail *t)
{
	return t->column;
}

void trail_seek(struct trail *t, uint64_t newest)
{
	t->newest = newest;
}

/* Never 0: that is a place where nothing is. */
static uint32_t stamp_of(uint64_t id)
{
	return (uint32_t)id + 1 ? (uint32_t)id + 1 : 1;
}

static bool has_values(const struct trail *t, uint64_t id)
{
	return t->held[id % TRAIL_VALUES].stamp == stamp_of(id);
}

static bool wants_values(const struct trail *t, uint64_t id)
{
	return t->column && id <= t->newest && t->newest - id < TRAIL_VALUES;
}

bool trail_has(const struct trail *t, uint64_t id)
{
	return trail_point(t, id) && (!wants_values(t, id) || has_values(t, id));
}

/* The slot of a row, or the free one where it would go. */
static size_t slot_find(const struct trail *t, uint64_t identity)
{
	size_t at = (identity ^ identity >> 32) % SLOTS;

	while (t->slots[at] && t->rows[t->slots[at] - 1].identity != identity)
		at = (at + 1) % SLOTS;
	return at;
}

static bool row_has_values(const struct trail *t, const struct trail_row *row)
{
	for (int i = 0; i < TRAIL_VALUES; i++)
		if (row->values[i].stamp && row->values[i].stamp == t->held[i].stamp)
			return true;
	return false;
}

/* Drops the rows that have nothing to show any more. */
static void rows_sweep(struct trail *t)
{
	size_t n = 0;

	memset(t->slots, 0, sizeof(t->slots));
	for (size_t i = 0; i < t->n_rows; i++) {
		if (!row_has_values(t, &t->rows[i]))
			continue;
		if (n != i)
			t->rows[n] = t->rows[i];
		n++;
		t->slots[slot_find(t, t->rows[n - 1].identity)] = (uint16_t)n;
	}
	t->n_rows = n;
}

static struct trail_row *row_get(struct trail *t, uint64_t identity)
{
	uint16_t *slot = &t->slots[slot_find(t, identity)];

	if (!*slot && t->n_rows < TRAIL_ROWS) {
		t->rows[t->n_rows] = (struct trail_row){ .identity = identity };
		*slot = (uint16_t)++t->n_rows;
	}
	return *slot ? &t->rows[*slot - 1] : NULL;
}

static void rows_add(struct trail *t, uint64_t id, const struct table *table, double per)
{
	struct held *held = &t->held[id % TRAIL_VALUES];
	bool swept = false;

	*held = (struct held){ .stamp = stamp_of(id), .whole = true };
	for (size_t i = 0; i < table->n && held->whole; i++) {
		const void *cells = table_row(table, i);
		uint64_t identity = identity_hash(&t->identity, cells);
		struct trail_row *row = row_get(t, identity);

		if (!row && !swept) {
			rows_sweep(t);
			swept = true;
			row = row_get(t, identity);
		}
		held->whole = row != NULL;
		if (row)
			row->values[id % TRAIL_VALUES] = (struct value){
				.stamp = held->stamp,
				.v = (float)(column_number(t->column, cells) / per),
			};
	}
}

static double total_of(const struct column *c, const struct table *table, double per)
{
	double total = c->agg == AGG_SUM || c->agg == AGG_MAX ? 0 : NAN;

	for (size_t i = 0; i < table->n && !isnan(total); i++) {
		double v = column_number(c, table_row(table, i));

		if (!isnan(v) && tree_counts(table, i))
			total = c->agg == AGG_SUM ? total + v : fmax(total, v);
	}
	return total / per;
}

static void latencies_add(struct lat *l, const struct table *table, const struct column *c)
{
	for (size_t i = 0; i < table->n; i++) {
		const char *row = table_row(table, i);

		if (tree_counts(table, i))
			lat_add(l, (const void *)(row + c->offset));
	}
}

void trail_add(struct trail *t, uint64_t id, const struct table *table)
{
	struct trail_point *p = &t->points[id % TRAIL_POINTS];
	double per = 1;

	*p = (struct trail_point){
		.id = id,
		.wall_ns = table->wall_ns,
		.interval_s = table->interval_s > 0 ? table->interval_s : 0,
		.total = NAN,
	};
	if (t->latency)
		latencies_add(&p->lat, table, t->latency);
	if (!t->column)
		return;
	if (t->column->agg == AGG_SUM && p->interval_s > 0)
		per = p->interval_s;
	p->total = total_of(t->column, table, per);
	if (wants_values(t, id))
		rows_add(t, id, table, per);
}

const struct trail_point *trail_point(const struct trail *t, uint64_t id)
{
	const struct trail_point *p = &t->points[id % TRAIL_POINTS];

	return p->id == id && p->interval_s >= 0 ? p : NULL;
}

double trail_value(const struct trail *t, uint64_t identity, uint64_t id)
{
	const struct held *held = &t->held[id % TRAIL_VALUES];
	uint16_t slot = t->slots[slot_find(t, identity)];
	const struct value *v;

	if (!has_values(t, id))
		return NAN;
	if (slot) {
		v = &t->rows[slot - 1].values[id % TRAIL_VALUES];
		if (v->stamp == held->stamp)
			return (double)v->v;
	}
	return held->whole ? 0 : NAN;
}
