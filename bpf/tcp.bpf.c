/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP: bytes by thread and connection, and what becomes of connections. */
#include "tcp_splice.h"

#define MSG_PEEK 2

/* Local ports that the kernel hands out to who connects; set before loading. */
const volatile __u16 ephemeral_low = 32768, ephemeral_high = 60999;

/* Ports that had a listening socket when probetop started. */
__u8 listening[65536];

/* In process context. */
static __always_inline void count_io(struct sock *sk, __u64 tx_bytes, __u64 rx_bytes, bool ends)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct task_struct *t = current_task();
	__u64 cookie;

	/* before 6.13 the helper lets raw sockets of protocol TCP through */
	if (!tp || sk->sk_type != SOCK_STREAM)
		return;
	cookie = sock_cookie(sk);
	conn_use(sk, cookie, t, tp->srtt_us, tp->snd_cwnd);
	connio_count(t, cookie, tx_bytes, rx_bytes, ends);
}

#include "tcp_functions.h"

SEC("tp_btf/sock_send_length")
int BPF_PROG(on_send, struct sock *sk, int ret, int flags)
{
	if (ret > 0)
		count_io(sk, ret, 0, true);
	return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(on_receive, struct sock *sk, int ret, int flags)
{
	if (ret > 0 && !(flags & MSG_PEEK))
		count_io(sk, 0, ret, true);
	return 0;
}

#ifndef BASIC /* whose numbers of sockets are made by others */
/* Where the typed ones do not keep the CPU, see OWN_TRACEPOINT.  The record has the socket as an address
 * alone, which cannot be asked for a cookie; a probe gave it one when it came to be. */
static __always_inline int count_record(const struct trace_event_raw_sock_msg_length *r, bool sends)
{
	struct tcp_sock *tp = r->sk;
	struct sock *sk = r->sk;
	struct task_struct *t;
	__u64 cookie;

	if (r->ret <= 0 || r->protocol != IPPROTO_TCP || BPF_CORE_READ(sk, sk_type) != SOCK_STREAM)
		return 0;
	t = current_task();
	cookie = sock_cookie_known(sk);
	if (cookie)
		conn_use(sk, cookie, t, BPF_CORE_READ(tp, srtt_us), BPF_CORE_READ(tp, snd_cwnd));
	connio_count(t, cookie, sends ? r->ret : 0, sends ? 0 : r->ret, true);
	return 0;
}

SEC("tracepoint/sock/sock_send_length")
int OWN_TRACEPOINT(on_send__classic, trace_event_raw_sock_msg_length)
{
	return count_record(ctx, true);
}

SEC("tracepoint/sock/sock_recv_length")
int OWN_TRACEPOINT(on_receive__classic, trace_event_raw_sock_msg_length)
{
	return ctx->flags & MSG_PEEK ? 0 : count_record(ctx, false);
}
#endif

/* connect and listen: the one place where a new state tells whose socket it is */
static __always_inline struct conn_val *conn_open(struct sock *sk, __u64 cookie)
{
	struct conn_val *c = conn_get(sk, cookie);

	if (!c)
		return NULL;
	conn_set_owner(c, current_task());
	conn_set_addresses(c, sk);
	c->flags &= ~CONN_USED;
	c->opened_ns = bpf_ktime_get_boot_ns();
	return c;
}

/* In a softirq as a rule: current is anyone. */
static __always_inline struct conn_val *conn_establish(struct sock *sk, __u64 cookie, int oldstate)
{
	struct conn_val *c = conn_get(sk, cookie);

	if (!c)
		return NULL;
	/* both ends of a simultaneous open come here from SYN_RECV, too, but have a direction */
	if (oldstate == TCP_SYN_RECV && c->dir == CONN_DIR_UNKNOWN) {
		c->dir = CONN_IN;
		c->opened_ns = bpf_ktime_get_boot_ns();
	}
	conn_set_addresses(c, sk);
	return c;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_set_state, struct sock *sk, int oldstate, int newstate)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct conn_val *c;
	__u64 cookie;

	/* a listener's new child has neither its addresses nor its final cookie yet */
	if (!tp || (oldstate == TCP_LISTEN && newstate == TCP_SYN_RECV))
		return 0;
	cookie = sock_cookie(sk);
	if (newstate == TCP_SYN_SENT || newstate == TCP_LISTEN)
		c = conn_open(sk, cookie);
	else if (newstate == TCP_ESTABLISHED)
		c = conn_establish(sk, cookie, oldstate);
	else
		c = conn_find(cookie);
	if (!c)
		return 0;
	if (newstate == TCP_SYN_SENT)
		c->dir = CONN_OUT;
	c->state = newstate;
	/* listeners are no connections: shown when something happens to them, not for being there */
	if (oldstate != TCP_LISTEN && newstate != TCP_LISTEN)
		__sync_fetch_and_add(&c->changes, 1);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(on_destroy, struct sock *sk)
{
	struct conn_val *c = conn_find(sock_cookie_known(sk));

	if (c)
		c->dead = 1;
	sock_cookie_forget(sk);
	return 0;
}

/* The connection of a full socket, else the record of those that have none.  A mini socket
 * (TIME_WAIT, request) shares the cookie of a connection that may be gone. */
static __always_inline struct conn_val *conn_or_none(struct sock *sk)
{
	struct conn_val *c = NULL;
	__u64 none = 0;

	if (sk && bpf_skc_to_tcp_sock(sk))
		c = conn_find(sock_cookie_known(sk));
	if (c) {
		conn_complete(c, sk);
		return c;
	}
	return bpf_map_lookup_elem(&conns, &none);
}

/* Segments that a packet of the send queue stands for. */
static __always_inline __u16 skb_segments(struct sk_buff *skb)
{
	struct tcp_skb_cb *cb = (void *)skb + bpf_core_field_offset(skb->cb);
	__u16 n = BPF_CORE_READ(cb, tcp_gso_segs);

	return n ? n : 1;
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(on_retransmit, struct sock *sk, struct sk_buff *skb)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct conn_val *c = conn_or_none(sk);

	if (!c)
		return 0;
	__sync_fetch_and_add(&c->retrans, skb_segments(skb));
	if (tp)
		conn_set_path_state(c, tp->srtt_us, tp->snd_cwnd);
	return 0;
}

/* Of a connection that is not one yet: the listener has it. */
SEC("tp_btf/tcp_retransmit_synack")
int BPF_PROG(on_retransmit_synack, struct sock *sk, struct request_sock *req)
{
	struct conn_val *c = conn_or_none(sk);

	if (c)
		__sync_fetch_and_add(&c->retrans, 1);
	return 0;
}

/* sk is NULL for what was sent to a closed port; before 6.10 these are counted by on_refuse */
SEC("tp_btf/tcp_send_reset")
int BPF_PROG(on_send_reset, struct sock *sk)
{
	struct conn_val *c = conn_or_none(sk);

	if (c)
		__sync_fetch_and_add(&c->resets_out, 1);
	return 0;
}

SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(on_receive_reset, struct sock *sk)
{
	struct conn_val *c = conn_or_none(sk);

	if (c)
		__sync_fetch_and_add(&c->resets_in, 1);
	return 0;
}

SEC("iter/tcp")
int all_listeners(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;

	if (skc && skc->skc_state == TCP_LISTEN)
		listening[skc->skc_num] = 1;
	return 0;
}

static __always_inline bool is_ephemeral(__u16 port)
{
	return port >= ephemeral_low && port <= ephemeral_high;
}

/*
 * Who connected, by the ports.  A listener may be gone while its connections go on, so a port that
 * the kernel could have picked proves nothing by itself: the other end's must be of another sort.
 */
static __always_inline __u8 conn_guess_dir(const struct conn_val *c)
{
	const __u64 *l = (const void *)c->laddr, *r = (const void *)c->raddr;
	bool same_host = l[0] == r[0] && l[1] == r[1];

	if (listening[c->lport])
		return CONN_IN;
	if (!is_ephemeral(c->lport))
		return CONN_DIR_UNKNOWN;
	if (!is_ephemeral(c->rport) || (same_host && listening[c->rport]))
		return CONN_OUT;
	return CONN_DIR_UNKNOWN;
}

/* After all_listeners; what already counted since the programs were attached is kept. */
SEC("iter/tcp")
int all_sockets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct tcp_sock *tp;
	struct conn_val *c;

	if (!skc)
		return 0;
	tp = bpf_skc_to_tcp_sock(skc);
	if (!tp)
		return 0;
	c = conn_get((struct sock *)tp, sock_cookie((struct sock *)tp));
	if (!c)
		return 0;
	if (c->dir == CONN_DIR_UNKNOWN && !c->opened_ns && c->state != TCP_LISTEN)
		c->dir = conn_guess_dir(c);
	conn_set_path_state(c, tp->srtt_us, tp->snd_cwnd);
	return 0;
}

