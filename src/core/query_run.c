/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a query: stages one after the other, each in slices. */
#include "query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "self_cost.h"

void query_run_init(struct query_run *r)
{
	*r = (struct query_run){ .q = NULL };
	table_init(&r->base);
	table_init(&r->grouped);
	r->whos = who_memo_new();
}

void query_run_done(struct query_run *r)
{
	table_done(&r->base);
	table_done(&r->grouped);
	tree_done(&r->tree);
	free(r->memo);
	r->memo = NULL;
	who_memo_free(r->whos);
	r->whos = NULL;
}

static void row_move(struct table *t, size_t to, size_t from)
{
	if (to != from)
		memcpy(table_row(t, to), table_row(t, from), t->panel->row_size);
}

/* Of the rows from `from` on keeps those that are looked at, in their order. */
static void rows_keep(struct table *t, size_t from, const struct query *q)
{
	size_t n = from;

	for (size_t i = from; i < t->n; i++) {
		const void *row = table_row(t, i);

		if ((!q->keep || q->keep->passes(q->keep, t->panel, row)) &&
		    filter_keys(q->filter, row))
			row_move(t, n++, i);
	}
	t->n = n;
}

static void table_add_note(struct table *t, const char *note)
{
	size_t at = strlen(t->note);

	/* one reason often holds for several streams */
	if (note && !strstr(t->note, note))
		snprintf(t->note + at, sizeof(t->note) - at, "%s%s", at ? "; " : "", note);
}

static void table_add_cost(struct table *t, const struct frame *cur)
{
	char note[sizeof(t->note)];
	size_t at = 0;

	t->sample_n = self_sample(cur, t->panel->streams);
	t->off = self_off(cur) & t->panel->streams;
	while (self_note(note, sizeof(note), cur, t->panel->streams, &at))
		table_add_note(t, note);
}

static void table_describe(struct table *t, const struct frame *prev, const struct frame *cur,
			   const struct facts *facts)
{
	table_add_cost(t, cur);
	t->wall_ns = cur->wall_ns;
	if (prev && cur->mono_ns > prev->mono_ns)
		t->interval_s = (double)(cur->mono_ns - prev->mono_ns) / 1e9;
	for (int id = 0; id < STREAM_COUNT; id++) {
		for (int k = 0; k < LOSS_KINDS; k++)
			if (panel_loss_streams(t->panel, k) & 1u << id)
				t->loss[k] += frame_loss(prev, cur, id, k);
		if (t->panel->streams & 1u << id)
			table_add_note(t, facts_note(facts, id));
	}
}

/* The next part of `total`; true: it is the last. */
static bool part_next(struct query_run *r, size_t total, size_t rows, size_t *ret_from, size_t *ret_to)
{
	*ret_from = r->at;
	*ret_to = rows < total - r->at ? r->at + rows : total;
	r->at = *ret_to;
	return r->at == total;
}

size_t query_records(const struct query *q, const struct frame *cur)
{
	size_t n = 0;

	for (int id = 0; id < STREAM_COUNT; id++)
		if (q->panel->streams & 1u << id)
			n += cur->s[id].count;
	return n;
}

static bool stage_fold(struct query_run *r, size_t rows)
{
	size_t before = r->base.n;
	bool last;

	if (r->rows != &r->base)
		return true;
	last = part_next(r, query_records(r->q, r->in.cur), rows, &r->in.from, &r->in.to);
	r->q->panel->fold(&r->in, &r->base);
	if (r->q->keep || r->q->filter)
		rows_keep(&r->base, before, r->q);
	if (last) {
		free(r->memo);
		r->memo = NULL;
	}
	return last;
}

static bool stage_group(struct query_run *r, size_t rows)
{
	const struct query *q = r->q;
	size_t from, to;
	bool last;

	if (!r->at)
		table_group_begin(&r->grouped, r->rows, q->keys, q->n_keys);
	last = part_next(r, r->rows->n, rows, &from, &to);
	table_group_rows(&r->grouped, r->rows, q->keys, q->n_keys, from, to);
	if (last)
		table_group_end(&r->grouped, r->rows, q->n_keys);
	return last;
}

/* Words need to know the text that each row would be shown with: it is grouped without them first. */
static bool stage_words_group(struct query_run *r, size_t rows)
{
	return !filter_has_words(r->q->filter) || stage_group(r, rows);
}

static bool stage_words_finish(struct query_run *r, size_t rows)
{
	size_t from, to;
	bool last;

	if (!filter_has_words(r->q->filter))
		return true;
	last = part_next(r, r->grouped.n, rows, &from, &to);
	for (size_t i = from; i < to; i++)
		table_finish_row(&r->grouped, i);
	return last;
}

