/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control groups: which hierarchies there are, and the paths of their groups. */
#ifndef PROBETOP_CGROUP_H
#define PROBETOP_CGROUP_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/rec_task.h"

struct cgroups {
	int v2_mount, v1_mount; /* directories, -1: none */
	char v2_path[256], v1_path[256];
	int v1_subsys; /* index into css_set.subsys of the v1 hierarchy shown, -1: none */
	uint32_t v1_hierarchy; /* its id in /proc/cgroups */
};

/* Finds the mounts.  A v1 hierarchy is taken where one is mounted: memory, else cpu, else pids. */
void cgroups_open(struct cgroups *c);
void cgroups_close(struct cgroups *c);
/* Path of the group below its mount into rec->path (rec->id and rec->hierarchy are set); 0, or
 * -ENOENT when it is gone. */
int cgroups_name(const struct cgroups *c, struct cgroup_rec *rec);
/* Id and hierarchy (-1: v2, else index of the v1 subsystem) of the directory `path`: absolute, or
 * below the mount.  0, or negative errno with a line in error. */
int cgroups_find(const struct cgroups *c, const char *path, uint64_t *ret_id, int *ret_subsys,
		 char *error, size_t size);

#endif