/* Over conns, when other processes have been selected.  The group of an owner is not in the record:
 * it is asked of the processes that have the socket open, see select_socket_files. */
SEC("iter/bpf_map_elem")
int select_conns(struct bpf_iter__bpf_map_elem *ctx)
{
	struct probe_config *config = get_config();
	__u64 *key = ctx->key, cookie;
	struct conn_val *c;

	if (!key || !config)
		return 0;
	cookie = *key;
	c = bpf_map_lookup_elem(&conns, &cookie);
	if (!c)
		return 0;
	if (config->filtering && (config->filter_cgroup ||
				  !bpf_map_lookup_elem(&filter_pids, &c->owner.tgid)))
		c->flags |= CONN_HIDDEN;
	else
		c->flags &= ~CONN_HIDDEN;
	return 0;
}

/* After select_conns, where a group is selected. */
SEC("iter/task_file")
int select_socket_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct conn_val *c;
	struct sock *sk;

	if (!task || !file)
		return 0;
	sk = file_tcp_sock(file);
	c = sk ? conn_find(sock_cookie_known(sk)) : NULL;
	if (c && c->owner.tgid == task->tgid && task_wanted(task))
		c->flags &= ~CONN_HIDDEN;
	return 0;
}

/* After all_sockets: the first process that has the socket open, in the order of pids. */
SEC("iter/task_file")
int all_socket_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct conn_val *c;
	struct sock *sk;

	if (!task || !file)
		return 0;
	sk = file_tcp_sock(file);
	c = sk ? conn_find(sock_cookie_known(sk)) : NULL;
	if (c && !c->owner.tgid)
		conn_set_owner(c, task);
	return 0;
}
