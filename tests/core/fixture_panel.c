/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fixture_panel.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const struct column columns[] = {
	WHO_COLUMNS(fixture_row),
	{ .name = "call", .heading = "CALL", .help = "name of the call", .kind = COL_STR,
	  .agg = AGG_KEY, .flags = COL_LEFT | COL_CUT_FRONT, .width = 10,
	  .offset = offsetof(struct fixture_row, call), .with = "nr" },
	COLUMN(fixture_row, nr, COL_U32, UNIT_NONE, AGG_KEY, 0, 4, "NR", "nr", "number"),
	COLUMN(fixture_row, count, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, "COUNT", "count", "calls"),
	COLUMN(fixture_row, bytes, COL_U64, UNIT_BYTES, AGG_SUM, 0, 7, "BYTES", "bytes", "bytes"),
	COLUMN(fixture_row, peak, COL_U64, UNIT_NS, AGG_MAX, 0, 7, "PEAK", "peak_ns", "largest"),
	COLUMN(fixture_row, level, COL_F64, UNIT_PERCENT, AGG_MEAN, 0, 5, "LEVEL", "level", "mean"),
	COLUMN(fixture_row, small, COL_U32, UNIT_COUNT, AGG_SUM, 0, 5, "SMALL", "small", "32 bits"),
	COLUMN(fixture_row, share, COL_F64, UNIT_NONE, AGG_DERIVED, 0, 5, "RATE", "rate", "count/s"),
	COLUMN(fixture_row, verdict, COL_STR, UNIT_NONE, AGG_DERIVED, COL_LEFT, 5, "VERDICT",
	       "verdict", "what to think of it"),
	LAT_COLUMNS(fixture_row, lat, "", "duration"),
	{ 0 },
};

static void fixture_fold(const struct fold_in *in, struct table *out)
{
	const struct sample *s = &in->cur->s[STREAM_SYS];
	struct fold_range r = fold_records(in, STREAM_SYS, 0);

	for (size_t i = r.from; i < r.to; i++) {
		const struct sys_rec *now = sample_rec(s, STREAM_SYS, i);
		const struct sys_rec *was = frame_before(in->prev, in->cur, STREAM_SYS, now);
		struct fixture_row *row;

		if (was && was->v.count == now->v.count)
			continue;
		row = table_add(out);
		who_fill(&row->who, in, out, &now->key.task);
		row->nr = now->key.nr;
		row->call = table_strf(out, "call_%u", now->key.nr);
		row->count = now->v.count - (was ? was->v.count : 0);
		row->bytes = now->v.errors - (was ? was->v.errors : 0);
		row->peak = now->v.lat.max_ns;
		row->level = now->key.nr * 10.0;
		row->small = 1;
		lat_delta(&row->lat, was ? &was->v.lat : NULL, &now->v.lat);
	}
}

static void fixture_finish(void *p, double interval_s)
{
	struct fixture_row *row = p;

	row->share = (double)row->count / interval_s;
	row->verdict = row->count > 100 ? "many" : "few";
}

const struct panel fixture_panel = {
	.name = "fixture",
	.title = "Fixture",
	.help = "For tests.",
	.columns = columns,
	.row_size = sizeof(struct fixture_row),
	.screen = "pid comm call count bytes p99_ns level",
	.group = "pid,call",
	.sort = "count",
	.streams = STREAM_BIT(SYS) | STREAM_BIT(CONN),
	.fold = fixture_fold,
	.finish = fixture_finish,
};

const struct panel *const panels[] = { &fixture_panel, NULL };

const struct column *fixture_column(const char *name)
{
	const struct column *c = panel_column(&fixture_panel, name);

	cr_assert_not_null(c, "no column %s", name);
	return c;
}

void fixture_call(struct frame *f, uint32_t pid, uint32_t tid, uint32_t nr, uint64_t count,
		  uint64_t errors, uint64_t lat_ns)
{
	struct sys_rec *r = sample_add(&f->s[STREAM_SYS], STREAM_SYS);

	r->key.task = (struct task_key){ .tid = tid, .tgid = pid, .start_ns = tid * 1000ull };
	r->key.nr = nr;
	r->v.count = count;
	r->v.errors = errors;
	r->v.lat.total_ns = count * lat_ns;
	r->v.lat.max_ns = lat_ns;
	r->v.lat.n[lat_bucket(lat_ns)] = (uint32_t)count;
}

void fixture_task(struct frame *f, uint32_t pid, uint32_t tid, const char *comm)
{
	struct task_rec *r = sample_add(&f->s[STREAM_TASK], STREAM_TASK);

	r->key = (struct task_key){ .tid = tid, .tgid = pid, .start_ns = tid * 1000ull };
	r->leader_start_ns = pid * 1000ull;
	r->ppid = 1;
	snprintf(r->comm, sizeof(r->comm), "%s", comm);
}

void fixture_time(struct frame *f, double s)
{
	f->mono_ns = (uint64_t)(s * 1e9);
	f->wall_ns = 1795256103001000000ull + (uint64_t)(s * 1e9);
}
