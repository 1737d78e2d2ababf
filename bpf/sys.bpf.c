/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls by thread, and the files that they read and write: one pair of hooks for both. */
#include "files.h"


/* Few threads fail in more than a few ways. */
COUNTERS(syserr, struct syserr_key, __u64, 8192);

/* Requests that went past the calls. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} uring_requests SEC(".maps");

static __always_inline __u32 nr_in_table(long nr)
{
	__u32 n = nr;

	return (n & ~SYS_X32) >= SYS_NRS ? SYS_INVALID : n;
}

static __always_inline __u32 call_nr(struct task_struct *t, long nr)
{
	__u32 n = nr_in_table(nr);

	return syscall_is_compat(t) ? n | SYS_COMPAT : n;
}

/* Into the other table, too: execve then ends with that one's number. */
static __always_inline bool call_is_exec(__u32 nr)
{
#if defined(__TARGET_ARCH_x86)
	if (nr & SYS_COMPAT)
		return nr == (SYS_COMPAT | 11) || nr == (SYS_COMPAT | 358);
#endif
	return nr == __NR_execve || nr == __NR_execveat;
}

/* The thread was in call nr when it was seen last, and call `id` ends now (-1: not known, rt_sigreturn):
 * the end of one and the beginning of the other were missed. */
static __always_inline bool call_was_missed(__u32 nr, long id)
{
	return id >= 0 && (nr & ~SYS_COMPAT) != nr_in_table(id) && !call_is_exec(nr);
}

static __always_inline bool call_never_returns(__u32 nr)
{
#if defined(__TARGET_ARCH_x86)
	if (nr & SYS_COMPAT)
		return nr == (SYS_COMPAT | 1) || nr == (SYS_COMPAT | 252);
#endif
	return nr == __NR_exit || nr == __NR_exit_group;
}

static __always_inline void call_count(__u32 nr, struct file_io *how, struct call *c)
{
	struct sys_val *v;
	__u64 *n;

	how->key.nr = nr;
	v = sys_counters(&how->key, c);
	if (!v)
		return;
	v->count += how->weight;
	if (how->bucket < LAT_BUCKETS)
		lat_count_in(&v->lat, how->ns, how->bucket, how->weight);
	if (how->ret >= 0 || how->ret < -4095)
		return;
	v->errors += how->weight;
	how->failed.err = -how->ret;
	n = counters_get(syserr, &how->failed);
	if (n)
		*n += how->weight;
}

static __always_inline bool is_sampled(void)
{
	struct probe_config *config = get_config();

	return config && config->sample_n > 1;
}

/*
 * While calls are sampled: is this one counted, and for how many?  Each thread's first ones of an
 * interval are, and those that tell of connections; of the rest each with the same chance, so a
 * program that makes the same calls over and over hides none of them.
 */
static __always_inline __u32 call_weight(struct call *c, const struct probe_config *config)
{
	__u32 op = file_op(c->nr);

	if (c->tick != config->tick) {
		c->tick = config->tick;
		c->always = 0;
	}
	if (c->always < SAMPLE_ALWAYS) {
		c->always++;
		return 1;
	}
	if (op == FILE_ACCEPT || op == FILE_SPLICE)
		return 1;
	if (!c->random)
		c->random = bpf_get_prandom_u32();
	c->random = c->random * 1664525 + 1013904223;
	return c->random >> 16 & (config->sample_n - 1) ? 0 : config->sample_n;
}

static __always_inline int call_begins(long nr)
{
	struct task_struct *t = current_task();
	struct call *c = call_get(t);
	struct probe_config *config = get_config();
	struct file_io endless = { .bucket = LAT_BUCKETS, .weight = 1 };

	if (!c)
		return 0;
	c->nr = call_nr(t, nr);
	if (call_never_returns(c->nr)) {
		if (!task_wanted(t))
			return 0;
		task_key_fill(&endless.key.task, t);
		call_count(c->nr, &endless, c);
		return 0;
	}
	c->weight = config && config->sample_n > 1 ? call_weight(c, config) : 1;
	c->since_ns = c->weight ? bpf_ktime_get_ns() : 0;
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long nr)
{
	return call_begins(nr);
}

