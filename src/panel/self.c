/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What probetop itself takes, by BPF program. */
#include "core/self_cost.h"

#include <string.h>

#include "core/panel.h"

struct self_row {
	const char *object, *program, *state, *hook;
	uint64_t runs, cost_ns, run_ns, map_bytes, rss_bytes, lost;
	double cpu_pct;
};

#define CELL(field, k, u, a, fl, w, head, help) \
	COLUMN(self_row, field, k, u, a, fl, w, head, #field, help)
#define TEXT(field, w, head, help) \
	CELL(field, COL_STR, UNIT_NONE, AGG_KEY, COL_LEFT | COL_ASCENDING, w, head, help)
#define BYTES(field, head, help) CELL(field, COL_U64, UNIT_BYTES, AGG_SUM, 0, 7, head, help)

static const struct column columns[] = {
	TEXT(object, 8, "OBJECT", "BPF object, as --list probes names it; probetop is the process"),
	TEXT(program, 20, "PROGRAM", "BPF program; (maps) is all maps of an object that no object "
				     "before it has, (process) is user space"),
	TEXT(state, 5, "STATE", "on; ~1/16: over budget, one event in 16 is counted; off: over budget, "
				"detached"),
	TEXT(hook, 0, "HOOK", "where it is attached"),
	CELL(runs, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, "RUNS",
	     "runs in the interval, scaled from those in the windows"),
	CELL(cost_ns, COL_U64, UNIT_NS, AGG_SUM, COL_HIDDEN, 7, "", ""),
	CELL(run_ns, COL_U64, UNIT_NS, AGG_DERIVED, 0, 7, "NS/RUN",
	     "mean CPU time of a run: what the kernel measured, and the calibrated dispatch that it "
	     "leaves out"),
	CELL(cpu_pct, COL_F64, UNIT_PERCENT, AGG_SUM, 0, 6, "CPU%", "share of all CPUs together"),
	BYTES(map_bytes, "MAPS", "kernel memory of the maps"),
	BYTES(rss_bytes, "RSS", "resident memory of the process"),
	CELL(lost, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "LOST",
	     "programs: runs that the kernel skipped (recursion); (maps): events and updates without "
	     "room or owner"),
	{ .name = NULL },
};

/* A number of a double that may be unknown. */
static uint64_t whole(double value)
{
	return isnan(value) || value < 0 ? NA_U64 : (uint64_t)(value + 0.5);
}

static void program_fill(struct self_row *row, const struct self_rec *prev, const struct self_rec *cur,
			 double interval_ns)
{
	row->runs = whole(self_runs(prev, cur, interval_ns));
	row->cost_ns = whole(self_run_ns(prev, cur, interval_ns));
}

static void process_fill(struct self_row *row, const struct self_rec *prev, const struct self_rec *cur)
{
	row->rss_bytes = cur->rss;
	if (prev && cur->cpu_ns >= prev->cpu_ns)
		row->cost_ns = cur->cpu_ns - prev->cpu_ns;
}

static void row_fill(struct self_row *row, struct table *t, const struct self_rec *prev,
		     const struct self_rec *cur, double interval_ns)
{
	static const char *const names[] = { [SELF_PROCESS] = "(process)", [SELF_OBJECT] = "(maps)" };

	row->object = table_strf(t, "%.*s", (int)sizeof(cur->object), cur->object);
	row->program = cur->kind < SELF_PROGRAM ?
			       names[cur->kind] :
			       table_strf(t, "%.*s", (int)sizeof(cur->program_name), cur->program_name);
	row->state = cur->state == SELF_OFF	? "off" :
		     cur->state == SELF_SAMPLED ? table_strf(t, "~1/%u", cur->sample_n) :
						  "on";
	if (cur->hook[0])
		row->hook = table_strf(t, "%.*s", (int)sizeof(cur->hook), cur->hook);
	row->runs = row->cost_ns = row->map_bytes = row->rss_bytes = row->lost = NA_U64;
	if (cur->kind == SELF_PROGRAM)
		program_fill(row, prev, cur, interval_ns);
	else if (cur->kind == SELF_PROCESS)
		process_fill(row, prev, cur);
	else if (cur->map_bytes)
		row->map_bytes = cur->map_bytes;
	if (cur->kind != SELF_PROCESS && prev && cur->lost >= prev->lost)
		row->lost = cur->lost - prev->lost;
}

static void self_fold(const struct fold_in *in, struct table *out)
{
	const struct sample *s = &in->cur->s[STREAM_SELF];
	struct fold_range r = fold_records(in, STREAM_SELF, 0);
	double interval_ns = in->prev && in->cur->mono_ns > in->prev->mono_ns ?
				     (double)(in->cur->mono_ns - in->prev->mono_ns) :
				     NAN;

	for (size_t i = r.from; i < r.to; i++) {
		const struct self_rec *cur = sample_rec(s, STREAM_SELF, i);
		const struct self_rec *prev = frame_before(in->prev, in->cur, STREAM_SELF, cur);
		uint32_t cpus = self_cpus(in->cur);
		struct self_row *row;

		if (cur->kind > SELF_PROGRAM)
			continue;
		row = table_add(out);
		row_fill(row, out, prev, cur, interval_ns);
		row->cpu_pct = row->cost_ns == NA_U64 || !cpus ?
				       NAN :
				       100.0 * (double)row->cost_ns / interval_ns / cpus;
	}
}

static void self_finish(void *data, double interval_s)
{
	struct self_row *row = data;
	bool known = row->runs && row->runs != NA_U64 && row->cost_ns != NA_U64;

	(void)interval_s;
	row->run_ns = known ? row->cost_ns / row->runs : NA_U64;
}

static const struct summary summary[] = {
	{ .kind = SUMMARY_TOP, .label = "by object", .group = "object",
	  .columns = "object cpu_pct map_bytes lost", .sort = "cpu_pct", .rows = 3 },
	{ .kind = SUMMARY_END },
};

static const struct origin origins[] = {
	{ "object program state hook", "probetop" },
	{ "runs", "bpf_prog_info, in windows of a twentieth of the time; or the programs" },
	{ "run_ns cpu_pct",
	  "bpf_prog_info, in windows of a twentieth of the time, or the programs, and a calibration at the "
	  "start; of the process getrusage" },
	{ "map_bytes", "/proc/self/fdinfo" },
	{ "rss_bytes", "/proc/self/statm" },
	{ "lost", "the programs, and bpf_prog_info" },
	{ NULL },
};

const struct panel panel_self = {
	.name = "self",
	.title = "probetop itself",
	.help = "What probetop itself takes. The kernel counts and times runs only while it is told to, "
		"which costs some 20 to 70 ns a run; so it is told for a twentieth of the time, at a "
		"moment of each second (or of a shorter interval) that is chosen at random. Numbers are "
		"scaled from there: of a short burst they can be far off. What the kernel does not "
		"time, the way from the hook to the program, is measured at the start with an empty "
		"program and added to each run. That is of a tracepoint; fexit and fentry take a "
		"little more. Without CAP_SYS_ADMIN the kernel is not asked: programs count their runs "
		"and time one in 64 themselves, for each object; that is an estimate, a little too "
		"large.",
	.columns = columns,
	.row_size = sizeof(struct self_row),
	.screen = "object program state runs run_ns cpu_pct map_bytes rss_bytes lost hook",
	.group = "object,program",
	.sort = "cpu_pct",
	.summary = summary,
	.origins = origins,
	.streams = STREAM_BIT(SELF),
	.key = '8',
	.fold = self_fold,
	.finish = self_finish,
};
