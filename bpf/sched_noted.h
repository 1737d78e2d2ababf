/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the scheduler itself notes of threads, for those of which nothing was seen. */
#ifndef PROBETOP_SCHED_NOTED_H
#define PROBETOP_SCHED_NOTED_H

#include "sched_vals.h"

/* The clock of the run queue that a thread is queued on; 0: not known.  By a helper: for pointers behind a
 * task the verifier takes long (see io_see_task). */
static __always_inline __u64 noted_clock(struct task_struct *t)
{
	return bpf_core_field_exists(t->se.cfs_rq) ? BPF_CORE_READ(t, se.cfs_rq, rq, clock) : 0;
}

/* What the kernel noted itself, in the clock of the run queue: how long ago, in ns.  For threads
 * without a record, and where a wake-up or switch was not seen.  A migration begins a new wait there. */
static __always_inline __u64 noted_queued_at(struct task_struct *t, __u64 clock, __u64 now)
{
	__u64 most = elapsed(ready_ns, now), since, ns;

	if (!bpf_core_field_exists(t->sched_info.last_queued))
		return 0;
	since = t->sched_info.last_queued;
	ns = since ? elapsed(since, clock) : 0;
	return ns < most ? ns : most;
}

static __always_inline __u64 noted_queued_ns(struct task_struct *t, __u64 now)
{
	return noted_queued_at(t, noted_clock(t), now);
}

/* Since when threads are counted: nothing of before may come up in their records. */
static __always_inline __u64 counted_ns(__u64 since, __u64 now)
{
	struct probe_config *c = get_config();

	return elapsed(c && c->selected_ns > since ? c->selected_ns : since, now);
}

static __always_inline __u64 noted_running_ns(struct task_struct *t)
{
	__u64 since;

	if (!bpf_core_field_exists(t->sched_info.last_arrival))
		return 0;
	since = t->sched_info.last_arrival;
	return since ? elapsed(since, noted_clock(t)) : 0;
}

#endif
