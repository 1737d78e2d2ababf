/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system call that a thread is in.  It goes when the thread goes, however that ends. */
#ifndef PROBETOP_CALLS_H
#define PROBETOP_CALLS_H

#include "probe.h"

#define SLOTS_KEPT 8 /* a power of two: of calls, and of files, that a thread takes turns with */

struct call {
	__u64 since_ns; /* 0: in none */
	__u32 nr; /* rt_sigreturn overwrites the registers' */
	__u32 weight; /* calls that it stands for; 0: it is left out, others stand for it */
	__u32 tick, always; /* in this interval so many were counted for being the first */
	__u32 random;
	__u32 pad;
#ifdef TYPED
	__u16 call_slots[SLOTS_KEPT], file_slots[SLOTS_KEPT]; /* slotted.h */
#endif
};

#ifdef BASIC /* 5.10 has no task storage for tracing: 4cf1bc1f1045, a10787e6d58c (5.11, 5.12) */

/* Threads at one time; entries are allocated as threads come.  The key is the address of the task,
 * which stays the same when exec gives a thread another tid. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct call);
} calls SEC(".maps");

static const struct call call_none;

/* Of the current task.  NULL: nothing was seen of it yet. */
static __always_inline struct call *call_find(struct task_struct *t)
{
	__u64 at = (__u64)t;

	return bpf_map_lookup_elem(&calls, &at);
}

/* Made when new; NULL and a count when there is no room. */
static __always_inline struct call *call_get(struct task_struct *t)
{
	struct call *c = call_find(t);
	__u64 at = (__u64)t;

	if (c)
		return c;
	bpf_map_update_elem(&calls, &at, &call_none, BPF_NOEXIST);
	c = call_find(t);
	if (!c)
		count_loss(LOSS_UNMATCHED);
	return c;
}

/* t ends: its address will be that of another one. */
static __always_inline void call_forget(struct task_struct *t)
{
	__u64 at = bpf_get_current_task();

	bpf_map_delete_elem(&calls, &at);
}

#else

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct call);
} calls SEC(".maps");

static __always_inline struct call *call_find(struct task_struct *t)
{
	return bpf_task_storage_get(&calls, t, NULL, 0);
}

/* Made when new; NULL and a count when there is no memory. */
static __always_inline struct call *call_get(struct task_struct *t)
{
	struct call *c = bpf_task_storage_get(&calls, t, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!c)
		count_loss(LOSS_UNMATCHED);
	return c;
}

#endif

#endif
