/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "syscall_name.h"

#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/rec_sys.h"

/* What is younger than libseccomp 2.5; these have the same numbers on all machines. */
#define NEWER_FIRST 451
static const char *const newer[] = {
	"cachestat", "fchmodat2", "map_shadow_stack", "futex_wake", "futex_wait", "futex_requeue",
	"statmount", "listmount", "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules",
	"mseal", "setxattrat", "getxattrat", "listxattrat", "removexattrat", "open_tree_attr",
	"file_getattr", "file_setattr", "listns",
};
#define NEWER (sizeof(newer) / sizeof(*newer))

static uint32_t machine_arch(const char *machine, uint32_t nr)
{
	if (!strcmp(machine, "x86_64"))
		return nr & SYS_COMPAT ? SCMP_ARCH_X86 : nr & SYS_X32 ? SCMP_ARCH_X32 : SCMP_ARCH_X86_64;
	if (!strcmp(machine, "aarch64"))
		return nr & SYS_COMPAT ? SCMP_ARCH_ARM : SCMP_ARCH_AARCH64;
	return seccomp_arch_resolve_name(machine);
}

static const char *name_newer(uint32_t nr)
{
	return nr >= NEWER_FIRST && nr < NEWER_FIRST + NEWER ? newer[nr - NEWER_FIRST] : NULL;
}

int syscall_name(char *buf, size_t size, const char *machine, uint32_t nr)
{
	uint32_t arch = machine_arch(machine, nr), plain = nr & ~SYS_COMPAT;
	const char *late = name_newer(plain & ~SYS_X32);
	char *name = NULL;
	int n;

	if (plain == SYS_INVALID)
		return snprintf(buf, size, "(invalid)");
	if (arch)
		name = seccomp_syscall_resolve_num_arch(arch, (int)plain);
	/* only x86-64 has these below the common numbers */
	if (!name && arch == SCMP_ARCH_X86_64 && (plain == 335 || plain == 336))
		late = plain == 335 ? "uretprobe" : "uprobe";
	if (name || late)
		n = snprintf(buf, size, "%s", name ? name : late);
	else
		n = snprintf(buf, size, "syscall_%u", plain & ~SYS_X32);
	free(name);
	return n;
}

/* include/linux/errno.h of the kernel: never seen by programs, but by who looks at the hook. */
static const char *const internal[] = {
	[512 - 512] = "ERESTARTSYS",
	[513 - 512] = "ERESTARTNOINTR",
	[514 - 512] = "ERESTARTNOHAND",
	[515 - 512] = "ENOIOCTLCMD",
	[516 - 512] = "ERESTART_RESTARTBLOCK",
	[517 - 512] = "EPROBE_DEFER",
	[518 - 512] = "EOPENSTALE",
	[519 - 512] = "ENOPARAM",
	[521 - 512] = "EBADHANDLE",
	[522 - 512] = "ENOTSYNC",
	[523 - 512] = "EBADCOOKIE",
	[524 - 512] = "ENOTSUPP",
	[525 - 512] = "ETOOSMALL",
	[526 - 512] = "ESERVERFAULT",
	[527 - 512] = "EBADTYPE",
	[528 - 512] = "EJUKEBOX",
	[529 - 512] = "EIOCBQUEUED",
	[530 - 512] = "ERECALLCONFLICT",
	[531 - 512] = "ENOGRACE",
};

const char *error_name(uint32_t err)
{
	if (err >= 512 && err - 512 < sizeof(internal) / sizeof(*internal))
		return internal[err - 512];
	return strerrorname_np((int)err);
}
