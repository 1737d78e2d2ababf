/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the block programs and their collector, not in recordings. */
#ifndef PROBETOP_BLOCK_H
#define PROBETOP_BLOCK_H

#include "rec_block.h"

/* A request on its way; the key in the map is its address, which the kernel uses again. */
struct flight {
	struct io_key key;
	__u64 start_ns; /* queued; times are CLOCK_MONOTONIC */
	__u64 issue_ns; /* given to the driver; 0: it does not have it */
	__u64 dev_ns; /* how long the driver had it before it gave it back */
	__u64 bytes; /* transferred so far */
	__u64 busy_ns; /* of the disk, when it was issued */
	__u8 wanted; /* by -p and -c, when it began */
	__u8 seq;
	__u8 failed;
	__u8 at_driver; /* the sweep found it there; what has just been issued may be unmarked too */
	__u32 len; /* bytes asked for when it was issued */
};

/* Where most flights are: 96 KiB.  The others are in a hash. */
#define FLIGHT_SLOTS 1024 /* a power of two */
#define FLIGHT_COMES 1 /* in place of the address: the slot is being filled */

struct flight_slot {
	__u64 at; /* address of the request; 0: free */
	struct flight flight;
};

/* A disk; v is what is recorded. */
struct disk_state {
	struct disk_val v;
	__u64 inflight; /* those that ended unseen too, until they are swept */
	__u64 busy_from_ns; /* the stretch that ends with v.since_ns */
	__u64 swept_ns;
	__u64 next_sector[IO_DIRS]; /* where the last request of the direction ended */
	__u64 gendisk; /* address: another one means that the number was given away again */
	char name[DISK_NAME_LEN];
};

#endif
