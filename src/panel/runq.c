/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who runs, and who is kept waiting for a CPU. */
#include <string.h>

#include "core/mem.h"
#include "core/panel.h"

#define RUNNERS_CPUS 8192 /* what kernels are built for at most */

struct runq_row {
	struct row_who who;
	uint64_t cpu_ns, wait_ns, waits;
	uint64_t vol_switches, invol_switches, migrations;
	uint32_t cpu;
	double cpu_pct, wait_pct;
	uint32_t preempted_by_pid;
	const char *preempted_by;
	uint64_t by_ns, by_pid_ns; /* how long that one ran meanwhile; both are the same */
	struct lat wait;
};

#define CELL(field, k, u, a, fl, w, head, help) \
	COLUMN(runq_row, field, k, u, a, fl, w, head, #field, help)

static const struct column columns[] = {
	WHO_COLUMNS(runq_row),
	CELL(cpu_ns, COL_U64, UNIT_NS, AGG_SUM, 0, 7, "CPU", "time on a CPU"),
	CELL(wait_ns, COL_U64, UNIT_NS, AGG_SUM, 0, 7, "WAIT",
	     "time runnable and waiting for a CPU, waits still going on included"),
	CELL(waits, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, "WAITS",
	     "times it got on a CPU after waiting"),
	CELL(cpu_pct, COL_F64, UNIT_PERCENT, AGG_DERIVED, 0, 6, "CPU%",
	     "time on a CPU in percent of the interval; 100 is one CPU"),
	CELL(wait_pct, COL_F64, UNIT_PERCENT, AGG_DERIVED, 0, 6, "WAIT%",
	     "time waiting for a CPU in percent of the interval; 100 is one thread all the time"),
	LAT_COLUMNS(runq_row, wait, "wait_", "wait for a CPU, of waits that ended"),
	CELL(vol_switches, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, "VOL",
	     "voluntary context switches: it went to sleep"),
	CELL(invol_switches, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, "INVOL",
	     "involuntary context switches: it was preempted, or yielded"),
	CELL(migrations, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "MIGR", "moves to another CPU"),
	CELL(cpu, COL_U32, UNIT_NONE, AGG_KEY, COL_ASCENDING, 4, "CPU#",
	     "CPU that it is on or waits for, or was on last; empty where threads of a row differ"),
	CELL(preempted_by_pid, COL_U32, UNIT_NONE, AGG_STRONGEST, 0, 7, "FOR-PID",
	     "pid of the process that ran most on the CPU while this one waited for it"),
	CELL(by_pid_ns, COL_U64, UNIT_NS, AGG_MAX, COL_HIDDEN, 7, "", ""),
	CELL(preempted_by, COL_STR, UNIT_NONE, AGG_STRONGEST, COL_LEFT, 15, "WAITED-FOR",
	     "process that ran most on the CPU while this one waited for it"),
	CELL(by_ns, COL_U64, UNIT_NS, AGG_MAX, COL_HIDDEN, 7, "", ""),
	{ .name = NULL },
};

static uint64_t grown(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

/* Time of the stretch that is not over. */
static uint64_t going_on(uint64_t since_ns, uint64_t now_ns)
{
	return since_ns ? grown(since_ns, now_ns) : 0;
}

static uint64_t cpu_until(const struct sched_val *v, uint64_t now_ns)
{
	return v->cpu_ns + going_on(v->on_since_ns, now_ns);
}

static uint64_t wait_until(const struct sched_val *v, uint64_t now_ns)
{
	return v->wait.total_ns + going_on(v->queued_since_ns, now_ns);
}

/* A record that was removed and made again under the same key counts from zero. */
static bool is_older(const struct sched_val *prev, const struct sched_val *cur)
{
	return prev->vol_switches <= cur->vol_switches &&
	       prev->invol_switches <= cur->invol_switches && prev->cpu_ns <= cur->cpu_ns;
}

/* What a slot has grown by; slots change hands. */
static uint64_t by_delta(const struct sched_val *prev, const struct sched_by *by)
{
	for (int i = 0; prev && i < SCHED_BY; i++)
		if (prev->by[i].pid == by->pid)
			return by->ns < prev->by[i].ns ? by->ns : by->ns - prev->by[i].ns;
	return by->ns;
}

/* Of the wait that is not over, what is in this interval. */
static uint64_t waiting_ns(const struct fold_in *in, const struct sched_val *v)
{
	uint64_t from_ns = in->prev ? in->prev->mono_ns : 0;

	if (!v->queued_since_ns)
		return 0;
	return grown(v->queued_since_ns > from_ns ? v->queued_since_ns : from_ns, in->cur->mono_ns);
}

/* Which thread runs on each CPU now, where it is known. */
struct runners {
	bool found;
	const struct sched_rec *on[RUNNERS_CPUS]; /* by CPU */
};

/* Records are read one after the other: of two that seem to run on a CPU it is the one that has been
 * there for longer. */
static void runners_find(struct runners *r, const struct sample *s)
{
	r->found = true;
	for (size_t i = 0; i < s->count; i++) {
		const struct sched_rec *rec = sample_rec(s, STREAM_SCHED, i);
		uint32_t cpu = rec->v.cpu;

		if (!rec->v.on_since_ns || cpu >= RUNNERS_CPUS || rec->key.tgid == TASK_OTHER)
			continue;
		if (!r->on[cpu] || rec->v.on_since_ns < r->on[cpu]->v.on_since_ns)
			r->on[cpu] = rec;
	}
}

/* What a wait that is not over adds: who has the CPU now, and the wait in this interval.  Who had it
 * before is told only when it ends. */
static struct sched_by by_now(struct runners *r, const struct fold_in *in, const struct sched_val *v)
{
	struct sched_by by = { .ns = waiting_ns(in, v) };

	if (!by.ns)
		return by;
	/* few frames find somebody waiting */
	if (!r->found)
		runners_find(r, &in->cur->s[STREAM_SCHED]);
	if (v->cpu < RUNNERS_CPUS && r->on[v->cpu])
		by.pid = r->on[v->cpu]->key.tgid;
	return by;
}

static void by_fill(struct runq_row *row, const struct fold_in *in, struct table *t,
		    const struct sched_val *prev, const struct sched_val *cur, struct sched_by now)
{
	const struct task_rec *task;
	uint32_t pid = now.pid;

	row->by_ns = pid ? now.ns : 0;
	row->preempted_by_pid = UINT32_MAX;
	for (int i = 0; i < SCHED_BY; i++) {
		uint64_t ns = cur->by[i].pid ? by_delta(prev, &cur->by[i]) : 0;

		if (now.pid && cur->by[i].pid == now.pid)
			ns += now.ns;
		if (ns <= row->by_ns)
			continue;
		row->by_ns = ns;
		pid = cur->by[i].pid;
	}
	row->by_pid_ns = row->by_ns;
	if (!pid)
		return;
	row->preempted_by_pid = pid;
	task = facts_pid(in->facts, pid);
	row->preempted_by = task ? table_str(t, task->comm) : table_strf(t, "%u", pid);
}

/* It got on a CPU time and again and never left one: no program sees what it does itself, as it is
 * with the first process of some virtual machines.  Then that is not known, and not none. */
static bool is_unseen(const struct sched_val *v)
{
	uint64_t waits = 0;

	if (v->cpu_ns || v->on_since_ns || v->vol_switches || v->invol_switches)
		return false;
	for (size_t i = 0; i < LAT_BUCKETS; i++)
		waits += v->wait.n[i];
	return waits > 1;
}

static void row_fill(struct runq_row *row, const struct fold_in *in, const struct sched_val *prev,
		     const struct sched_val *cur)
{
	uint64_t from_ns = in->prev ? in->prev->mono_ns : 0, to_ns = in->cur->mono_ns;
	struct sched_val none = { 0 };
	const struct sched_val *p = prev ? prev : &none;

	row->cpu_ns = grown(cpu_until(p, from_ns), cpu_until(cur, to_ns));
	row->wait_ns = grown(wait_until(p, from_ns), wait_until(cur, to_ns));
	row->vol_switches = grown(p->vol_switches, cur->vol_switches);
	row->invol_switches = grown(p->invol_switches, cur->invol_switches);
	row->migrations = grown(p->migrations, cur->migrations);
	lat_delta(&row->wait, prev ? &prev->wait : NULL, &cur->wait);
	row->waits = row->wait.count;
}

static void unseen_fill(struct runq_row *row)
{
	row->cpu_ns = row->vol_switches = row->invol_switches = NA_U64;
}

static bool is_idle(const struct runq_row *row)
{
	return !row->cpu_ns && !row->wait_ns && !row->waits && !row->vol_switches &&
	       !row->invol_switches && !row->migrations;
}

/* Most threads sleep most of the time: seen without working out the differences. */
static bool has_slept(const struct sched_val *before, const struct sched_val *cur)
{
	return before && !cur->on_since_ns && !cur->queued_since_ns &&
	       !memcmp(before, cur, sizeof(*cur));
}

static void runq_fold(const struct fold_in *in, struct table *out)
{
	const struct sample *s = &in->cur->s[STREAM_SCHED];
	struct fold_range r = fold_records(in, STREAM_SCHED, 0);
	struct runners *runners;

	if (!*in->memo)
		*in->memo = xcalloc(1, sizeof(*runners));
	runners = *in->memo;
	for (size_t i = r.from; i < r.to; i++) {
		const struct sched_rec *cur = sample_rec(s, STREAM_SCHED, i);
		const struct sched_rec *prev = frame_before(in->prev, in->cur, STREAM_SCHED, cur);
		const struct sched_val *before = prev && is_older(&prev->v, &cur->v) ? &prev->v : NULL;
		struct runq_row *row;

		if (has_slept(before, &cur->v))
			continue;
		row = table_add(out);
		row_fill(row, in, before, &cur->v);
		if (is_idle(row)) {
			out->n--;
			continue;
		}
		if (is_unseen(&cur->v))
			unseen_fill(row);
		who_fill(&row->who, in, out, &cur->key);
		row->cpu = cur->key.tgid == TASK_OTHER ? UINT32_MAX : cur->v.cpu;
		by_fill(row, in, out, before, &cur->v, by_now(runners, in, &cur->v));
	}
}

static void runq_finish(void *data, double interval_s)
{
	struct runq_row *row = data;

	bool known = interval_s > 0 && row->cpu_ns != NA_U64;

	row->cpu_pct = known ? (double)row->cpu_ns / (interval_s * 1e7) : NAN;
	row->wait_pct = interval_s > 0 ? (double)row->wait_ns / (interval_s * 1e7) : NAN;
}

static const struct summary summary[] = {
	{ .kind = SUMMARY_STRIP, .label = "CPUs", .panel = "cpus", .columns = "cpu busy_pct", .rows = 4 },
	{ .kind = SUMMARY_HIST, .label = "waits for a CPU", .columns = "wait_hist", .rows = 5 },
	{ .kind = SUMMARY_END },
};

static const struct origin origins[] = {
	{ "preempted_by_pid", "sched_switch: who had the CPU between the wake-up and the switch" },
	{ "preempted_by", "sched_switch: who had the CPU between the wake-up and the switch" },
	{ "migrations", "sched_migrate_task" },
	{ "cpu", "sched_switch, sched_wakeup and sched_migrate_task" },
	{ "cpu_ns cpu_pct", "sched_switch: from switched in to switched out" },
	{ "vol_switches invol_switches", "sched_switch: the state of the thread that leaves" },
	{ "*", "sched_wakeup, sched_wakeup_new and preemption to sched_switch" },
	{ NULL },
};

static const struct link runq_links[] = {
	{ .on = "pid=preempted_by_pid", .label = "who had the CPU meanwhile" },
	{ .on = NULL },
};

const struct panel panel_runq = {
	.name = "runq",
	.title = "run queue",
	.help = "Processes by the time they were runnable and waited for a CPU, and the time they "
		"had one. Much waiting with idle CPUs elsewhere means pinning or a CPU limit; much "
		"waiting everywhere means too few CPUs. WAITED-FOR names who ran meanwhile.",
	.columns = columns,
	.row_size = sizeof(struct runq_row),
	.screen = "pid comm cpu_pct wait_pct wait_ns preempted_by waits wait_p99_ns wait_max_ns user "
		  "invol_switches vol_switches migrations wait_avg_ns wait_p50_ns cpu_ns container cgroup "
		  "cpu preempted_by_pid",
	.group = "pid",
	.sort = "wait_ns",
	.summary = summary,
	.origins = origins,
	.links = runq_links,
	.streams = STREAM_BIT(SCHED),
	.key = '1',
	.fold = runq_fold,
	.finish = runq_finish,
};
