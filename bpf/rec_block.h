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

/* One per disk; from the same programs, so its sums equal those over io_rec. */
struct disk_val {
	__u64 ios[IO_DIRS];
	__u64 bytes[IO_DIRS];
	__u64 errors;
	__u64 inflight; /* issued, not completed, now */
	__u64 inflight_max; /* largest since start */
	__u64 inflight_integral; /* sum of requests in flight x ns */
	__u64 busy_ns; /* at least one request in flight */
	__u64 since_ns; /* last change of inflight, CLOCK_MONOTONIC */
	__u64 dev_ns; /* issued to completed, summed */
	struct lat_rec lat; /* queued to completed */
};

struct disk_rec {
	__u32 disk;
	__u32 pad;
	struct disk_val v;
	char name[DISK_NAME_LEN]; /* filled by the collector */
};
REC_SIZE(struct disk_rec, 8 + 120 + 536 + 32);

#endif
