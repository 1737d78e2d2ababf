/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes by thread and file, and the paths of the files. */
#ifndef PROBETOP_REC_FILE_H
#define PROBETOP_REC_FILE_H

#include "rec.h"

/* dev as in the kernel: major << 20 | minor. */
struct file_id {
	__u64 ino;
	__u32 dev;
	__u32 gen; /* inode generation: numbers are reused; for what has no directory: from its name */
};
REC_SIZE(struct file_id, 16);

struct file_key {
	struct task_key task;
	struct file_id file;
};

/* Bytes are those transferred: the positive results of the calls. */
struct file_val {
	__u64 reads, writes, syncs; /* calls, failed ones included */
	__u64 read_bytes, write_bytes;
	__u64 errors;
	__u64 path_tag; /* parent and name when the path was last sent; changed: send again */
	__u32 type; /* S_IFMT bits of i_mode */
	__u32 unlinked; /* 1: the name was gone at the last call */
	struct lat_rec lat; /* all calls */
};

struct file_rec {
	struct file_key key;
	struct file_val v;
};
REC_SIZE(struct file_rec, 32 + 64 + 536);

#define PATH_LEN 1000

enum path_flag {
	PATH_CUT = 1, /* cut in front: too long or too deep */
};

/* path is absolute in the mount namespace of who used it; for what has no path, the name that
 * /proc/PID/fd shows: socket:[123], pipe:[123], anon_inode:[eventfd].  Any bytes but NUL. */
struct path_rec {
	struct file_id file;
	__u32 type; /* S_IFMT bits */
	__u32 flags; /* enum path_flag */
	char fs[16]; /* filesystem type */
	char path[PATH_LEN];
};
REC_SIZE(struct path_rec, 1040);

#endif
