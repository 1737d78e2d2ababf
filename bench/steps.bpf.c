/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of a program cost that counts system calls, switches, bytes or block I/O by thread: each
 * step has one part more than the one before.  The last has nothing that counting by thread with latencies
 * could do without.
 */
#include "flights.h"
#include "rec_sys.h"
#include "rec_sched.h"
#include "rec_tcp.h"

enum step {
	STEP_EMPTY,
	STEP_CLOCK, /* the time, once in each program */
	STEP_TASK, /* who: the current task, and at the end of a call or request what was kept of it */
	STEP_KEY, /* the record of thread and call, or disk: one look-up; of both threads of a switch */
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
COUNTERS(io, struct io_key, struct io_val, 16384);

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

/* The time that a program of the block layer notes. */
static __always_inline __u64 block_now(void)
{
	__u64 now = 0;

	if (steps >= STEP_CLOCK)
		now = bpf_ktime_get_ns();
	sink = now;
	return now;
}

SEC("tp_btf/block_io_start")
int BPF_PROG(on_io_start, struct request *rq)
{
	struct flight f = { .start_ns = block_now() };
	struct gendisk *g = request_disk(rq);

	if (steps < STEP_TASK || !g)
		return 0;
	task_key_fill(&f.key.task, bpf_get_current_task_btf());
	f.key.disk = disk_id(g);
	flight_store((__u64)rq, flight_number(rq), &f);
	return 0;
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_issue, struct request *rq)
{
	__u64 now = block_now();
	struct flight *f = steps >= STEP_TASK ? flight_find(rq) : NULL;

	if (f)
		f->issue_ns = now;
	return 0;
}

/* Counters of a thread's I/O have several writers: see block.bpf.c. */
static __always_inline void io_step(const struct flight *f, __u64 bytes, __u64 now)
{
	__u64 total = elapsed(f->start_ns, now);
	struct io_val *v = counters_get(io, &f->key);

	if (!v)
		return;
	ADD(v->ios, 1);
	ADD(v->bytes, bytes);
	ADD(v->dev_ns, elapsed(f->issue_ns, now));
	if (steps >= STEP_LATENCY)
		lat_add_atomic(&v->lat, total, lat_bucket(total));
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_complete, struct request *rq, int error, unsigned int bytes)
{
	__u64 now = block_now();
	struct flight *f = steps >= STEP_TASK ? flight_find(rq) : NULL, done;

	if (!f)
		return 0;
	done = *f;
	if (!flight_remove((__u64)rq, flight_number(rq)))
		return 0;
	if (steps >= STEP_KEY)
		io_step(&done, bytes, now);
	return 0;
}

/* What ended without its last part. */
SEC("tp_btf/block_io_done")
int BPF_PROG(on_io_done, struct request *rq)
{
	if (steps >= STEP_TASK && flight_find(rq))
		flight_remove((__u64)rq, flight_number(rq));
	return 0;
}
