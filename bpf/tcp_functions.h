/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of the kernel that are traced where there is no tracepoint, or none that tells all.  Part of
 * tcp.bpf.c.
 */
#ifndef PROBETOP_TCP_FUNCTIONS_H
#define PROBETOP_TCP_FUNCTIONS_H

#define MSG_ERRQUEUE 0x2000
#define MSG_SENDPAGE_NOTLAST 0x20000
#define TCP_TIME_WAIT 6
#define TCP_NEW_SYN_RECV 12
#define TCP_FLAGS_OFFSET 13 /* of the byte with RST in the header */
#define TCP_FLAG_RST 4

/*
 * Before 6.3 (6e6eda44b939) there are no tracepoints for that: what the functions return.  sendfile and
 * splice into a socket go past tcp_sendmsg until 6.5.
 */
SEC("fexit/tcp_sendmsg")
int BPF_PROG(on_send__sendmsg, struct sock *sk, void *msg, __u64 size, int ret)
{
	if (ret > 0)
		count_io(sk, ret, 0, true);
	return 0;
}

/* Pages of a full pipe come one by one, all but the last with that flag: newer kernels send them
 * at once. */
SEC("fexit/tcp_sendpage")
int BPF_PROG(on_send__sendpage, struct sock *sk, void *page, int offset, __u64 size, int flags, int ret)
{
	if (ret > 0)
		count_io(sk, ret, 0, !(flags & MSG_SENDPAGE_NOTLAST));
	return 0;
}

static __always_inline void count_received(struct sock *sk, int flags, int ret)
{
	if (ret > 0 && !(flags & (MSG_PEEK | MSG_ERRQUEUE)))
		count_io(sk, 0, ret, true);
}

SEC("fexit/tcp_recvmsg")
int BPF_PROG(on_receive__recvmsg, struct sock *sk, void *msg, __u64 len, int flags, void *addr_len, int ret)
{
	count_received(sk, flags, ret);
	return 0;
}

/* Until ec095263a965 (5.19) there was one argument more. */
SEC("fexit/tcp_recvmsg")
int BPF_PROG(on_receive__recvmsg6, struct sock *sk, void *msg, __u64 len, int nonblock, int flags,
	     void *addr_len, int ret)
{
	count_received(sk, flags, ret);
	return 0;
}

/* Since 7.2 at the latest there is one less: addr_len. */
SEC("fexit/tcp_recvmsg")
int BPF_PROG(on_receive__recvmsg4, struct sock *sk, void *msg, __u64 len, int flags, int ret)
{
	count_received(sk, flags, ret);
	return 0;
}

/*
 * tcp_send_reset tells of all resets since 19822a980e19 (6.10); before, only of those of full sockets.
 * What is refused at a closed port, or belongs to a socket that is gone, has none.
 */
static __always_inline int count_refused(struct sock *sk, struct sk_buff *skb)
{
	__u8 state = sk ? BPF_CORE_READ(sk, __sk_common.skc_state) : TCP_TIME_WAIT, flags = 0;
	struct conn_val *none;
	__u64 cookie = 0;

	if (state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV)
		return 0;
	bpf_probe_read_kernel(&flags, sizeof(flags),
			      BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, transport_header) +
				      TCP_FLAGS_OFFSET);
	/* that is not answered */
	if (flags & TCP_FLAG_RST)
		return 0;
	none = bpf_map_lookup_elem(&conns, &cookie);
	if (none)
		__sync_fetch_and_add(&none->resets_out, 1);
	return 0;
}

SEC("fentry/tcp_v4_send_reset")
int BPF_PROG(on_refuse4, struct sock *sk, struct sk_buff *skb)
{
	return count_refused(sk, skb);
}

SEC("fentry/tcp_v6_send_reset")
int BPF_PROG(on_refuse6, struct sock *sk, struct sk_buff *skb)
{
	return count_refused(sk, skb);
}

SEC("kprobe/tcp_v4_send_reset")
int OWN_KPROBE(on_refuse4__kprobe)
{
	return count_refused((void *)function_arg(regs, 0), (void *)function_arg(regs, 1));
}

SEC("kprobe/tcp_v6_send_reset")
int OWN_KPROBE(on_refuse6__kprobe)
{
	return count_refused((void *)function_arg(regs, 0), (void *)function_arg(regs, 1));
}

#ifdef BASIC /* kprobes may not ask for cookies, nor follow pointers */

/*
 * Where fexit is refused (arm64 before 6.4 has none).  A kretprobe is not run for more than a few
 * threads that are in a function at a time, and servers wait in these.  So what they return is not asked.
 *
 * Received: what a call has copied so far tcp_cleanup_rbuf is told each time before it waits, and at the
 * end.  Sent: by how much write_seq grows while the thread has the socket's lock; tcp_release_cb is told
 * when it gives that up, to wait or at the end, and when it has waited, it asks tcp_current_mss anew.
 */
enum inside_what {
	INSIDE_NONE,
	INSIDE_SEND,
	INSIDE_RECEIVE,
};

