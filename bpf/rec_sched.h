/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scheduler: per thread and per CPU. */
#ifndef PROBETOP_REC_SCHED_H
#define PROBETOP_REC_SCHED_H

#include "rec.h"

#define SCHED_BY 4
#define BY_AT_SHIFT 30 /* about a second */

/* Who was on the CPU while this thread waited; the least is replaced when all are taken. */
struct sched_by {
	__u32 pid; /* tgid; 0: slot is free */
	__u32 at; /* when it was last added to: CLOCK_MONOTONIC >> BY_AT_SHIFT */
	__u64 ns;
};

/*
 * Times are CLOCK_MONOTONIC ns.  What is still going on when a frame is taken is not yet in cpu_ns
 * and wait: the fold adds frame time - on_since_ns or - queued_since_ns.
 */
struct sched_val {
	__u64 cpu_ns; /* on CPU, finished stretches */
	__u64 on_since_ns; /* on a CPU since then; 0: not on one, or not known */
	__u64 queued_since_ns; /* runnable and waiting since then; 0: not waiting */
	__u64 vol_switches;
	__u64 invol_switches;
	__u64 migrations;
	__u32 cpu; /* where it runs or is queued, or did last */
	__u32 dead; /* 1 after its last switch: no program writes here any more */
	struct sched_by by[SCHED_BY];
	struct lat_rec wait; /* runnable and waiting; the number of waits is the sum of wait.n */
};

struct sched_rec {
	struct task_key key;
	struct sched_val v;
};
REC_SIZE(struct sched_rec, 16 + 56 + 64 + 536);

#define RUNQ_LENS 64

struct cpu_val {
	__u64 switches;
	__u64 len_since_ns; /* start of the stretch with the present length */
	__u64 len_now; /* threads waiting, the running one not counted */
	__u64 len_integral; /* sum of length x ns */
	__u64 len_ns[RUNQ_LENS]; /* time spent at each length; the last holds all above */
	struct lat_rec wait;
};

/* jiffies in USER_HZ from /proc/stat, in its order; filled by the collector, not by BPF. */
struct cpu_stat {
	__u64 user, nice, system, idle, iowait, irq, softirq, steal;
};

struct cpu_rec {
	__u32 cpu;
	__u32 online;
	struct cpu_val v;
	struct cpu_stat stat;
};
REC_SIZE(struct cpu_rec, 8 + 32 + 512 + 536 + 64);

#endif
