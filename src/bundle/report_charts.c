/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the totals of the panels were in each interval. */
#include "report_charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "core/mem.h"
#include "core/query.h"

/* Sums become rates over the measured interval; scale turns ns a second into a number of threads.
 */
struct chart_def {
	const char *title, *panel;
	enum col_unit unit;
	double scale;
	struct {
		const char *label, *column;
	} lines[CHART_LINES];
};

static const struct chart_def defs[] = {
	{ "CPU, percent",
	  "cpus",
	  UNIT_PERCENT,
	  1,
	  { { "busy", "busy_pct" }, { "iowait", "iowait_pct" }, { "steal", "steal_pct" } } },
	{ "Threads that wait for a CPU, mean",
	  "runq",
	  UNIT_NONE,
	  1e-9,
	  { { "waiting", "wait_ns" } } },
	{ "Wait for a CPU",
	  "runq",
	  UNIT_NS,
	  1,
	  { { "p99", "wait_p99_ns" }, { "max", "wait_max_ns" } } },
	{ "Disks, bytes a second",
	  "disks",
	  UNIT_BYTES,
	  1,
	  { { "read", "read_bytes" }, { "written", "write_bytes" } } },
	{ "Disks, requests a second",
	  "disks",
	  UNIT_COUNT,
	  1,
	  { { "reads", "reads" }, { "writes", "writes" } } },
	{ "Disk latency",
	  "disks",
	  UNIT_NS,
	  1,
	  { { "p50", "p50_ns" }, { "p99", "p99_ns" }, { "max", "max_ns" } } },
	{ "Busiest disk, percent", "disks", UNIT_PERCENT, 1, { { "util", "util_pct" } } },
	{ "Files, bytes a second",
	  "filetop",
	  UNIT_BYTES,
	  1,
	  { { "read", "read_bytes" }, { "written", "write_bytes" } } },
	{ "TCP, bytes a second",
	  "tcptop",
	  UNIT_BYTES,
	  1,
	  { { "sent", "tx_bytes" }, { "received", "rx_bytes" } } },
	{ "TCP, segments sent again a second",
	  "tcptop",
	  UNIT_COUNT,
	  1,
	  { { "retransmits", "retrans" } } },
	{ "System calls a second",
	  "syscount",
	  UNIT_COUNT,
	  1,
	  { { "calls", "count" }, { "failed", "errors" } } },
};
#define N_DEFS (sizeof(defs) / sizeof(defs[0]))

struct report_charts {
	size_t n, cap;
	uint64_t *wall_ns;
	double *lines[N_DEFS][CHART_LINES];
	struct query_run run;
};

struct report_charts *report_charts_new(void)
{
	struct report_charts *c = xcalloc(1, sizeof(*c));

	query_run_init(&c->run);
	return c;
}

void report_charts_free(struct report_charts *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < N_DEFS; i++)
		for (int j = 0; j < CHART_LINES; j++)
			free(c->lines[i][j]);
	free(c->wall_ns);
	query_run_done(&c->run);
	free(c);
}

static void room_make(struct report_charts *c)
{
	if (c->n < c->cap)
		return;
	c->cap = c->cap ? 2 * c->cap : 64;
	c->wall_ns = xreallocarray(c->wall_ns, c->cap, sizeof(*c->wall_ns));
	for (size_t i = 0; i < N_DEFS; i++)
		for (int j = 0; j < CHART_LINES && defs[i].lines[j].label; j++)
			c->lines[i][j] = xreallocarray(c->lines[i][j], c->cap, sizeof(double));
}

/* The panel's whole table as one row. */
static const struct table *totals(struct report_charts *c, const struct panel *p,
				  const struct session *s)
{
	const struct table *t;
	struct query q;

	query_init(&q, p);
	q.n_keys = 0;
	q.all = true;
	t = query_run(&c->run, &q, s->prev, s->cur, s->facts);
	query_done(&q);
	return t;
}

/* Sums of nothing are zero, unless nobody looked. */
static double line_value(const struct chart_def *d, const char *name, const struct table *t)
{
	const struct column *c = panel_column(t->panel, name);
	bool sum = c && c->agg == AGG_SUM;

	if (!c || strstr(t->note, NOTE_NOT_RECORDED))
		return NAN;
	if (!t->n)
		return sum ? 0 : NAN;
	return d->scale * column_number(c, table_row(t, 0)) / (sum ? t->interval_s : 1);
}

void report_charts_add(struct report_charts *c, const struct session *s)
{
	const struct table *t = NULL;

	room_make(c);
	c->wall_ns[c->n] = s->cur->wall_ns;
	for (size_t i = 0; i < N_DEFS; i++) {
		const struct panel *p = panel_find(defs[i].panel);

		/* charts of a panel stand together: one query for all of them */
		if (!t || t->panel != p)
			t = totals(c, p, s);
		for (int j = 0; j < CHART_LINES && defs[i].lines[j].label; j++)
			c->lines[i][j][c->n] = line_value(&defs[i], defs[i].lines[j].column, t);
	}
	c->n++;
}

static bool has_value(const struct report_charts *c, size_t def)
{
	for (int j = 0; j < CHART_LINES && defs[def].lines[j].label; j++)
		for (size_t i = 0; i < c->n; i++)
			if (!isnan(c->lines[def][j][i]))
				return true;
	return false;
}

void report_charts_write(const struct report_charts *c, FILE *out)
{
	for (size_t i = 0; i < N_DEFS; i++) {
		struct chart chart = { .title = defs[i].title,
				       .unit = defs[i].unit,
				       .n = c->n,
				       .wall_ns = c->wall_ns };

		if (!has_value(c, i))
			continue;
		for (int j = 0; j < CHART_LINES && defs[i].lines[j].label; j++) {
			chart.labels[j] = defs[i].lines[j].label;
			chart.lines[j] = c->lines[i][j];
		}
		chart_write(&chart, out);
	}
}
