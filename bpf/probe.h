/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all BPF objects share: settings, filters, the event ring, loss counters, and counter maps
 * that count what finds no room.
 */
#ifndef PROBETOP_PROBE_H
#define PROBETOP_PROBE_H

#include "drift.h"
#include "own_cost.h"
#include "rec.h"
#include "rec_task.h"
#include "shared.h"

enum stream_id {
#define STREAM(id, name, rec, key, kind) STREAM_##id,
#include "streams.def"
#undef STREAM
	STREAM_COUNT,
};

#define PF_KTHREAD 0x00200000

char LICENSE[] SEC("license") = "GPL";

/* These three are made once, by the task object, and reused by all others. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct probe_config);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FILTER_PIDS);
	__type(key, __u32);
	__type(value, __u8);
} filter_pids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENT_RING_BYTES);
} events SEC(".maps");

/* One per object. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, LOSS_KINDS);
	__type(key, __u32);
	__type(value, __u64);
} loss SEC(".maps");

static __always_inline void count_loss(__u32 kind)
{
	__u64 *n = bpf_map_lookup_elem(&loss, &kind);

	if (n)
		(*n)++;
}

static __always_inline struct probe_config *get_config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&config, &zero);
}

/* The task's cgroup in a v1 hierarchy (index into css_set.subsys), or in v2 (subsys -1). */
static __always_inline struct cgroup *task_cgroup(struct task_struct *t, __s32 subsys)
{
	struct css_set *set = BPF_CORE_READ(t, cgroups);
	struct cgroup_subsys_state *css = NULL;
	void *at;

	if (subsys < 0)
		return BPF_CORE_READ(set, dfl_cgrp);
	if (subsys >= CGROUP_SUBSYS_MAX)
		return NULL;
	/* an array of pointers: only its beginning can be relocated */
	at = (void *)set + bpf_core_field_offset(set->subsys) + subsys * sizeof(css);
	bpf_probe_read_kernel(&css, sizeof(css), at);
	return css ? BPF_CORE_READ(css, cgroup) : NULL;
}

static __always_inline bool task_below_cgroup(struct task_struct *t, struct probe_config *c)
{
	struct cgroup *cg;
	struct cgroup_subsys_state *css;

	cg = task_cgroup(t, c->cgroup_subsys);
	for (int depth = 0; cg && depth < CGROUP_DEPTH_MAX; depth++) {
		if (BPF_CORE_READ(cg, kn, id) == c->filter_cgroup)
			return true;
		css = BPF_CORE_READ(cg, self.parent);
		cg = css ? BPF_CORE_READ(css, cgroup) : NULL;
	}
	return false;
}

/* task is a struct task_struct *.  A global function: the verifier looks at it once, not once for
 * each path to each call. */
__noinline int task_passes(__u64 task)
{
	struct task_struct *t = (void *)task;
	struct probe_config *c = get_config();
	__u32 tgid;

	if (!c)
		return 1;
	if (c->filter_n_pids) {
		tgid = BPF_CORE_READ(t, tgid);
		if (!bpf_map_lookup_elem(&filter_pids, &tgid))
			return 0;
	}
	return !c->filter_cgroup || task_below_cgroup(t, c);
}

/* Do -p and -c let this task through?  Nothing set costs one array look-up. */
static __always_inline bool task_wanted(struct task_struct *t)
{
	struct probe_config *c = get_config();
	__u64 task;

	if (!c || !c->filtering)
		return true;
	/* a global function takes numbers; to the verifier t is a pointer until it was read back */
	bpf_probe_read_kernel(&task, sizeof(task), &t);
	return task_passes(task);
}

static __always_inline void task_key_fill(struct task_key *k, struct task_struct *t)
{
	k->tid = MEMBER(t, pid);
	k->tgid = MEMBER(t, tgid);
	k->start_ns = MEMBER(t, start_boottime);
}

