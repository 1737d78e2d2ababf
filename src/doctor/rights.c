/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities, and what may keep one from using them. */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/release.h"
#include "doctor/check.h"

#define BIT(cap) (1ull << (cap))

/* What probetop wants, and what is not there without. */
static const struct wanted {
	int cap;
	const char *name, *without;
	enum check_state state;
	bool old; /* only where maps count as locked memory, and that is limited */
} wanted[] = {
	{ CAP_BPF, "CAP_BPF", "no map and no program can be made", CHECK_FAILS, false },
	{ CAP_PERFMON, "CAP_PERFMON", "programs may not read the kernel's memory", CHECK_FAILS, false },
	{ CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH", "control groups have no names", CHECK_LESS, false },
	{ CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE", "maps may not fit into ulimit -l", CHECK_LESS, true },
};

#define WANTED (sizeof(wanted) / sizeof(*wanted))

struct held {
	uint64_t permitted; /* what is in effect comes when probes are loaded */
	uint64_t effective;
};

/* Asked of the kernel, as /proc may not be there. */
static struct held capabilities_read(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	syscall(SYS_capget, &head, data);
	return (struct held){
		.permitted = data[0].permitted | (uint64_t)data[1].permitted << 32,
		.effective = data[0].effective | (uint64_t)data[1].effective << 32,
	};
}

static bool is_held(uint64_t held, const struct wanted *w)
{
	/* it stands in for those without which nothing works */
	return held & BIT(w->cap) || (w->state == CHECK_FAILS && held & BIT(CAP_SYS_ADMIN));
}

/* Those that are not held, or that nobody can get here, each with something in front. */
static void missing_list(char *buf, size_t size, uint64_t held, bool old, const char *format)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < WANTED; i++)
		if ((old || !wanted[i].old) && !is_held(held, &wanted[i]) && len < size)
			len += (size_t)snprintf(buf + len, size - len, format,
						wanted[i].name + strlen("CAP_"));
}

/* Those that this program, or one that it runs, can still get. */
static uint64_t bounding_set(void)
{
	uint64_t set = 0;

	for (int cap = 0; cap < 64; cap++)
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) > 0)
			set |= BIT(cap);
	return set;
}

static void setcap_command(char *buf, size_t size, bool old)
{
	struct statvfs fs;
	char self[256];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	snprintf(self + (n > 0 ? n : 0), sizeof(self) - (n > 0 ? (size_t)n : 0), "%s",
		 n > 0 ? "" : "probetop");
	if (!statvfs(self, &fs) && fs.f_flag & ST_NOSUID)
		snprintf(buf, size,
			 "sudo %s; setcap has no effect there: its file system is mounted nosuid", self);
	else
		snprintf(buf, size,
			 "sudo %s; or for a group: chgrp GROUP %s; chmod 750 %s; setcap "
			 "cap_bpf,cap_perfmon,cap_dac_read_search%s=p %s%s",
			 self, self, self, old ? ",cap_sys_resource" : "", self,
			 old ? "; instead of cap_sys_resource: ulimit -l unlimited" : "");
}

/* Neither sudo nor setcap gives what a container or a unit withholds. */
static void capabilities_mend(char *buf, size_t size, uint64_t held, bool old)
{
	char docker[160], unit[160];
	uint64_t bounding = bounding_set();

	missing_list(docker, sizeof(docker), held | bounding, old, " --cap-add %s");
	missing_list(unit, sizeof(unit), held | bounding, old, " CAP_%s");
	if (docker[0])
		snprintf(buf, size,
			 "withheld from all programs here: docker run%s (or --privileged); in a unit: "
			 "CapabilityBoundingSet=%s",
			 docker, unit + 1);
	else if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) > 0)
		snprintf(buf, size,
			 "no_new_privs is set, so sudo and setcap have no effect here: start it from "
			 "another shell; docker run without no-new-privileges; in a unit: "
			 "NoNewPrivileges=no");
	else
		setcap_command(buf, size, old);
}

static void capabilities_look(struct checks *to, const struct held *held, bool old)
{
	char mend[1200];

	capabilities_mend(mend, sizeof(mend), held->permitted, old);
	check_add(to, "rights", "user", CHECK_INFO, NULL, "uid %u, capabilities %016llx",
		  (unsigned)geteuid(), (unsigned long long)held->permitted);
	for (size_t i = 0; i < WANTED; i++) {
		const struct wanted *w = &wanted[i];

		if (w->old && !old)
			continue;
		if (is_held(held->permitted, w))
			check_add(to, "rights", w->name, CHECK_OK, NULL, "%s",
				  held->permitted & BIT(w->cap) ? "held" : "CAP_SYS_ADMIN is held");
		else
			check_add(to, "rights", w->name, w->state, mend, "missing: %s", w->without);
	}
}

/* A runtime's filter or a security module may refuse it to who has all capabilities. */
static void call_look(struct checks *to, const struct held *held)
{
	union bpf_attr attr = { .info.bpf_fd = (uint32_t)-1 };
	bool filtered = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
	long r;

	/* before 5.19 refused to others whatever it is asked */
	if (!(held->effective & (BIT(CAP_BPF) | BIT(CAP_SYS_ADMIN))))
		return;
	r = syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	if (r < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS))
		check_add(to, "rights", "bpf(2)", CHECK_FAILS,
			  filtered ? "docker run --security-opt seccomp=unconfined; in a unit: "
				     "SystemCallFilter=bpf" :
				     "allow it in the policy of the security module "
				     "(cat /sys/kernel/security/lsm), or boot a kernel with "
				     "CONFIG_BPF_SYSCALL",
			  "refused%s: %s", filtered ? ", by a system call filter" : "", strerror(errno));
	else
		check_add(to, "rights", "bpf(2)", CHECK_OK, NULL, "may be called");
}

static void memlock_look(struct checks *to, const struct rlimit *limit, bool old)
{
	if (limit->rlim_cur == RLIM_INFINITY)
		check_add(to, "rights", "memlock", CHECK_INFO, NULL, "unlimited");
	else
		check_add(to, "rights", "memlock", CHECK_INFO, NULL, "%llu KiB%s",
			  (unsigned long long)limit->rlim_cur / 1024,
			  old ? ", CAP_SYS_RESOURCE raises it" : ", does not matter from Linux 5.11 on");
}

void rights_look(struct checks *to)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
	struct held held = capabilities_read();
	bool old = release_locks_maps();

	getrlimit(RLIMIT_MEMLOCK, &limit);
	capabilities_look(to, &held, old && limit.rlim_cur != RLIM_INFINITY);
	call_look(to, &held);
	memlock_look(to, &limit, old);
}
