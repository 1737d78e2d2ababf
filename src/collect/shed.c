/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives up what was needed to attach: capabilities, and system calls that are never made again. */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "capability.h"
#include "core/mem.h"
#include "rights.h"

#define BIT(cap) (1ull << (cap))
#define FILTER_ROOM (200u << 10) /* for making a filter; below what malloc maps by itself */

/*
 * BPF: counters that are full are replaced by new maps, and before 5.18 no map is read without it where
 * unprivileged_bpf_disabled is set.  DAC_READ_SEARCH: paths of control groups come by file handle.
 * SYSLOG: the last lines of dmesg in a bundle.
 */
static uint64_t kept(uint64_t held)
{
	uint64_t keep = BIT(CAP_BPF) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_SYSLOG);

	/* root saves files in directories of others: sudo probetop, at home */
	if (!geteuid())
		keep |= BIT(CAP_DAC_OVERRIDE);
	if (!(held & BIT(CAP_BPF)))
		keep |= BIT(CAP_SYS_ADMIN);
	return held & keep;
}

/* Root reads what it is told to; others have it for control groups alone. */
static uint64_t in_effect(uint64_t keep)
{
	return geteuid() ? keep & (BIT(CAP_BPF) | BIT(CAP_SYS_ADMIN)) : keep;
}

void rights_lift_search(void)
{
	if (geteuid())
		capability_effective(CAP_DAC_READ_SEARCH, true);
}

void rights_lower_search(void)
{
	if (geteuid())
		capability_effective(CAP_DAC_READ_SEARCH, false);
}

/* Never made once probes are attached; names, as kernels and libseccomp know different ones. */
static const char *const refused[] = {
	"execve", "execveat",
	/* other processes: their memory and descriptors */
#ifndef __SANITIZE_ADDRESS__ /* which looks for leaks with it */
	"ptrace",
#endif
	"process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "pidfd_getfd",
	"kcmp", "perf_event_open", "userfaultfd",
	/* how they run, and whether; tgkill, of raise and abort, is for itself alone */
	"kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal", "setpriority",
	"ioprio_set", "sched_setscheduler", "sched_setparam", "sched_setattr", "sched_setaffinity",
	"migrate_pages", "move_pages",
	/* network: the screen and files are all that it talks to; socketpair stays */
	"socket", "connect", "bind", "listen", "accept", "accept4",
	/* what is mounted, and which namespaces it is in */
	"mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen",
	"fsconfig", "fsmount", "fspick", "mount_setattr", "setns", "unshare", "swapon", "swapoff",
	"quotactl", "quotactl_fd",
	/* the kernel and the machine */
	"init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "iopl",
	"ioperm", "modify_ldt", "acct", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
	"stime", "sethostname", "setdomainname", "lookup_dcookie", "nfsservctl", "vhangup",
	/* who it is */
	"setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups",
	"setfsuid", "setfsgid", "add_key", "request_key", "keyctl",
	"io_uring_setup", "io_uring_enter", "io_uring_register", "mknod", "mknodat",
};

/*
 * Of bpf(2): no more programs, and nothing pinned or found by its number.  So what can be attached still
 * (BPF_LINK_CREATE, on older kernels BPF_RAW_TRACEPOINT_OPEN) is what was loaded: iterators, and probes
 * that were detached because they took too much.
 */
static const int refused_bpf[] = {
	BPF_PROG_LOAD, BPF_OBJ_PIN, BPF_OBJ_GET, BPF_PROG_ATTACH, BPF_PROG_DETACH, BPF_PROG_GET_FD_BY_ID,
	BPF_MAP_GET_FD_BY_ID, BPF_BTF_LOAD, BPF_BTF_GET_FD_BY_ID, BPF_LINK_UPDATE, BPF_LINK_GET_FD_BY_ID,
	BPF_PROG_BIND_MAP,
};

/* Calls that take a pid: for itself only.  That of another thread of its own is not known before. */
static void others_refuse(scmp_filter_ctx filter, uint32_t deny)
{
	seccomp_rule_add(filter, deny, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_NE, 0));
#ifndef __SANITIZE_ADDRESS__ /* whose reports stop all threads */
	seccomp_rule_add(filter, deny, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_NE, (uint64_t)getpid()));
#endif
}

/* libseccomp 2.5 breaks the heap, or hangs, where it finds no memory: so there is some. */
static scmp_filter_ctx filter_new(uint32_t action)
{
	free(xmalloc(FILTER_ROOM));
	return seccomp_init(action);
}