static bool stage_words_keep(struct query_run *r, size_t rows)
{
	struct table *t = &r->base;
	size_t from, to;
	bool last;

	if (!filter_has_words(r->q->filter))
		return true;
	last = part_next(r, t->n, rows, &from, &to);
	for (size_t i = from; i < to; i++) {
		const void *group = table_row(&r->grouped, r->grouped.groups[i]);

		if (filter_words(r->q->filter, table_row(t, i), group))
			row_move(t, r->kept++, i);
	}
	if (last)
		t->n = r->kept;
	return last;
}

static bool stage_finish(struct query_run *r, size_t rows)
{
	struct table *t = &r->grouped;
	size_t from, to;
	bool last;

	if (query_tree(r->q))
		return true;
	last = part_next(r, t->n, rows, &from, &to);
	for (size_t i = from; i < to; i++) {
		table_finish_row(t, i);
		if (filter_rest(r->q->filter, table_row(t, i)))
			row_move(t, r->kept++, i);
	}
	if (last)
		t->n = r->kept;
	return last;
}

static bool stage_sort(struct query_run *r, size_t rows)
{
	if (query_tree(r->q))
		return !tree_grow(&r->tree, &r->grouped, r->q, &r->in, r->at++);
	if (!r->at++) {
		r->sort = r->q->sort;
		r->ascending = r->q->ascending;
		r->sorting = (struct table_sorting){ .at = 0 };
	}
	return !r->sort || !table_sort_step(&r->grouped, r->sort, r->ascending, &r->sorting, rows);
}

static bool (*const stages[])(struct query_run *r, size_t rows) = {
	stage_fold,	  stage_words_group, stage_words_finish, stage_words_keep,
	stage_group, stage_finish,	     stage_sort,
};

#define STAGES (sizeof(stages) / sizeof(stages[0]))

/* Of a task rows know the names of the process or of the thread; other keys do not care. */
static bool is_about_task(const struct query *q)
{
	for (size_t i = 0; i < q->n_keys; i++)
		if (q->keys[i]->offset < sizeof(struct row_who))
			return true;
	return false;
}

/* Whether both have the same rows before they are grouped. */
static bool same_base(const struct query *a, const struct query *b)
{
	const char *x = a->filter_text, *y = b->filter_text;

	if (a->panel != b->panel || a->all != b->all || a->keep != b->keep ||
	    filter_has_words(a->filter))
		return false;
	if (x || y)
		return x && y && !strcmp(x, y) && query_by_thread(a) == query_by_thread(b);
	return query_by_thread(a) == query_by_thread(b) || !is_about_task(a);
}

void query_begin(struct query_run *r, const struct query *q, const struct frame *prev,
		 const struct frame *cur, const struct facts *facts, const struct query_run *like)
{
	free(r->memo);
	r->memo = NULL;
	who_memo_reset(r->whos);
	r->q = q;
	r->in = (struct fold_in){
		.prev = prev,
		.cur = cur,
		.facts = facts,
		.by_thread = query_by_thread(q),
		.all = q->all,
		.memo = &r->memo,
		.whos = r->whos,
	};
	r->rows = like && same_base(q, like->q) ? like->rows : &r->base;
	r->stage = r->at = r->kept = 0;
	table_reset(&r->base, q->panel);
	if (r->rows == &r->base)
		table_describe(&r->base, prev, cur, facts);
}

bool query_step(struct query_run *r, size_t rows)
{
	if (r->stage < STAGES && stages[r->stage](r, rows)) {
		r->stage++;
		r->at = r->kept = 0;
	}
	if (r->stage == STAGES && r->q->limit && r->grouped.n > r->q->limit)
		r->grouped.n = r->q->limit;
	return r->stage < STAGES;
}

const struct table *query_run(struct query_run *r, const struct query *q, const struct frame *prev,
			      const struct frame *cur, const struct facts *facts)
{
	query_begin(r, q, prev, cur, facts, NULL);
	while (query_step(r, SIZE_MAX))
		;
	return &r->grouped;
}

void query_run_lend(struct query_run *to, struct query_run *from)
{
	if (to->base.cap < from->base.cap)
		table_swap_rows(&to->base, &from->base);
}

bool query_run_sort(struct query_run *r, const struct query *q)
{
	if (query_tree(q) || q->limit || !q->sort || r->grouped.panel != q->panel)
		return false;
	table_sort(&r->grouped, q->sort, q->ascending);
	return true;
}
