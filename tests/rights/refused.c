/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loaded into a program (LD_PRELOAD), tries at its end what it should have given up, as who has taken it
 * over would: prints the names of what is not refused.  Each call is harmless where it is allowed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void try(const char *name, long result)
{
	int e = errno;

	if (result >= 0 || e != EPERM)
		dprintf(STDERR_FILENO, "%s is not refused: %ld, errno %d\n", name, result, e);
}

static void refused_try(void)
{
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT };
	struct rlimit limit;
	char *none[] = { NULL };

	try("kill", syscall(SYS_kill, getppid(), 0));
	try("tgkill", syscall(SYS_tgkill, getppid(), getppid(), 0));
	try("pidfd_send_signal", syscall(SYS_pidfd_send_signal, -1, 0, NULL, 0));
	try("setpriority", syscall(SYS_setpriority, PRIO_PROCESS, getppid(), 0));
	try("sched_setaffinity", syscall(SYS_sched_setaffinity, getppid(), 0, NULL));
	try("prlimit64", syscall(SYS_prlimit64, getppid(), RLIMIT_CORE, NULL, &limit));
	try("execve", syscall(SYS_execve, "/nonexistent", none, none));
	try("socket", syscall(SYS_socket, 2, 1, 0));
	try("ptrace", syscall(SYS_ptrace, 0x4206, getppid(), NULL, NULL));
	try("mount", syscall(SYS_mount, "", "/nonexistent", "", 0, NULL));
	try("unshare", syscall(SYS_unshare, 0));
	try("setuid", syscall(SYS_setuid, geteuid()));
	try("bpf(BPF_PROG_LOAD)", syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)));
	try("bpf(BPF_MAP_GET_FD_BY_ID)", syscall(SYS_bpf, BPF_MAP_GET_FD_BY_ID, &attr, sizeof(attr)));
}

__attribute__((constructor)) static void refused_begin(void)
{
	/* the program itself alone: its children end without this */
	unsetenv("LD_PRELOAD");
	atexit(refused_try);
}