/* The function that a thread is in, or was in last. */
struct inside {
	__u64 sk;
	__u32 what; /* enum inside_what */
	__u32 once; /* the call is counted, or is not to be */
	__u32 copied; /* of what it receives so much is counted */
	__u32 write_seq; /* of what it sends all before this is counted */
	__u32 unlocked; /* others may move write_seq */
	__u32 pad;
};

/* By pid_tgid.  Nothing tells of threads that end, so what is used least goes. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct inside);
} insides SEC(".maps");

/* Of tcp_recvmsg in this kernel: see on_receive__recvmsg6.  Set before loading. */
const volatile __u32 recvmsg_args = 5;

static __always_inline struct inside *inside_find(void)
{
	__u64 id = bpf_get_current_pid_tgid();

	return bpf_map_lookup_elem(&insides, &id);
}

/* NULL when there is no room. */
static __always_inline struct inside *inside_begin(__u32 what, __u64 sk)
{
	struct inside fresh = { .sk = sk, .what = what };
	__u64 id = bpf_get_current_pid_tgid();

	bpf_map_update_elem(&insides, &id, &fresh, BPF_ANY);
	return inside_find();
}

/* As count_io; the call is counted with its first bytes. */
static __always_inline void count_inside(struct inside *in, __u64 tx_bytes, __u64 rx_bytes)
{
	struct sock *sk = (struct sock *)in->sk;
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	struct task_struct *t = current_task();
	__u64 cookie = sock_cookie(sk);

	conn_use(sk, cookie, t, BPF_CORE_READ(tp, srtt_us), BPF_CORE_READ(tp, snd_cwnd));
	connio_count(t, cookie, tx_bytes, rx_bytes, !in->once);
	in->once = 1;
}

static __always_inline __u32 write_seq(__u64 sk)
{
	return BPF_CORE_READ((struct tcp_sock *)sk, write_seq);
}

static __always_inline int send_begins(struct pt_regs *regs, __u32 once)
{
	struct inside *in = inside_begin(INSIDE_SEND, function_arg(regs, 0));

	if (!in)
		return 0;
	in->write_seq = write_seq(in->sk);
	in->once = once;
	return 0;
}

SEC("kprobe/tcp_release_cb")
int OWN_KPROBE(on_send__unlocks)
{
	struct inside *in = inside_find();
	__u32 more;

	if (!in || in->what != INSIDE_SEND || in->sk != function_arg(regs, 0) || in->unlocked)
		return 0;
	in->unlocked = 1;
	more = write_seq(in->sk) - in->write_seq;
	if (more)
		count_inside(in, more, 0);
	return 0;
}

SEC("kprobe/tcp_current_mss")
int OWN_KPROBE(on_send__goes_on)
{
	struct inside *in = inside_find();

	if (!in || in->what != INSIDE_SEND || in->sk != function_arg(regs, 0) || !in->unlocked)
		return 0;
	in->unlocked = 0;
	in->write_seq = write_seq(in->sk);
	return 0;
}

/* These have the lock. */
SEC("kprobe/tcp_sendmsg_locked")
int OWN_KPROBE(on_send__message)
{
	return send_begins(regs, 0);
}

SEC("kprobe/do_tcp_sendpages")
int OWN_KPROBE(on_send__pages)
{
	return send_begins(regs, function_arg(regs, 4) & MSG_SENDPAGE_NOTLAST);
}

SEC("kprobe/tcp_recvmsg")
int OWN_KPROBE(on_receive__begin)
{
	__u64 fourth = function_arg(regs, 3), fifth = function_arg(regs, 4);
	__u32 flags;

	/* or it is chosen where to read, which the verifier does not like */
	barrier_var(fourth);
	barrier_var(fifth);
	flags = recvmsg_args == 6 ? fifth : fourth;
	inside_begin(flags & (MSG_PEEK | MSG_ERRQUEUE) ? INSIDE_NONE : INSIDE_RECEIVE,
		     function_arg(regs, 0));
	return 0;
}

static __always_inline int received(struct pt_regs *regs)
{
	struct inside *in = inside_find();
	int copied = function_arg(regs, 1);
	__u32 more;

	if (!in)
		count_loss(LOSS_UNMATCHED);
	if (!in || in->what != INSIDE_RECEIVE || in->sk != function_arg(regs, 0) ||
	    copied <= (int)in->copied)
		return 0;
	more = copied - in->copied;
	count_inside(in, 0, more);
	in->copied = copied;
	return 0;
}

SEC("kprobe/tcp_cleanup_rbuf")
int OWN_KPROBE(on_receive__copied)
{
	return received(regs);
}

/* The second half of it since 6.1, which may be all that is called; told twice is counted once. */
SEC("kprobe/__tcp_cleanup_rbuf")
int OWN_KPROBE(on_receive__copied2)
{
	return received(regs);
}

/* These tell it, too: what splice takes is counted at the end of the call, the other not at all. */
SEC("kprobe/tcp_splice_read")
int OWN_KPROBE(on_receive__splice)
{
	inside_begin(INSIDE_NONE, 0);
	return 0;
}

SEC("kprobe/tcp_zerocopy_receive")
int OWN_KPROBE(on_receive__zerocopy)
{
	inside_begin(INSIDE_NONE, 0);
	return 0;
}

#endif

#endif