/* Events wait for the tick, unless they pile up: a wake-up each would cost more than the event. */
static __always_inline __u64 event_wakeup(void)
{
	return bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > EVENT_RING_BYTES / 8 ?
		       BPF_RB_FORCE_WAKEUP :
		       BPF_RB_NO_WAKEUP;
}

/* Room for an event of a fixed size, or NULL and a count.  Ends with event_submit. */
static __always_inline void *event_reserve(__u64 size)
{
	void *e = bpf_ringbuf_reserve(&events, size, 0);

	if (!e)
		count_loss(LOSS_RING);
	return e;
}

static __always_inline void event_submit(void *e)
{
	bpf_ringbuf_submit(e, event_wakeup());
}

/* A hash of counters, to be put into an outer map.  Without the = {} that stands behind each, clang would
 * put it behind the outer map into BTF, where the type of the key is then not told. */
#define COUNTER_HASH(name, key_type, value_type, entries)                                         \
	struct name##_map {                                                                        \
		__uint(type, BPF_MAP_TYPE_HASH);                                                   \
		__uint(max_entries, entries);                                                      \
		__uint(map_flags, BPF_F_NO_PREALLOC);                                              \
		__type(key, key_type);                                                             \
		__type(value, value_type);                                                         \
	}

/* What finds the hash full is counted here, per CPU. */
#define COUNTER_OTHER(name, value_type)                                                           \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);                                           \
		__uint(max_entries, 1);                                                            \
		__type(key, __u32);                                                                \
		__type(value, value_type);                                                         \
	} name##_other SEC(".maps");                                                               \
	static const value_type name##_zero

/*
 * COUNTERS(name, key, value, entries): a hash of counters that user space can retire as a whole
 * (by putting a new hash into `name`), and per-CPU counters for what finds it full.  The key must
 * begin with a struct task_key and have one writer at a time: its thread.  That makes plain
 * increments exact and a per-CPU hash unnecessary.  User space puts the first hash, NAME_0, in before
 * it attaches (src/collect/outer.c).
 */
#define COUNTERS(name, key_type, value_type, entries)                                             \
	COUNTER_HASH(name, key_type, value_type, entries) name##_0 SEC(".maps") = {};              \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);                                          \
		__uint(max_entries, 1);                                                            \
		__type(key, __u32);                                                                \
		__array(values, struct name##_map);                                                \
	} name SEC(".maps");                                                                       \
	COUNTER_OTHER(name, value_type)

/* The counters of a key, made when new; those of (other) when there is no room, counted as loss.
 * NULL only if the maps are broken. */
static __always_inline void *counters_get_in(void *outer, void *other, const void *zero_value,
					     const void *key)
{
	__u32 zero = 0;
	void *map = bpf_map_lookup_elem(outer, &zero), *v;

	if (!map)
		return NULL;
	v = bpf_map_lookup_elem(map, key);
	if (v)
		return v;
	bpf_map_update_elem(map, key, zero_value, BPF_NOEXIST);
	v = bpf_map_lookup_elem(map, key);
	if (v)
		return v;
	count_loss(LOSS_MAP_FULL);
	return bpf_map_lookup_elem(other, &zero);
}

#define counters_get(name, key) counters_get_in(&name, &name##_other, &name##_zero, key)

static __always_inline __u64 elapsed(__u64 since, __u64 now)
{
	/* the clock of another CPU may be a few ns behind */
	return now > since ? now - since : 0;
}

/* ns and the bucket that it is in, known where it is counted more than once; it stands for n values. */
static __always_inline void lat_count_in(struct lat_rec *l, __u64 ns, __u32 bucket, __u32 n)
{
	l->total_ns += ns * n;
	if (ns > l->max_ns)
		l->max_ns = ns;
	if (bucket < LAT_BUCKETS)
		l->n[bucket] += n;
}

static __always_inline void lat_count(struct lat_rec *l, __u64 ns)
{
	lat_count_in(l, ns, lat_bucket(ns), 1);
}

#endif
