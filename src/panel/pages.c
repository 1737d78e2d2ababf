/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pages: which rows of which panels they show. */
#include "core/page.h"

#define CPU "comm cpu_pct wait_pct wait_ns waits wait_p99_ns wait_max_ns preempted_by invol_switches " \
	    "vol_switches migrations cpu"
#define FILES "file bytes read_bytes write_bytes reads writes p99_ns max_ns errors syncs type fs"
#define DISKS "disk dir ios bytes queue_avg_ns dev_avg_ns p99_ns max_ns errors"
#define CONNECTIONS "raddr rport lport bytes tx_bytes rx_bytes state retrans srtt_ns dir age_s"
#define CALLS "syscall count errors total_ns avg_ns p99_ns max_ns errno"
#define ERRORS "syscall errors errno count"

#define ROWS .kind = SUMMARY_ROWS

static const struct summary process[] = {
	{ ROWS, .label = "CPU", .panel = "runq", .group = "pid", .columns = CPU },
	{ ROWS, .label = "files", .panel = "filetop", .group = "pid,file", .columns = FILES,
	  .opens = "pid,file" },
	{ ROWS, .label = "disks", .panel = "biotop", .group = "pid,disk,dir", .columns = DISKS,
	  .opens = "pid,disk,dir" },
	{ ROWS, .label = "connections", .panel = "tcptop", .group = "pid,cookie",
	  .columns = CONNECTIONS, .opens = "pid,cookie", .all = true },
	{ ROWS, .label = "calls", .panel = "syscount", .group = "pid,syscall", .columns = CALLS,
	  .sort = "total_ns", .opens = "pid,syscall" },
	{ ROWS, .label = "errors", .panel = "syscount", .group = "pid,syscall", .columns = ERRORS,
	  .sort = "errors", .filter = "errors>0", .opens = "pid,syscall" },
	{ ROWS, .label = "threads", .panel = "runq", .group = "tid",
	  .columns = "comm tid cpu_pct wait_pct wait_ns waits wait_p99_ns wait_max_ns preempted_by cpu",
	  .opens = "tid" },
	{ .kind = SUMMARY_END },
};

static const struct summary cgroup[] = {
	{ ROWS, .label = "CPU", .panel = "runq", .group = "cgroup",
	  .columns = "cgroup cpu_pct wait_pct wait_ns waits wait_p99_ns wait_max_ns preempted_by" },
	{ ROWS, .label = "processes", .panel = "runq", .group = "pid",
	  .columns = "comm pid cpu_pct wait_pct wait_ns waits wait_p99_ns wait_max_ns preempted_by user" },
	{ ROWS, .label = "files", .panel = "filetop", .group = "file", .columns = FILES },
	{ ROWS, .label = "disks", .panel = "biotop", .group = "disk,dir", .columns = DISKS },
	{ ROWS, .label = "connections", .panel = "tcptop", .group = "cookie",
	  .columns = CONNECTIONS, .all = true },
	{ ROWS, .label = "calls", .panel = "syscount", .group = "syscall", .columns = CALLS,
	  .sort = "total_ns", .opens = "pid,syscall" },
	{ ROWS, .label = "errors", .panel = "syscount", .group = "syscall", .columns = ERRORS,
	  .sort = "errors", .filter = "errors>0", .opens = "pid,syscall" },
	{ .kind = SUMMARY_END },
};

const struct page pages[] = {
	{ .name = "process",
	  .link = { .on = "pid", .label = "process page" },
	  .sections = process,
	  .about = about_process },
	{ .name = "cgroup",
	  .link = { .on = "cgroup", .label = "control group page" },
	  .below = true,
	  .sections = cgroup,
	  .about = about_cgroup },
	{ .name = NULL },
};
