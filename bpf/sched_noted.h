/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the scheduler itself notes of threads, for those of which nothing was seen. */
#ifndef PROBETOP_SCHED_NOTED_H
#define PROBETOP_SCHED_NOTED_H

#include "sched_vals.h"

/* What the kernel noted itself, in the clock of the run queue: how long ago, in ns.  For threads
 * without a record, and where a wake-up or switch was not seen.  A migration begins a new wait there.
 * Seldom, so by a helper: for pointers behind a task the verifier takes long (see io_see_task). */
static __always_inline __u64 noted_ns(struct task_struct *t, __u64 since)
{
	if (!since || !bpf_core_field_exists(t->se.cfs_rq))
		return 0;
	return elapsed(since, BPF_CORE_READ(t, se.cfs_rq, rq, clock));
}

static __always_inline __u64 noted_queued_ns(struct task_struct *t, __u64 now)
{
	__u64 most = elapsed(ready_ns, now), ns;

	if (!bpf_core_field_exists(t->sched_info.last_queued))
		return 0;
	ns = noted_ns(t, t->sched_info.last_queued);
	return ns < most ? ns : most;
}

/* Since when threads are counted: nothing of before may come up in their records. */
static __always_inline __u64 counted_ns(__u64 since, __u64 now)
{
	struct probe_config *c = get_config();

	return elapsed(c && c->selected_ns > since ? c->selected_ns : since, now);
}

static __always_inline __u64 noted_running_ns(struct task_struct *t)
{
	if (!bpf_core_field_exists(t->sched_info.last_arrival))
		return 0;
	return noted_ns(t, t->sched_info.last_arrival);
}

#endif
