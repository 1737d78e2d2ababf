/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP connections, and what each thread moved through them. */
#ifndef PROBETOP_REC_TCP_H
#define PROBETOP_REC_TCP_H

#include "rec.h"

enum conn_dir {
	CONN_DIR_UNKNOWN, /* was there before start, and no listening socket tells */
	CONN_IN,
	CONN_OUT,
};

enum conn_flag {
	CONN_USED = 1, /* the owner has sent or received: it stays the owner */
	CONN_HIDDEN = 2, /* -p or -c do not let the owner through, or there is none to tell by */
};

/* Addresses in network order; IPv4 in the first 4 bytes.  family is 4 for v4-mapped as well. */
struct conn_val {
	struct task_key owner; /* who opened, accepted or first used it; zero: not known */
	__u64 opened_ns; /* CLOCK_BOOTTIME of connect or accept; 0: before start */
	__u64 retrans; /* segments */
	__u64 resets_in, resets_out;
	__u64 srtt_ns; /* smoothed RTT at the last look; 0: none yet */
	__u32 cwnd; /* segments */
	__u16 lport, rport; /* host order */
	__u8 laddr[16], raddr[16];
	__u8 family; /* 4 or 6 */
	__u8 state; /* TCP_ESTABLISHED = 1 ... as in the kernel */
	__u8 dir; /* enum conn_dir */
	__u8 dead; /* socket destroyed: no program writes here any more */
	__u32 changes; /* state changes: a connection without traffic is shown when it changes */
	__u32 flags; /* enum conn_flag */
	__u64 inode; /* of the socket, as in /proc/PID/fd; 0: not known */
};

/* The record of cookie 0 counts what no known connection has: resets for closed ports, and
 * retransmits of what found the map full. */
struct conn_rec {
	__u64 cookie; /* socket cookie: unique for the life of the machine */
	struct conn_val v;
};
REC_SIZE(struct conn_rec, 8 + 120);

struct connio_key {
	struct task_key task;
	__u64 cookie;
};

/* Bytes handed over by successful calls; MSG_PEEK does not count. */
struct connio_val {
	__u64 tx_bytes, rx_bytes;
	__u64 tx_calls, rx_calls;
};

struct connio_rec {
	struct connio_key key;
	struct connio_val v;
};
REC_SIZE(struct connio_rec, 24 + 32);

#endif
