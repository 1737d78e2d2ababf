/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "doctor/check.h"

static void btf_check(struct checks *to)
{
	static const char path[] = "/sys/kernel/btf/vmlinux";
	struct stat st;

	if (!stat(path, &st))
		check_add(to, "kernel", "BTF", CHECK_OK, NULL, "%s, %lld KiB", path,
			  (long long)st.st_size / 1024);
	else
		check_add(to, "kernel", "BTF", CHECK_FAILS,
			  stat("/sys/kernel", &st) ?
				  "mount -t sysfs sysfs /sys; in a container: -v /sys:/sys:ro" :
				  "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y; in a container: -v "
				  "/sys:/sys:ro",
			  "no %s", path);
}

/* "none [integrity] confidentiality": the one in brackets. */
static void lockdown_check(struct checks *to)
{
	char text[128], *at;

	at = strchr(check_file(text, sizeof(text), "/sys/kernel/security/lockdown"), '[');
	if (!at) {
		check_add(to, "kernel", "lockdown", CHECK_INFO, NULL,
			  "not known: no /sys/kernel/security/lockdown");
		return;
	}
	at++;
	at[strcspn(at, "]")] = '\0';
	if (!strcmp(at, "confidentiality"))
		check_add(to, "kernel", "lockdown", CHECK_FAILS,
			  "boot with lockdown=integrity, or without",
			  "%s: no program may read the kernel's memory", at);
	else
		check_add(to, "kernel", "lockdown", CHECK_OK, NULL, "%s", at);
}

/* What is no shortfall as it is, but explains others. */
static void sysctls_check(struct checks *to)
{
	static const struct {
		const char *name, *path, *wrong, *mend;
	} sysctls[] = {
		{ "unprivileged_bpf_disabled", "kernel/unprivileged_bpf_disabled", NULL, NULL },
		{ "perf_event_paranoid", "kernel/perf_event_paranoid", NULL, NULL },
		{ "kptr_restrict", "kernel/kptr_restrict", NULL, NULL },
		{ "dmesg_restrict", "kernel/dmesg_restrict", NULL, NULL },
		{ "bpf_stats_enabled", "kernel/bpf_stats_enabled", "1",
		  "sysctl -w kernel.bpf_stats_enabled=0" },
		{ "bpf_jit_enable", "net/core/bpf_jit_enable", "0",
		  "sysctl -w net.core.bpf_jit_enable=1" },
	};
	char all[400] = "", value[32], path[128];

	for (size_t i = 0; i < sizeof(sysctls) / sizeof(*sysctls); i++) {
		size_t len = strlen(all);

		snprintf(path, sizeof(path), "/proc/sys/%s", sysctls[i].path);
		check_file(value, sizeof(value), path);
		snprintf(all + len, sizeof(all) - len, "%s%s=%s", len ? " " : "", sysctls[i].name,
			 value[0] ? value : "?");
		if (sysctls[i].wrong && !strcmp(value, sysctls[i].wrong))
			check_add(to, "kernel", sysctls[i].name, CHECK_LESS, sysctls[i].mend,
				  "%s: every program takes longer", value);
	}
	check_add(to, "kernel", "sysctls", CHECK_INFO, NULL, "%s", all);
}

void kernel_check(struct checks *to)
{
	struct utsname u;

	uname(&u);
	check_add(to, "kernel", "release", CHECK_INFO, NULL, "%s %s", u.release, u.machine);
	btf_check(to);
	kernel_config_check(to);
	lockdown_check(to);
	sysctls_check(to);
}