/* Returns how many system calls are refused, or negative errno. */
static int filter_load(void)
{
	scmp_filter_ctx filter = filter_new(SCMP_ACT_ALLOW);
	uint32_t deny = SCMP_ACT_ERRNO(EPERM);
	int n = 0, r;

	if (!filter)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		int nr = seccomp_syscall_resolve_name(refused[i]);

		/* below 0: another architecture's */
		if (nr >= 0 && !seccomp_rule_add(filter, deny, nr, 0))
			n++;
	}
	for (size_t i = 0; i < sizeof(refused_bpf) / sizeof(*refused_bpf); i++)
		seccomp_rule_add(filter, deny, SCMP_SYS(bpf), 1,
				 SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffff, refused_bpf[i]));
	others_refuse(filter, deny);
	r = seccomp_load(filter);
	seccomp_release(filter);
	return r ? r : n;
}

static void failed_add(struct rights_left *left, const char *what, int r)
{
	size_t len = strlen(left->failed);

	snprintf(left->failed + len, sizeof(left->failed) - len, "%s%s: %s", len ? "; " : "", what,
		 strerror(-r));
}

void rights_shed(struct rights_left *ret)
{
	uint64_t held = capabilities_permitted(), keep = kept(held);
	int r = capabilities_keep(keep, in_effect(keep));

	*ret = (struct rights_left){ .no_new_privs = !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
	if (r)
		failed_add(ret, "capabilities", r);
	if (!ret->no_new_privs)
		failed_add(ret, "no_new_privs", -errno);
	r = filter_load();
	if (r < 0)
		failed_add(ret, "system calls", r);
	else
		ret->refused = r;
	keep = capabilities_permitted();
	capabilities_text(ret->kept, sizeof(ret->kept), keep);
	capabilities_text(ret->dropped, sizeof(ret->dropped), held & ~keep);
}

void rights_shed_reader(void)
{
	/* where /proc is mounted with hidepid */
	uint64_t keep = capabilities_permitted() & BIT(CAP_SYS_PTRACE);

	capabilities_keep(keep, keep);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	filter_load();
}

/* What the child processes of one job each need anyway, but for what they receive and send with. */
static const char *const few[] = { "recvfrom", "close", "exit_group", "rt_sigreturn", "restart_syscall" };

static void call_allow(scmp_filter_ctx filter, const char *name)
{
	int nr = seccomp_syscall_resolve_name(name);

	if (nr >= 0)
		seccomp_rule_add(filter, SCMP_ACT_ALLOW, nr, 0);
}

/* Refuses all but these few.  NULL: no memory. */
static scmp_filter_ctx filter_of_few(void)
{
	scmp_filter_ctx filter = filter_new(SCMP_ACT_ERRNO(EPERM));

	for (size_t i = 0; filter && i < sizeof(few) / sizeof(*few); i++)
		call_allow(filter, few[i]);
	return filter;
}

/* All that it ever does. */
static void stats_filter_load(void)
{
	scmp_filter_ctx filter = filter_of_few();

	if (!filter)
		return;
	call_allow(filter, "poll");
	call_allow(filter, "ppoll");
	call_allow(filter, "sendto");
	seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(bpf), 1,
			 SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffff, BPF_ENABLE_STATS));
	seccomp_load(filter);
	seccomp_release(filter);
}

void rights_shed_stats(void)
{
	uint64_t keep = capabilities_permitted() & BIT(CAP_SYS_ADMIN);

	capabilities_keep(keep, keep);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	stats_filter_load();
}

/* Perf events of no process, hence of the kernel, on the first CPU: there a kprobe's is, for all CPUs. */
static int opener_filter_load(void)
{
	scmp_filter_ctx filter = filter_of_few();
	int r;

	if (!filter)
		return -ENOMEM;
	call_allow(filter, "sendmsg");
	r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(perf_event_open), 4,
			     SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, 0xffffffff),
			     SCMP_A2(SCMP_CMP_MASKED_EQ, 0xffffffff, 0),
			     SCMP_A3(SCMP_CMP_MASKED_EQ, 0xffffffff, 0xffffffff),
			     SCMP_A4(SCMP_CMP_EQ, PERF_FLAG_FD_CLOEXEC));
	if (!r)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r;
}

int rights_shed_opener(bool (*opens)(const void *data), const void *data)
{
	/* the second where perf_event_paranoid is above 2, as Debian has it */
	static const cap_value_t caps[] = { CAP_PERFMON, CAP_SYS_ADMIN };

	for (size_t i = 0; i < sizeof(caps) / sizeof(*caps); i++) {
		int r;

		capabilities_effective_none();
		capability_effective(caps[i], true);
		if (!opens(data))
			continue;
		capabilities_effective_all();
		r = capabilities_keep(BIT(caps[i]), BIT(caps[i]));
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (!r)
			r = opener_filter_load();
		return r ? r : caps[i];
	}
	return -EPERM;
}
