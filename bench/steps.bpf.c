/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of a program cost that counts system calls, switches or bytes by thread: each step has
 * one part more than the one before.  Nothing is left out of the last that counting by thread with
 * latencies could do without.
 */
#include "probe.h"
#include "rec_sys.h"
#include "rec_sched.h"
#include "rec_tcp.h"

enum step {
	STEP_EMPTY,
	STEP_CLOCK, /* the time, once in each program */
	STEP_TASK, /* who: the current task, and at the end of a call what was kept of its beginning */
	STEP_KEY, /* the record of thread and call: one look-up; of both threads of a switch */
	STEP_LATENCY, /* a histogram */
};

const volatile __u32 steps;

struct begun {
	__u64 since_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct begun);
} begun SEC(".maps");

COUNTERS(sys, struct sys_key, struct sys_val, 32768);
COUNTERS(sched, struct task_key, struct sched_val, 32768);
COUNTERS(connio, struct connio_key, struct connio_val, 32768);

__u64 sink; /* else what is not used is left out */

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long nr)
{
	struct begun *b = NULL;
	__u64 now = 0;

	if (steps >= STEP_CLOCK)
		now = bpf_ktime_get_ns();
	if (steps >= STEP_TASK)
		b = bpf_task_storage_get(&begun, bpf_get_current_task_btf(), NULL,
					 BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (b)
		b->since_ns = now;
	else
		sink = now;
	return 0;
}

static __always_inline void call_step(struct task_struct *t, long nr, __u64 ns)
{
	struct sys_key key = { .nr = nr };
	struct sys_val *v;

	task_key_fill(&key.task, t);
	v = counters_get(sys, &key);
	if (!v)
		return;
	v->count++;
	if (steps >= STEP_LATENCY)
		lat_count(&v->lat, ns);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	struct task_struct *t;
	struct begun *b;
	__u64 now = 0;

	if (steps >= STEP_CLOCK)
		now = bpf_ktime_get_ns();
	if (steps < STEP_TASK) {
		sink = now;
		return 0;
	}
	t = bpf_get_current_task_btf();
	b = bpf_task_storage_get(&begun, t, NULL, 0);
	if (!b)
		return 0;
	now -= b->since_ns;
	if (steps >= STEP_KEY)
		call_step(t, syscall_number(regs), now);
	else
		sink = now;
	return 0;
}

static __always_inline void thread_step(struct task_struct *t, __u64 now, bool came)
{
	struct task_key key = {};
	struct sched_val *v;

	task_key_fill(&key, t);
	v = counters_get(sched, &key);
	if (!v)
		return;
	if (came && steps >= STEP_LATENCY)
		lat_count(&v->wait, elapsed(v->queued_since_ns, now));
	v->queued_since_ns = now;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u64 now = 0;

	if (steps >= STEP_CLOCK)
		now = bpf_ktime_get_ns();
	sink = now;
	if (steps < STEP_KEY)
		return 0;
	thread_step(prev, now, false);
	thread_step(next, now, true);
	return 0;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *p)
{
	__u64 now = 0;

	if (steps >= STEP_CLOCK)
		now = bpf_ktime_get_ns();
	sink = now;
	if (steps >= STEP_KEY)
		thread_step(p, now, false);
	return 0;
}

/* Bytes have no latency, so no time either. */
static __always_inline void bytes_step(struct sock *sk, __u64 tx_bytes, __u64 rx_bytes)
{
	struct connio_key key = {};
	struct connio_val *v;

	if (steps < STEP_KEY)
		return;
	task_key_fill(&key.task, bpf_get_current_task_btf());
	key.cookie = bpf_get_socket_cookie(sk);
	v = counters_get(connio, &key);
	if (!v)
		return;
	v->tx_bytes += tx_bytes;
	v->rx_bytes += rx_bytes;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(on_send, struct sock *sk, int ret, int flags)
{
	bytes_step(sk, ret, 0);
	return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(on_receive, struct sock *sk, int ret, int flags)
{
	bytes_step(sk, 0, ret);
	return 0;
}
