/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP as seen at the end of system calls, for what no socket hook shows: who accepted, and splice
 * from a socket (splice and sendfile into one pass the hook for sending).
 */
#ifndef PROBETOP_TCP_SPLICE_H
#define PROBETOP_TCP_SPLICE_H

#include "tcp_conn.h"

#define AF_INET 2
#define SOCK_STREAM 1
#define IPPROTO_TCP 6
#define S_IFMT 0170000
#define S_IFSOCK 0140000

/* The TCP socket behind a file, or NULL.  What a file holds is always a full socket. */
static __always_inline struct sock *file_tcp_sock(struct file *file)
{
	struct socket *socket;
	struct sock *sk;
	__u16 family;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	sk = socket ? BPF_CORE_READ(socket, sk) : NULL;
	if (!sk)
		return NULL;
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if ((family != AF_INET && family != AF_INET6) ||
	    BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP ||
	    BPF_CORE_READ(sk, sk_type) != SOCK_STREAM)
		return NULL;
	return sk;
}

/* accept or accept4 made this file in the current process.  Not inlined: these two are rare, and older
 * kernels count the stack of all that is inlined, 512 bytes for the program and what it calls. */
static __noinline void tcp_accepted(struct file *file)
{
	struct sock *sk = file_tcp_sock(file);
	struct conn_val *c;

	if (!sk)
		return;
	c = conn_find(sock_cookie_known(sk));
	if (!c || c->flags & CONN_USED)
		return;
	conn_set_owner(c, current_task());
	conn_complete(c, sk);
}

/* The current thread's splice(2) moved bytes from this file into a pipe. */
static __noinline void tcp_splice_received(struct file *file, __u64 bytes)
{
	struct sock *sk = file_tcp_sock(file);
	struct task_struct *t;
	__u64 cookie;

	if (!sk || !bytes)
		return;
	t = current_task();
	/* 0 when no probe has seen the socket before: counted, the connection not known */
	cookie = sock_cookie_known(sk);
	if (cookie)
		conn_use(sk, cookie, t, BPF_CORE_READ((struct tcp_sock *)sk, srtt_us),
			 BPF_CORE_READ((struct tcp_sock *)sk, snd_cwnd));
	connio_count(t, cookie, 0, bytes, true);
}

#endif