static __always_inline bool is_first_return(struct task_struct *t, long nr, long ret)
{
	struct probe_config *config = get_config();

	if (ret)
		return false;
#if defined(__TARGET_ARCH_x86)
	if (nr == __NR_fork || nr == __NR_vfork)
		return true;
#endif
	return nr == __NR_clone || nr == __NR_clone3 ||
	       (config && MEMBER(t, start_boottime) > config->calls_since_ns);
}

/* id: of the call where ends may have been missed, else -1. */
static __always_inline int call_ends(struct task_struct *t, struct pt_regs *regs, long ret, long id)
{
	struct call *c = call_find(t);
	struct file_io how = { .bucket = LAT_BUCKETS, .ret = ret, .weight = 1 };
	__u32 nr;

	io_see_task(&how, t);
	if (c && c->since_ns && call_was_missed(c->nr, id))
		c->since_ns = 0;
	if (c && c->since_ns) {
		how.ns = bpf_ktime_get_ns() - c->since_ns;
		how.bucket = lat_bucket(how.ns);
		c->since_ns = 0;
		nr = c->nr;
		/* begun while calls were sampled; now each stands for itself */
		if (c->weight > 1 && is_sampled())
			how.weight = c->weight;
	} else if (c && !c->weight) {
		c->weight = 1;
		if (is_sampled())
			return 0;
		nr = c->nr;
	} else {
		/* a new thread comes out of its parent's clone: that is not a call */
		if (!c && is_first_return(t, syscall_number(regs), ret))
			return 0;
		nr = call_nr(t, syscall_number(regs));
	}
	if (!task_wanted(t))
		return 0;
	/* With storage and without a time, seccomp has answered before the entry was traced. */
	if (!c)
		count_loss(LOSS_UNMATCHED);
	task_key_fill(&how.key.task, t);
	call_count(nr, &how, c);
	files_count(t, regs, nr, &how, c);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	return call_ends(current_task(), regs, ret, -1);
}

#ifndef BASIC /* bpf_task_pt_regs: dd6e10fbd9fb (5.15) */
/* Where the typed ones do not keep the CPU, see OWN_TRACEPOINT. */
SEC("tracepoint/raw_syscalls/sys_enter")
int OWN_TRACEPOINT(on_sys_enter__classic, trace_event_raw_sys_enter)
{
	return call_begins(ctx->id);
}

SEC("tracepoint/raw_syscalls/sys_exit")
int OWN_TRACEPOINT(on_sys_exit__classic, trace_event_raw_sys_exit)
{
	struct task_struct *t = current_task();

	return call_ends(t, (struct pt_regs *)bpf_task_pt_regs(t), ctx->ret, ctx->id);
}
#endif

#ifdef BASIC
SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_thread_end, struct task_struct *t)
{
	call_forget(t);
	return 0;
}
#endif

/* Requests that bypass the calls: only their number is told. */
static __always_inline int uring_count(void)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(&uring_requests, &zero);

	if (n)
		(*n)++;
	return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_io_uring_submit)
{
	return uring_count();
}

/* Before 6.4 it has this name. */
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(on_io_uring_submit__sqe)
{
	return uring_count();
}

#ifndef BASIC /* there the collector empties the map */
/* Run by the collector before the programs are attached again: calls that were under way when they were
 * detached have ended unseen. */
SEC("iter/task")
int forget_calls(struct bpf_iter__task *ctx)
{
	struct task_struct *t = ctx->task;
	struct call *c = t ? call_find(t) : NULL;

	if (!c)
		return 0;
	c->since_ns = 0;
	c->weight = 1;
	return 0;
}
#endif
