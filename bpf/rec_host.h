/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine, probetop itself, and why something is missing. */
#ifndef PROBETOP_REC_HOST_H
#define PROBETOP_REC_HOST_H

#include "rec.h"

/* One record per frame. */
struct host_rec {
	char name[64]; /* node name */
	char release[64]; /* of the kernel */
	char arch[16]; /* as uname -m: names of system calls depend on it */
	char filter[128]; /* what -p and -c push down to the kernel, as text; empty: nothing */
	__u32 load_1000[3]; /* load averages over 1, 5, 15 minutes, times 1000 */
	__u32 cpus; /* online */
	__u64 boot_ns; /* CLOCK_BOOTTIME when the frame was taken: ages count from start_ns */
	__u64 self_cpu_ns; /* user + system time of probetop, cumulative */
	__u64 self_rss; /* bytes */
	__u64 self_map_bytes; /* kernel memory of all BPF maps (memlock in fdinfo); 0: not known */
	__u64 tasks; /* threads in the system */
	__u64 running; /* threads runnable, from /proc/loadavg */
};
REC_SIZE(struct host_rec, 336);

/* Why a stream delivers nothing or less; one line.  Empty text: it works again. */
struct note_rec {
	__u32 stream; /* enum stream_id */
	__u32 pad;
	char text[248];
};
REC_SIZE(struct note_rec, 256);

#endif
