/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the programs and the collectors, not in recordings. */
#ifndef PROBETOP_SHARED_H
#define PROBETOP_SHARED_H

#include "rec.h"
#include "rec_task.h"

#define FILTER_PIDS 1024
#define EVENT_RING_BYTES (4 << 20)
#define CGROUP_SUBSYS_MAX 16
#define CGROUP_DEPTH_MAX 32

/* Written by the collector, read by the programs. */
struct probe_config {
	__u32 filtering; /* any of the filters below is set */
	__u32 filter_n_pids; /* 0: all; else look into filter_pids */
	__u64 filter_cgroup; /* 0: all; else this cgroup and below */
	__s32 cgroup_subsys; /* hierarchy of filter_cgroup: index into css_set.subsys, -1: v2 */
	__s32 cgroup1_subsys; /* hierarchy of task_rec.cgroup1_id: same; -1: there is no v1 */
	__u32 cgroup1_hierarchy; /* its id in cgroup_root */
	__u32 pad;
	__u64 selected_ns; /* CLOCK_MONOTONIC when the filters were set last; 0: before all else */
	__u32 sample_n; /* one call in so many is counted, a power of two; 0, 1: all */
	__u32 tick; /* another one in each interval */
	__u64 calls_since_ns; /* CLOCK_BOOTTIME when the probes of calls were attached: who is younger
			       * was in no call before its first */
};

/* What the programs of an object took on a CPU, where they measure it themselves: see own_cost.h.
 * Cumulative. */
struct own_cost {
	__u64 runs; /* that began */
	__u64 timed, ns; /* of those so many, and what they took, with one reading of the clock each */
	__u64 random;
};

#define OWN_EVERY 64 /* one run in so many is timed; a power of two */

#define SAMPLE_N 16 /* of sample_n: what is left of the cost then is mostly that of being called */
/* Of each thread the first calls of an interval are counted whatever sample_n says: so every process
 * is seen, and those that do little are exact. */
#define SAMPLE_ALWAYS 16

/* Every event in the ring: which stream, then its record or what the family makes it from. */
struct event_head {
	__u32 stream;
	__u32 kind; /* the family's own; 0: the record as it is */
};

/* A group was made (kind 1). */
struct cgroup_event {
	struct event_head head;
	struct cgroup_rec rec;
};

struct task_event {
	struct event_head head;
	struct task_rec rec;
};

#endif
