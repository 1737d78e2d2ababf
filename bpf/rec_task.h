/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who: threads, cgroups, users.  Rare facts, sent once and again when they change. */
#ifndef PROBETOP_REC_TASK_H
#define PROBETOP_REC_TASK_H

#include "rec.h"

#define COMM_LEN 16

enum task_flag {
	TASK_KTHREAD = 1,
	TASK_EXITED = 2, /* the thread has exited; its counters may still be shown once */
};

struct task_rec {
	struct task_key key;
	__u64 leader_start_ns; /* start_ns of the thread group leader: (tgid, this) is the process */
	__u64 cgroup_id; /* in the v2 hierarchy: inode number of its directory */
	__u64 cgroup1_id; /* in the v1 hierarchy that collect chose (memory, cpu, pids); 0: none */
	__u32 ppid; /* tgid of the real parent */
	__u32 uid; /* effective */
	__u32 flags; /* enum task_flag */
	__u32 pad;
	char comm[COMM_LEN];
};
REC_SIZE(struct task_rec, 72);

/* Path of a cgroup below its mount; hierarchy 0 is v2, 1 is v1. */
struct cgroup_rec {
	__u64 id;
	__u32 hierarchy;
	__u32 pad;
	char path[496];
};
REC_SIZE(struct cgroup_rec, 512);

/* Arguments of a process with blanks between them, cut at the end. */
struct cmdline_rec {
	struct task_key key; /* of the thread group leader */
	char text[1008];
};
REC_SIZE(struct cmdline_rec, 1024);

struct user_rec {
	__u32 uid;
	char name[36];
};
REC_SIZE(struct user_rec, 40);

#endif
