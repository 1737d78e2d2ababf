/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of the scheduler programs: of threads, of CPUs, and of threads that found no room. */
#ifndef PROBETOP_SCHED_VALS_H
#define PROBETOP_SCHED_VALS_H

#include "probe.h"
#include "rec_sched.h"

#define TASK_DEAD 0x80

/*
 * Process whose leaving a CPU was not seen, when last somebody was missing.  As long as that is so,
 * nothing begins for it: where the kernel lets no program run in a process's context (a sandbox
 * around PID 1), it would run for ever.  So PID 1 has to show first that it can be seen; that costs
 * nothing, see run_end_unseen.
 */
static __u32 unseen_tgid = 1;

/*
 * Not COUNTERS(): a thread that runs or waits has its beginning in its record, so a map cannot be
 * retired as a whole.  A thread says itself when it is over (`dead`): it has no writer after that,
 * nothing can be lost by removing it, and the reader may.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct task_key);
	__type(value, struct sched_val);
} sched SEC(".maps");

/* Of threads that found no room.  on_since_ns: such a thread is on this CPU now. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sched_val);
} sched_other SEC(".maps");

#define RAN 16 /* a power of two */

/* A process had the CPU from then to then. */
struct ran {
	__u64 from_ns, to_ns;
	__u32 tgid;
	__u32 pad;
};

struct cpu_slot {
	struct cpu_val v; /* what is read: first */
	struct task_key running; /* tid 0: idle */
	__u64 since_ns; /* it runs since then; 0: not known yet */
	__u32 lent; /* 1: it left for unseen_tgid then, and is thought to be back */
	__u32 ran_last; /* index of the last one that ended; modulo RAN */
	struct ran ran[RAN];
};

/* By CPU number; the collector sets the number of possible CPUs.  Not per CPU: a wake-up is counted
 * at the CPU that the thread is queued on. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct cpu_slot);
} cpus SEC(".maps");

static const struct sched_val sched_zero;

/* Every CPU has memory at hand for new records since then, see note_running; 0: not yet.  The
 * collector sets it back when it has detached the programs. */
__u64 ready_ns;

static __always_inline struct sched_val *val_find(const struct task_key *k)
{
	return bpf_map_lookup_elem(&sched, k);
}

static __always_inline struct sched_val *val_other(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&sched_other, &zero);
}

/* A new record, or NULL and a count when there is no room. */
static __always_inline struct sched_val *val_make(const struct task_key *k)
{
	struct sched_val *v;

	bpf_map_update_elem(&sched, k, &sched_zero, BPF_NOEXIST);
	v = bpf_map_lookup_elem(&sched, k);
	if (!v)
		count_loss(LOSS_MAP_FULL);
	return v;
}

static __always_inline struct sched_val *val_get(const struct task_key *k)
{
	struct sched_val *v = val_find(k);

	return v ? v : val_make(k);
}

#endif
