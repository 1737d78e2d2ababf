/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rights.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/resource.h>
#include <unistd.h>

#include "capability.h"
#include "libbpf_log.h"

static int capabilities_check(char *error, size_t size)
{
	static const struct {
		cap_value_t cap;
		const char *name;
	} needed[] = { { CAP_BPF, "CAP_BPF" }, { CAP_PERFMON, "CAP_PERFMON" } };
	char missing[64] = "";

	for (size_t i = 0; i < 2 && !capability_held(CAP_SYS_ADMIN); i++) {
		size_t len = strlen(missing);

		if (!capability_held(needed[i].cap))
			snprintf(missing + len, sizeof(missing) - len, "%s%s", len ? " and " : "",
				 needed[i].name);
	}
	if (!missing[0])
		return 0;
	snprintf(error, size,
		 "not permitted: %s missing; run it as root (sudo probetop), see --doctor; "
		 "-r FILE replays without",
		 missing);
	return -EPERM;
}

static bool lockdown_confidential(void)
{
	FILE *f = fopen("/sys/kernel/security/lockdown", "re");
	char line[128] = "";
	bool is;

	if (!f)
		return false;
	is = fgets(line, sizeof(line), f) && strstr(line, "[confidentiality]");
	fclose(f);
	return is;
}

/* Before 5.11 maps count against it. */
static void memlock_raise(void)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

void rights_begin(void)
{
	if (getuid() && geteuid())
		capabilities_effective_none();
}

int rights_check(char *error, size_t size)
{
	int r;

	capabilities_effective_all();
	r = capabilities_check(error, size);
	if (r)
		return r;
	if (lockdown_confidential()) {
		snprintf(error, size,
			 "the kernel is locked down (confidentiality): programs may not "
			 "read its memory; boot with lockdown=integrity or without");
		return -EPERM;
	}
	if (!libbpf_vmlinux_btf()) {
		if (access("/sys/kernel/btf/vmlinux", R_OK))
			snprintf(error, size,
				 "no BTF of the running kernel (/sys/kernel/btf/vmlinux): it "
				 "needs one built with CONFIG_DEBUG_INFO_BTF");
		else
			libbpf_log_reason(error, size, -ESRCH);
		return -EOPNOTSUPP;
	}
	memlock_raise();
	return 0;
}
