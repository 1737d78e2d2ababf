/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "cgroup.h"

#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "libbpf_log.h"
#include "rights.h"

/* of the kernel's kernfs: a handle is the id alone (since 5.5) */
#define FILEID_KERNFS 0xfe

static const char *const v1_controllers[] = { "memory", "cpu", "pids" };

/* Index in the kernel's array of subsystems: depends on how it was built, so BTF is asked. */
static int subsys_index(const char *controller)
{
	const struct btf *btf = libbpf_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, "cgroup_subsys_id", BTF_KIND_ENUM) : -1;
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, id) : NULL;
	char name[64];

	snprintf(name, sizeof(name), "%s_cgrp_id", controller);
	for (int i = 0; t && i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_enum(t)[i].name_off), name))
			return btf_enum(t)[i].val;
	return -1;
}

static uint32_t hierarchy_id(const char *controller)
{
	FILE *f = fopen("/proc/cgroups", "re");
	char line[256], name[64];
	uint32_t id, found = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %u", name, &id) == 2 && !strcmp(name, controller))
			found = id;
	if (f)
		fclose(f);
	return found;
}

static void mount_take(int *fd, char *path, size_t size, const char *dir)
{
	if (*fd >= 0)
		close(*fd);
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(path, size, "%s", dir);
}

static void v1_take(struct cgroups *c, const struct mntent *m, size_t *best)
{
	for (size_t i = 0; i < *best; i++) {
		int index = hasmntopt(m, v1_controllers[i]) ? subsys_index(v1_controllers[i]) : -1;

		if (index < 0)
			continue;
		mount_take(&c->v1_mount, c->v1_path, sizeof(c->v1_path), m->mnt_dir);
		c->v1_subsys = index;
		c->v1_hierarchy = hierarchy_id(v1_controllers[i]);
		*best = i;
		return;
	}
}

void cgroups_open(struct cgroups *c)
{
	size_t best = sizeof(v1_controllers) / sizeof(*v1_controllers);
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct mntent *m;

	*c = (struct cgroups){ .v2_mount = -1, .v1_mount = -1, .v1_subsys = -1 };
	while (f && (m = getmntent(f))) {
		if (!strcmp(m->mnt_type, "cgroup2") && c->v2_mount < 0)
			mount_take(&c->v2_mount, c->v2_path, sizeof(c->v2_path), m->mnt_dir);
		if (!strcmp(m->mnt_type, "cgroup"))
			v1_take(c, m, &best);
	}
	if (f)
		endmntent(f);
}

void cgroups_close(struct cgroups *c)
{
	if (c->v2_mount >= 0)
		close(c->v2_mount);
	if (c->v1_mount >= 0)
		close(c->v1_mount);
	c->v2_mount = c->v1_mount = -1;
}

/* Long paths lose their front: the end says which service it is. */
static void path_keep(char *to, size_t size, const char *path)
{
	size_t len = strlen(path);

	if (len < size)
		memcpy(to, path, len + 1);
	else
		snprintf(to, size, "...%s", path + len - (size - 4));
}

int cgroups_name(const struct cgroups *c, struct cgroup_rec *rec)
{
	union {
		struct file_handle handle;
		char space[sizeof(struct file_handle) + sizeof(uint64_t)];
	} h;
	const char *mount = rec->hierarchy ? c->v1_path : c->v2_path;
	char link[64], path[PATH_MAX];
	ssize_t n;
	int fd;

	h.handle.handle_bytes = sizeof(rec->id);
	h.handle.handle_type = FILEID_KERNFS;
	memcpy(h.handle.f_handle, &rec->id, sizeof(rec->id));
	rights_lift_search();
	fd = open_by_handle_at(rec->hierarchy ? c->v1_mount : c->v2_mount, &h.handle,
			       O_PATH | O_CLOEXEC);
	rights_lower_search();
	if (fd < 0)
		return -ENOENT;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	close(fd);
	if (n < 0)
		return -errno;
	path[n] = 0;
	n = strncmp(path, mount, strlen(mount)) ? 0 : (ssize_t)strlen(mount);
	path_keep(rec->path, sizeof(rec->path), path[n] ? path + n : "/");
	return 0;
}

static bool below(const char *path, const char *mount)
{
	size_t len = strlen(mount);

	return len && !strncmp(path, mount, len) && (!path[len] || path[len] == '/');
}

static int directory_id(const char *path, uint64_t *ret_id, bool *ret_v2)
{
	struct statfs fs;
	struct stat st;

	if (stat(path, &st) || statfs(path, &fs))
		return -errno;
	if (!S_ISDIR(st.st_mode) ||
	    (fs.f_type != CGROUP2_SUPER_MAGIC && fs.f_type != CGROUP_SUPER_MAGIC))
		return -ENOTDIR;
	*ret_id = st.st_ino;
	*ret_v2 = fs.f_type == CGROUP2_SUPER_MAGIC;
	return 0;
}

/* elsewhere: the directory is there, in a hierarchy of version 1 that is not the one that is shown. */
static int not_found(const struct cgroups *c, const char *path, bool elsewhere, char *error,
		     size_t size)
{
	const char *v2 = c->v2_path, *v1 = c->v1_path, *or = *v2 && *v1 ? " or " : "";

	if (elsewhere && *v1)
		snprintf(error, size,
			 "control group %s: of the version 1 hierarchies only the one at %s works",
			 path, v1);
	else if (elsewhere)
		snprintf(error, size, "control group %s: this version 1 hierarchy does not work%s%s",
			 path, *v2 ? ", give a directory below " : "", v2);
	else
		snprintf(error, size,
			 "no control group %s: give its directory (below %s%s%s) or its path there "
			 "as in /proc/PID/cgroup",
			 path, v2, or, *v1 || *v2 ? v1 : "/sys/fs/cgroup");
	return -ENOENT;
}

int cgroups_find(const struct cgroups *c, const char *path, uint64_t *ret_id, int *ret_subsys,
		 char *error, size_t size)
{
	const char *const mounts[] = { "", c->v2_path, c->v1_path };
	char full[PATH_MAX];
	bool v2, elsewhere = false;

	for (int i = 0; i < 3; i++) {
		if (i && !mounts[i][0])
			continue;
		snprintf(full, sizeof(full), "%s%s%s", mounts[i], path[0] == '/' ? "" : "/", path);
		if (directory_id(full, ret_id, &v2))
			continue;
		if (!v2 && !below(full, c->v1_path)) {
			elsewhere = true;
			continue;
		}
		*ret_subsys = v2 ? -1 : c->v1_subsys;
		return 0;
	}
	return not_found(c, path, elsewhere, error, size);
}
