/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bundle/procfs.h"
#include "core/mem.h"
#include "doctor/check.h"

#define INIT_PID_NAMESPACE "pid:[4026531836]" /* PROC_PID_INIT_INO */
#define BIT(cap) (1ull << (cap))

/* Permitted: what is in effect comes when probes are loaded. */
static uint64_t capabilities_read(void)
{
	CLEANUP(free_ptr) char *text = procfs_read("/proc/self/status");
	const char *at = text ? strstr(text, "\nCapPrm:") : NULL;

	return at ? strtoull(at + strlen("\nCapPrm:"), NULL, 16) : 0;
}

static void setcap_command(char *buf, size_t size, bool old)
{
	char self[300];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	snprintf(buf, size,
		 "sudo probetop; or for a group: chgrp GROUP %s; chmod 750 %s; setcap "
		 "cap_bpf,cap_perfmon,cap_dac_read_search%s=p %s",
		 self, self, old ? ",cap_sys_resource" : "", self);
}

static void capabilities_look(struct checks *to, bool old)
{
	static const struct {
		int cap;
		const char *name, *without;
		enum check_state state;
		bool old; /* only needed where memory for maps is limited */
	} wanted[] = {
		{ CAP_BPF, "CAP_BPF", "no map and no program can be made", CHECK_FAILS, false },
		{ CAP_PERFMON, "CAP_PERFMON", "programs may not read the kernel's memory",
		  CHECK_FAILS, false },
		{ CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH", "control groups have no names",
		  CHECK_LESS, false },
		{ CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE", "maps may not fit into ulimit -l",
		  CHECK_LESS, true },
	};
	uint64_t held = capabilities_read();
	char mend[1200];

	setcap_command(mend, sizeof(mend), old);
	check_add(to, "rights", "user", CHECK_INFO, NULL, "uid %u, capabilities %016llx",
		  (unsigned)geteuid(), (unsigned long long)held);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		bool instead = wanted[i].state == CHECK_FAILS && held & BIT(CAP_SYS_ADMIN);

		if (wanted[i].old && !old)
			continue;
		if (held & BIT(wanted[i].cap) || instead)
			check_add(to, "rights", wanted[i].name, CHECK_OK, NULL, "%s",
				  held & BIT(wanted[i].cap) ? "held" : "CAP_SYS_ADMIN is held");
		else
			check_add(to, "rights", wanted[i].name, wanted[i].state, mend,
				  "missing: %s", wanted[i].without);
	}
}

/* Capabilities of another user namespace do not count, pids of another pid namespace are others. */
static void namespaces_look(struct checks *to)
{
	unsigned long long inside = 0, outside = 0, count = 0;
	char map[128], pid[64];
	ssize_t n = readlink("/proc/self/ns/pid", pid, sizeof(pid) - 1);

	pid[n > 0 ? n : 0] = '\0';
	check_file(map, sizeof(map), "/proc/self/uid_map");
	if (sscanf(map, "%llu %llu %llu", &inside, &outside, &count) == 3 && count != UINT32_MAX)
		check_add(to, "rights", "user namespace", CHECK_FAILS,
			  "run it outside of user namespaces",
			  "not the host's: capabilities of it do not count");
	if (pid[0] && strcmp(pid, INIT_PID_NAMESPACE) != 0)
		check_add(to, "rights", "pid namespace", CHECK_LESS,
			  "run the container with --pid=host",
			  "not the host's: pids shown are the host's, command lines are missing");
}

static void memlock_look(struct checks *to)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return;
	if (limit.rlim_cur == RLIM_INFINITY)
		check_add(to, "rights", "memlock", CHECK_INFO, NULL, "unlimited");
	else
		check_add(to, "rights", "memlock", CHECK_INFO, NULL,
			  "%llu KiB (counts before Linux 5.11 alone; CAP_SYS_RESOURCE raises it)",
			  (unsigned long long)limit.rlim_cur / 1024);
}

/* By the release, as nothing else tells before it fails: it is a hint alone. */
static bool charges_memlock(void)
{
	int major = 0, minor = 0;
	char text[64];

	return sscanf(check_file(text, sizeof(text), "/proc/sys/kernel/osrelease"), "%d.%d", &major,
		      &minor) == 2 &&
	       (major < 5 || (major == 5 && minor < 11));
}

void rights_look(struct checks *to)
{
	capabilities_look(to, charges_memlock());
	namespaces_look(to);
	memlock_look(to);
}
