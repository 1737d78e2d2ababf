/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Maps of TCP connections.  Two objects count here: tcp, and the one that sees the end of system
 * calls (accept, splice); the second to load uses the maps of the first.
 */
#ifndef PROBETOP_TCP_MAPS_H
#define PROBETOP_TCP_MAPS_H

#include "probe.h"
#include "rec_tcp.h"

/* Sockets open at one time; those of several processes that share a connection count once. */
#define CONNS_MAX 32768

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CONNS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct conn_val);
} conns SEC(".maps");

#ifdef BASIC
/* What goes by the name of the socket's cookie there, by the address of the socket: see sock_cookie. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CONNS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u64);
} sock_ids SEC(".maps");
#endif

COUNTERS(connio, struct connio_key, struct connio_val, 32768);

#endif
