/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Block I/O by submitter and by disk. */
#ifndef PROBETOP_REC_BLOCK_H
#define PROBETOP_REC_BLOCK_H

#include "rec.h"

#define DISK_NAME_LEN 32

enum io_dir {
	IO_READ,
	IO_WRITE,
	IO_DISCARD,
	IO_FLUSH,
	IO_DIRS,
};

struct io_key {
	struct task_key task; /* who queued it */
	__u64 cgroup_id; /* owner of written-back pages where the kernel knows it, else 0 */
	__u32 disk; /* major << 20 | minor of the whole disk */
	__u32 dir; /* enum io_dir */
};

/* Counted at completion. */
struct io_val {
	__u64 ios;
	__u64 bytes;
	__u64 errors;
	__u64 queue_ns; /* queued to issued, summed */
	__u64 dev_ns; /* issued to completed, summed */
	__u64 seq; /* began where this disk's last request of the same direction ended */
	struct lat_rec lat; /* queued to completed */
};

struct io_rec {
	struct io_key key;
	struct io_val v;
};
REC_SIZE(struct io_rec, 32 + 48 + 536);

/*
 * Requests in flight: 0..15 one by one, from there eight steps per power of two, so a value read
 * back is off by at most 1/8; the last holds all from 4096 on.
 */
#define DISK_DEPTHS 81

static inline __attribute__((always_inline)) __u32 depth_step(__u64 n)
{
	__u32 log2, step;

	if (n < 16)
		return (__u32)n;
	log2 = lat_log2(n);
	step = 16 + ((log2 - 4) << 3) + (__u32)((n >> (log2 - 3)) & 7);
	return step < DISK_DEPTHS ? step : DISK_DEPTHS - 1;
}

/* One per disk; from the same programs, so its sums equal those over io_rec.  "In flight" is in
 * the driver's hands: issued, and neither completed nor given back. */
struct disk_val {
	__u64 ios[IO_DIRS];
	__u64 bytes[IO_DIRS];
	__u64 errors;
	__u64 dev_ns; /* in flight, summed over completed requests */
	__u64 busy_ns; /* at least one request in flight, up to since_ns */
	__u64 since_ns; /* the last time that a request was known to be in flight, CLOCK_MONOTONIC */
	__u32 depth[DISK_DEPTHS]; /* requests issued as the n-th in flight, by depth_step(n) */
	__u32 pad;
	struct lat_rec lat; /* queued to completed */
};

#define DISK_OTHER 0xffffffffu /* disk_rec.disk of the "(other)" record */

struct disk_rec {
	__u32 disk;
	/* state when the frame was taken */
	__u32 inflight;
	__u32 queued; /* accepted, not in flight */
	__u32 pad;
	__u64 inflight_ns; /* how long those in flight have been so, summed */
	__u64 oldest_ns; /* since the oldest of them all was queued; 0: there is none */
	struct disk_val v;
	char name[DISK_NAME_LEN];
};
REC_SIZE(struct disk_rec, 32 + 96 + 328 + 536 + 32);

#endif
