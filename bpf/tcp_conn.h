/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a connection.  Several CPUs may work on one: counters are added to atomically,
 * what is only shown is stored plainly.  Sockets are read as untrusted pointers here, since some
 * callers have them from a file table.
 */
#ifndef PROBETOP_TCP_CONN_H
#define PROBETOP_TCP_CONN_H

#include <bpf/bpf_endian.h>

#include "sock_cookie.h"

#define AF_INET6 10

enum tcp_state {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT = 2,
	TCP_SYN_RECV = 3,
	TCP_LISTEN = 10,
};

/* srtt_us holds eighths of a microsecond */
#define SRTT_NS(srtt_us) ((__u64)(srtt_us) * 125)

static __always_inline bool address_is_mapped(const __u8 *a)
{
	const __u32 *w = (const void *)a;

	return !w[0] && !w[1] && w[2] == bpf_htonl(0xffff);
}

static __always_inline void conn_set_addresses(struct conn_val *c, struct sock *sk)
{
	c->lport = BPF_CORE_READ(sk, __sk_common.skc_num);
	c->rport = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6) {
		BPF_CORE_READ_INTO(&c->raddr, sk, __sk_common.skc_v6_daddr);
		if (!address_is_mapped(c->raddr)) {
			BPF_CORE_READ_INTO(&c->laddr, sk, __sk_common.skc_v6_rcv_saddr);
			c->family = 6;
			return;
		}
	}
	/* of a v4-mapped socket, too, the kernel keeps these */
	__builtin_memset(c->laddr, 0, sizeof(c->laddr));
	__builtin_memset(c->raddr, 0, sizeof(c->raddr));
	*(__u32 *)c->laddr = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
	*(__u32 *)c->raddr = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	c->family = 4;
}

/* A socket connects before it has a local port, and an accepted one has no file at first. */
static __always_inline void conn_complete(struct conn_val *c, struct sock *sk)
{
	if (!c->lport)
		conn_set_addresses(c, sk);
	if (!c->inode)
		c->inode = BPF_CORE_READ(sk, sk_socket, file, f_inode, i_ino);
}

static __always_inline void conn_set_owner(struct conn_val *c, struct task_struct *t)
{
	task_key_fill(&c->owner, t);
	if (task_wanted(t))
		c->flags &= ~CONN_HIDDEN;
	else
		c->flags |= CONN_HIDDEN;
}

static __always_inline struct conn_val *conn_find(__u64 cookie)
{
	return cookie ? bpf_map_lookup_elem(&conns, &cookie) : NULL;
}

/* The connection, made when new; NULL and a count when there is no room. */
static __always_inline struct conn_val *conn_get(struct sock *sk, __u64 cookie)
{
	struct conn_val *c = conn_find(cookie), fresh = {};
	struct probe_config *config;

	if (c || !cookie)
		return c;
	config = get_config();
	fresh.state = BPF_CORE_READ(sk, __sk_common.skc_state);
	fresh.flags = config && config->filtering ? CONN_HIDDEN : 0;
	conn_set_addresses(&fresh, sk);
	conn_complete(&fresh, sk);
	bpf_map_update_elem(&conns, &cookie, &fresh, BPF_NOEXIST);
	c = conn_find(cookie);
	if (!c)
		count_loss(LOSS_MAP_FULL);
	return c;
}

static __always_inline void conn_set_path_state(struct conn_val *c, __u32 srtt_us, __u32 cwnd)
{
	if (c->srtt_ns != SRTT_NS(srtt_us))
		c->srtt_ns = SRTT_NS(srtt_us);
	if (c->cwnd != cwnd)
		c->cwnd = cwnd;
}

/* The task moved bytes through it: whoever does so first owns the socket, even if another one
 * opened it (a server that accepts and hands over to a child). */
static __always_inline void conn_use(struct sock *sk, __u64 cookie, struct task_struct *t,
				     __u32 srtt_us, __u32 cwnd)
{
	struct conn_val *c = conn_get(sk, cookie);

	if (!c)
		return;
	if (!(c->flags & CONN_USED)) {
		conn_set_owner(c, t);
		c->flags |= CONN_USED;
	}
	conn_complete(c, sk);
	conn_set_path_state(c, srtt_us, cwnd);
}

/* In the context of the thread that made the call: it alone writes to its counters.  ends: the call
 * moves no more. */
static __always_inline void connio_count(struct task_struct *t, __u64 cookie, __u64 tx_bytes,
					 __u64 rx_bytes, bool ends)
{
	struct connio_key key = { .cookie = cookie };
	struct connio_val *v;

	if (!task_wanted(t))
		return;
	task_key_fill(&key.task, t);
	v = counters_get(connio, &key);
	if (!v)
		return;
	v->tx_bytes += tx_bytes;
	v->rx_bytes += rx_bytes;
	v->tx_calls += ends && tx_bytes;
	v->rx_calls += ends && rx_bytes;
}

#endif
