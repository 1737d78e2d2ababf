/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways that all panels have which know the columns; what is a panel's alone stands there. */
#include "core/link.h"

/* All panels of what is more than one process; narrower columns of the row go first. */
#define ALL_OF(column, narrower) \
	{ .panel = "runq", .on = column, .label = "processes", .unless = narrower }, \
	{ .panel = "filetop", .on = column, .label = "files", .unless = narrower }, \
	{ .panel = "tcptop", .on = column, .label = "connections", .unless = narrower }, \
	{ .panel = "syscount", .on = column, .label = "calls", .unless = narrower }, \
	{ .panel = "biotop", .on = column, .label = "disk I/O", .unless = narrower }

const char *const columns_shared = "pid tid ppid comm user cgroup container disk cpu";

const struct link links_shared[] = {
	{ .panel = "runq", .on = "pid", .group = "tid", .label = "threads" },
	{ .panel = "filetop", .on = "pid", .label = "files" },
	{ .panel = "tcptop", .on = "pid", .label = "connections" },
	{ .panel = "syscount", .on = "pid", .group = "pid,syscall", .label = "calls" },
	{ .panel = "biotop", .on = "pid", .label = "disk I/O" },
	{ .panel = "runq", .on = "ppid=pid", .label = "children" },
	{ .panel = "runq", .on = "pid=ppid", .label = "parent", .when = "pid" },
	ALL_OF("cgroup", "pid"),
	ALL_OF("container", "pid cgroup"),
	ALL_OF("user", "pid cgroup container"),
	ALL_OF("comm", "pid cgroup container user"),
	{ .on = "cgroup", .label = "all of the control group", .when = "pid" },
	{ .on = "container", .label = "all of the container", .when = "pid" },
	{ .on = "user", .label = "all of the user", .when = "pid" },
	{ .on = "comm", .label = "all of the name", .when = "pid" },
	{ .panel = "disks", .on = "disk", .label = "the disk" },
	{ .panel = "biotop", .on = "disk", .label = "all who use the disk" },
	{ .panel = "runq", .on = "cpu", .group = "tid", .label = "threads that were last on it",
	  .unless = "pid" },
	{ .panel = "cpus", .on = "cpu", .label = "the CPU", .when = "tid" },
	{ .on = NULL },
};
