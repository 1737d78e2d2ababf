/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kernel and user space share, and what a recording holds.
 *
 * Only __u8..__u64 and char[], explicit padding, a size check on every struct.  These structs are
 * the recording format: append a field at the end and bump RECORDING_VERSION, never reorder.
 */
#ifndef PROBETOP_REC_H
#define PROBETOP_REC_H

#ifndef __BPF__
#include <linux/types.h>
#endif

#define REC_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " has another size")

/*
 * A thread, for ever: pids are reused, (tid, start) is not.
 * start_ns: task_struct.start_boottime of the thread, ns since boot; field 22 of /proc/PID/stat is
 * the same in clock ticks.  tgid == TASK_OTHER marks the record that took what found no room.
 */
struct task_key {
	__u32 tid;
	__u32 tgid;
	__u64 start_ns;
};
REC_SIZE(struct task_key, 16);

#define TASK_OTHER 0xffffffffu /* task_key.tgid of the "(other)" record */
#define TASK_KERNEL 0xfffffffeu /* work that no task started, e.g. a flush by the block layer */

/*
 * Latency histogram: four buckets per power of two, so a value read back from the middle of its
 * bucket is off by at most 1/8.  Bucket 0 holds all below LAT_MIN_NS, the last all from
 * 7 * 2^34 ns (120 s) on.  The 32-bit counters wrap; readers subtract modulo 2^32.
 */
#define LAT_MIN_LOG2 5
#define LAT_MIN_NS (1ull << LAT_MIN_LOG2)
#define LAT_BUCKETS 129

struct lat_rec {
	__u64 total_ns; /* sum of all values */
	__u64 max_ns; /* largest since this record began */
	__u32 n[LAT_BUCKETS];
	__u32 pad;
};
REC_SIZE(struct lat_rec, 536);

/* v > 0.  BPF has no instruction for it, and compares would make the verifier walk 32 paths at each
 * use: so smear the highest bit downwards and count. */
static inline __attribute__((always_inline)) __u32 lat_log2(__u64 v)
{
	v |= v >> 1;
	v |= v >> 2;
	v |= v >> 4;
	v |= v >> 8;
	v |= v >> 16;
	v |= v >> 32;
	v -= v >> 1 & 0x5555555555555555ull;
	v = (v & 0x3333333333333333ull) + (v >> 2 & 0x3333333333333333ull);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return (__u32)(v * 0x0101010101010101ull >> 56) - 1;
}

/* The bucket of a latency in ns: 0 .. LAT_BUCKETS - 1. */
static inline __attribute__((always_inline)) __u32 lat_bucket(__u64 ns)
{
	__u32 log2, bucket;

	if (ns < LAT_MIN_NS)
		return 0;
	log2 = lat_log2(ns);
	bucket = 1 + ((log2 - LAT_MIN_LOG2) << 2) + (__u32)((ns >> (log2 - 2)) & 3);
	return bucket < LAT_BUCKETS ? bucket : LAT_BUCKETS - 1;
}

/*
 * What was not counted, or counted without its key; one set of counters per family of probes.
 * Cumulative since start.
 */
enum loss_kind {
	LOSS_RING, /* events that found the ring buffer full */
	LOSS_MAP_FULL, /* updates that went to the (other) record, because the map was full */
	LOSS_UNMATCHED, /* ends without a beginning: in flight when the probe was attached */
	LOSS_MISSED, /* programs that the kernel did not run (recursion) */
	LOSS_UNATTRIBUTED, /* events whose owner, file or socket could not be read */
	LOSS_KINDS,
};

#endif
