/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report_worst.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/query.h"

struct worst {
	struct query total; /* all rows that the panel shows, as one */
	const struct column *column; /* NULL: no amount */
	double most;
	uint64_t mono_ns;
};

struct report_worst {
	size_t n;
	struct worst *of;
	struct query_run run;
};

/* What adds up, or has a largest: of a share or a name there is no more and no less. */
static bool is_amount(const struct column *c)
{
	return c && (c->agg == AGG_SUM || c->agg == AGG_MAX);
}

struct report_worst *report_worst_new(const struct plan *plan)
{
	struct report_worst *w = xcalloc(1, sizeof(*w));

	w->n = plan->n;
	w->of = xcalloc(plan->n + 1, sizeof(*w->of));
	query_run_init(&w->run);
	for (size_t i = 0; i < plan->n; i++) {
		struct worst *of = &w->of[i];

		query_copy(&of->total, &plan->queries[i]);
		of->total.n_keys = 0;
		of->total.tree = NULL;
		if (is_amount(plan->queries[i].sort))
			of->column = plan->queries[i].sort;
	}
	return w;
}

void report_worst_free(struct report_worst *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++)
		query_done(&w->of[i].total);
	free(w->of);
	query_run_done(&w->run);
	free(w);
}

void report_worst_add(struct report_worst *w, const struct session *s)
{
	for (size_t i = 0; i < w->n; i++) {
		struct worst *of = &w->of[i];
		const struct table *t;
		double value;

		if (!of->column)
			continue;
		t = query_run(&w->run, &of->total, s->prev, s->cur, s->facts);
		if (!t->n)
			continue;
		value = column_number(of->column, table_row(t, 0));
		if (isnan(value) || (of->mono_ns && value <= of->most))
			continue;
		of->most = value;
		of->mono_ns = s->cur->mono_ns;
	}
}

uint64_t report_worst_ns(const struct report_worst *w, size_t i)
{
	return w->of[i].mono_ns;
}
