/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What probetop itself takes: its programs, their objects, its process. */
#ifndef PROBETOP_REC_SELF_H
#define PROBETOP_REC_SELF_H

#include "rec.h"

enum self_kind {
	SELF_PROCESS, /* cpu_ns, rss, budget_ppm */
	SELF_OBJECT, /* state, map_bytes, lost, and what the governor did */
	SELF_PROGRAM, /* runs, run_ns, window_ns, dispatch_ns, lost (recursion) */
};

enum self_state {
	SELF_ON,
	SELF_OFF, /* over budget: its programs are detached */
	SELF_SAMPLED, /* over budget: see sample_n */
};

/*
 * The kernel counts runs only while somebody has switched that on; it is on in short windows.  What
 * was counted in them is here as it is; scaling is left to the reader.
 */
struct self_rec {
	__u32 kind;
	__u32 family; /* number of the object */
	__u32 program; /* number within the object */
	__u32 state;
	char object[16];
	char program_name[32];
	char hook[48]; /* as the section has it */
	__u64 runs, run_ns; /* in windows, by bpf_prog_info; cumulative */
	__u64 window_ns; /* how long they were in all; 0: never measured */
	__u64 cpu_ns; /* user + system time of the process, cumulative */
	__u64 rss; /* bytes */
	__u64 map_bytes; /* kernel memory of the object's maps; 0: not known */
	__u64 lost; /* cumulative */
	__u32 dispatch_ns; /* what a run takes besides run_ns; calibrated */
	__u32 dispatch_error_ns;
	/* Of an object's events that cost most one in so many was counted at some time of the interval,
	 * and stands for that many; 0, 1: all.  Counters are scaled already. */
	__u32 sample_n;
	__u32 streams; /* STREAM_x bits that the object feeds, the first to do so */
	__u32 cost_ppm; /* of all CPUs, when it was made to take less */
	__u32 budget_ppm; /* of all CPUs; 0: none */
	__u64 changed_ns; /* CLOCK_REALTIME when its state became this one */
	__u32 hold_s; /* room for so long, and it comes back */
	__u32 partly; /* STREAM_x bits of others' that it adds to */
};
REC_SIZE(struct self_rec, 208);

#endif
