/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/check.h"

/* Where it is mounted first; "": nowhere. */
struct places {
	char v2[200], v1[200], memory[200], tracefs[200], bpffs[200], hidepid[32];
};

static void place_take(struct places *p, const struct mntent *m)
{
	struct {
		const char *type;
		char *to;
	} kinds[] = { { "cgroup2", p->v2 }, { "tracefs", p->tracefs }, { "bpf", p->bpffs } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(m->mnt_type, kinds[i].type) && !kinds[i].to[0])
			snprintf(kinds[i].to, sizeof(p->v2), "%s", m->mnt_dir);
	/* that of memory is the one whose groups are shown, where there is one */
	if (!strcmp(m->mnt_type, "cgroup") && hasmntopt(m, "memory") && !p->memory[0]) {
		snprintf(p->memory, sizeof(p->memory), "%s", m->mnt_dir);
		snprintf(p->v1, sizeof(p->v1), "%s", m->mnt_dir);
	}
	if (!strcmp(m->mnt_type, "cgroup") && !p->v1[0] && (hasmntopt(m, "cpu") || hasmntopt(m, "pids")))
		snprintf(p->v1, sizeof(p->v1), "%s", m->mnt_dir);
	if (!strcmp(m->mnt_dir, "/proc") && hasmntopt(m, "hidepid"))
		sscanf(hasmntopt(m, "hidepid"), "%31[^,]", p->hidepid);
}

static void groups_check(struct checks *to, const struct places *p)
{
	struct stat st;

	if (p->v2[0] || p->v1[0])
		check_add(to, "mounts", "control groups", CHECK_OK, NULL, "%s%s%s%s%s",
			  p->v2[0] ? "v2 at " : "", p->v2, p->v2[0] && p->v1[0] ? ", " : "",
			  p->v1[0] ? "v1 at " : "", p->v1);
	else
		check_add(to, "mounts", "control groups", CHECK_LESS,
			  stat("/sys/fs/cgroup", &st) ?
				  "mount -t sysfs sysfs /sys && mount -t cgroup2 cgroup2 "
				  "/sys/fs/cgroup; in a container: -v /sys:/sys:ro" :
				  "mount -t cgroup2 cgroup2 /sys/fs/cgroup; in a container: -v "
				  "/sys:/sys:ro",
			  "not mounted: they have no names");
}

static void hidepid_check(struct checks *to, const char *hidepid)
{
	if (hidepid[0] && strcmp(hidepid, "hidepid=0") != 0 && strcmp(hidepid, "hidepid=off") != 0 &&
	    geteuid())
		check_add(to, "mounts", "/proc", CHECK_LESS,
			  "setcap it with cap_sys_ptrace too, or mount -o remount,hidepid=0 /proc",
			  "%s: command lines of others are missing", hidepid);
}

void mounts_check(struct checks *to)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct places p = { .v2 = "" };
	struct mntent *m;

	if (!f) {
		check_add(to, "mounts", "/proc", CHECK_LESS,
			  "mount -t proc proc /proc; in a chroot: mount --bind /proc DIRECTORY/proc",
			  "not mounted: no names of control groups, no command lines");
		return;
	}
	while ((m = getmntent(f)))
		place_take(&p, m);
	endmntent(f);
	groups_check(to, &p);
	check_add(to, "mounts", "tracefs", CHECK_INFO, NULL, "%s",
		  p.tracefs[0] ? p.tracefs : "not mounted, not needed as root");
	check_add(to, "mounts", "bpffs", CHECK_INFO, NULL, "%s",
		  p.bpffs[0] ? p.bpffs : "not mounted, not needed");
	hidepid_check(to, p.hidepid);
	memory_check(to, p.v2, p.memory);
}
