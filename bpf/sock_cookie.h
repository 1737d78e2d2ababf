/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The number that tells a socket from all others, also from one that has its address later.  The kernel
 * gives it a cookie when asked; programs like these may ask since c5dbb89fc2ac (5.12).  Objects for
 * older kernels (BASIC) make numbers of their own.
 */
#ifndef PROBETOP_SOCK_COOKIE_H
#define PROBETOP_SOCK_COOKIE_H

#include "tcp_maps.h"

#ifdef BASIC

/* The TCP object is one that makes numbers. */
const volatile bool own_cookies = true;

/* 0: it has none, as no probe has seen it.  sk need not be trusted. */
static __always_inline __u64 sock_cookie_known(struct sock *sk)
{
	__u64 at, *id;

	if (!own_cookies)
		return BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	/* as a number: a pointer may not be a key */
	bpf_probe_read_kernel(&at, sizeof(at), &sk);
	id = bpf_map_lookup_elem(&sock_ids, &at);
	return id ? *id : 0;
}

/* Made when it has none; 0 and a count when there is no room. */
static __always_inline __u64 sock_cookie(struct sock *sk)
{
	__u64 at, id = sock_cookie_known(sk);

	if (id)
		return id;
	bpf_probe_read_kernel(&at, sizeof(at), &sk);
	id = bpf_ktime_get_ns() << 8 | (bpf_get_smp_processor_id() & 0xff);
	bpf_map_update_elem(&sock_ids, &at, &id, BPF_NOEXIST);
	id = sock_cookie_known(sk);
	if (!id)
		count_loss(LOSS_MAP_FULL);
	return id;
}

/* The socket ends: its address will be that of another one. */
static __always_inline void sock_cookie_forget(struct sock *sk)
{
	__u64 at;

	bpf_probe_read_kernel(&at, sizeof(at), &sk);
	bpf_map_delete_elem(&sock_ids, &at);
}

#else

static __always_inline __u64 sock_cookie_known(struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
}

static __always_inline __u64 sock_cookie(void *sk)
{
	return bpf_get_socket_cookie(sk);
}

static __always_inline void sock_cookie_forget(struct sock *sk)
{
}

#endif

#endif
