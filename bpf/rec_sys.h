/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls. */
#ifndef PROBETOP_REC_SYS_H
#define PROBETOP_REC_SYS_H

#include "rec.h"

#define SYS_COMPAT 0x80000000u /* in nr: a call through the 32-bit table */
#define SYS_X32 0x40000000u /* in nr: x86-64's x32 calls */
#define SYS_NRS 1024 /* no table is longer */
#define SYS_INVALID 0x7fffu /* all numbers from SYS_NRS on: programs can make up any */

struct sys_key {
	struct task_key task;
	__u32 nr;
	__u32 pad;
};

/* Calls that returned.  lat has those whose beginning was seen; exit and exit_group never return
 * and are counted when they begin. */
struct sys_val {
	__u64 count;
	__u64 errors; /* returned -1 .. -4095 */
	struct lat_rec lat;
};

struct sys_rec {
	struct sys_key key;
	struct sys_val v;
};
REC_SIZE(struct sys_rec, 24 + 16 + 536);

/* Failed calls by error. */
struct syserr_key {
	struct task_key task;
	__u32 nr;
	__u32 err; /* errno, positive */
};

struct syserr_rec {
	struct syserr_key key;
	__u64 count;
};
REC_SIZE(struct syserr_rec, 32);

#endif
