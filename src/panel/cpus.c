/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPUs: what they spend their time on, and how many threads wait for them. */
#include "core/panel.h"
#include "core/self_cost.h"

struct cpus_row {
	uint32_t cpu;
	double busy_pct, user_pct, sys_pct, irq_pct, softirq_pct, steal_pct, iowait_pct;
	double runq_len_avg;
	uint64_t runq_len_max;
	uint64_t switches;
	struct lat wait;
};

#define CELL(field, k, u, a, fl, w, head, help) \
	COLUMN(cpus_row, field, k, u, a, fl, w, head, #field, help)
#define PERCENT(field, head, help) CELL(field, COL_F64, UNIT_PERCENT, AGG_MEAN, 0, 6, head, help)

static const struct column columns[] = {
	CELL(cpu, COL_U32, UNIT_NONE, AGG_KEY, COL_ASCENDING, 4, "CPU", "number of the CPU"),
	PERCENT(busy_pct, "BUSY%", "neither idle nor waiting for I/O"),
	PERCENT(user_pct, "USER%", "in user programs, nice ones included"),
	PERCENT(sys_pct, "SYS%", "in the kernel"),
	PERCENT(irq_pct, "IRQ%", "in interrupts"),
	PERCENT(softirq_pct, "SIRQ%", "in soft interrupts"),
	PERCENT(steal_pct, "STEAL%", "taken by the hypervisor for others"),
	PERCENT(iowait_pct, "IOWT%", "idle with I/O of its threads outstanding"),
	CELL(runq_len_avg, COL_F64, UNIT_NONE, AGG_MEAN, 0, 6, "RUNQ",
	     "threads waiting for this CPU, mean over time; the running one is not counted"),
	CELL(runq_len_max, COL_U64, UNIT_COUNT, AGG_MAX, 0, 6, "QMAX",
	     "most threads that waited for this CPU at once"),
	LAT_COLUMNS(cpus_row, wait, "wait_", "wait of threads that got on this CPU"),
	CELL(switches, COL_U64, UNIT_COUNT, AGG_SUM, 0, 8, "SWITCHES", "context switches"),
	{ .name = NULL },
};

static uint64_t grown(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

static void percents_fill(struct cpus_row *row, const struct cpu_stat *a, const struct cpu_stat *b)
{
	uint64_t user = grown(a->user, b->user) + grown(a->nice, b->nice);
	uint64_t sys = grown(a->system, b->system), steal = grown(a->steal, b->steal);
	uint64_t irq = grown(a->irq, b->irq), softirq = grown(a->softirq, b->softirq);
	uint64_t iowait = grown(a->iowait, b->iowait), idle = grown(a->idle, b->idle);
	uint64_t busy = user + sys + irq + softirq + steal;
	double percent = 100.0 / (double)(busy + iowait + idle);

	if (!(busy + iowait + idle))
		percent = NAN;
	row->busy_pct = (double)busy * percent;
	row->user_pct = (double)user * percent;
	row->sys_pct = (double)sys * percent;
	row->irq_pct = (double)irq * percent;
	row->softirq_pct = (double)softirq * percent;
	row->steal_pct = (double)steal * percent;
	row->iowait_pct = (double)iowait * percent;
}

/* Until now, the stretch that is not over included: what the sums and the time at each length are. */
static void len_until(struct cpu_val *v, uint64_t now_ns)
{
	uint64_t ns = v->len_since_ns ? grown(v->len_since_ns, now_ns) : 0;

	v->len_integral += v->len_now * ns;
	v->len_ns[v->len_now < RUNQ_LENS ? v->len_now : RUNQ_LENS - 1] += ns;
}

static void len_fill(struct cpus_row *row, const struct fold_in *in, const struct cpu_val *prev,
		     const struct cpu_val *cur)
{
	struct cpu_val a = { 0 }, b = *cur;
	uint64_t time = 0;

	if (prev) {
		a = *prev;
		len_until(&a, in->prev->mono_ns);
	}
	len_until(&b, in->cur->mono_ns);
	for (uint32_t len = 0; len < RUNQ_LENS; len++) {
		uint64_t ns = grown(a.len_ns[len], b.len_ns[len]);

		time += ns;
		if (ns)
			row->runq_len_max = len;
	}
	/* the last place holds all lengths above */
	if (row->runq_len_max == RUNQ_LENS - 1 && cur->len_now > row->runq_len_max)
		row->runq_len_max = cur->len_now;
	row->runq_len_avg = time ? (double)grown(a.len_integral, b.len_integral) / (double)time : 0;
}

/* What comes from probes is not known while they are off; /proc/stat goes on. */
static void probes_forget(struct cpus_row *row)
{
	row->switches = row->runq_len_max = NA_U64;
	row->runq_len_avg = NAN;
}

static void cpus_fold(const struct fold_in *in, struct table *out)
{
	const struct sample *s = &in->cur->s[STREAM_CPU];
	struct fold_range r = fold_records(in, STREAM_CPU, 0);
	bool off = self_off(in->cur) & STREAM_BIT(CPU);

	for (size_t i = r.from; i < r.to; i++) {
		const struct cpu_rec *cur = sample_rec(s, STREAM_CPU, i);
		const struct cpu_rec *prev = frame_before(in->prev, in->cur, STREAM_CPU, cur);
		struct cpus_row *row;

		if (!cur->online)
			continue;
		row = table_add(out);
		row->cpu = cur->cpu;
		/* /proc/stat counts since boot: without a frame before it says nothing about now */
		percents_fill(row, prev ? &prev->stat : &cur->stat, &cur->stat);
		len_fill(row, in, prev ? &prev->v : NULL, &cur->v);
		row->switches = grown(prev ? prev->v.switches : 0, cur->v.switches);
		lat_delta(&row->wait, prev ? &prev->v.wait : NULL, &cur->v.wait);
		if (off)
			probes_forget(row);
	}
}

static const struct summary summary[] = {
	{ .kind = SUMMARY_HIST, .label = "waits for a CPU", .columns = "wait_hist", .rows = 5 },
	{ .kind = SUMMARY_END },
};

static const struct origin origins[] = {
	{ "cpu", "the kernel" },
	{ "busy_pct user_pct sys_pct irq_pct softirq_pct steal_pct iowait_pct", "/proc/stat" },
	{ "switches", "sched_switch" },
	{ "runq_len_avg runq_len_max",
	  "sched_wakeup, sched_migrate_task and sched_switch, as they come" },
	{ "*", "sched_wakeup, sched_wakeup_new and preemption to sched_switch" },
	{ NULL },
};

const struct panel panel_cpus = {
	.name = "cpus",
	.title = "CPUs",
	.help = "Each CPU that is online: what its time went to, by /proc/stat, how many threads "
		"waited for it, by the run queue at every wake-up and switch, and how long they did.",
	.columns = columns,
	.row_size = sizeof(struct cpus_row),
	.screen = "cpu busy_pct user_pct sys_pct irq_pct softirq_pct steal_pct iowait_pct runq_len_avg "
		  "runq_len_max wait_avg_ns wait_p50_ns wait_p99_ns wait_max_ns switches",
	.group = "cpu",
	.sort = "-cpu",
	.origins = origins,
	.summary = summary,
	.streams = STREAM_BIT(CPU),
	.key = '6',
	.fold = cpus_fold,
};
