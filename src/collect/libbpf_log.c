/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libbpf_log.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/release.h"

/* libbpf has one print function for the process; objects are loaded side by side */
static _Thread_local char log_program[64];
static _Thread_local char log_verdict[160];
static struct btf *vmlinux;

/* The verifier's last sentence stands before its statistics. */
static void verdict_keep(const char *text)
{
	const char *end = strstr(text, "\nprocessed "), *line;

	if (!end)
		return;
	for (line = end; line > text && line[-1] != '\n'; line--)
		;
	snprintf(log_verdict, sizeof(log_verdict), "%.*s", (int)(end - line), line);
}

static int log_print(enum libbpf_print_level level, const char *format, va_list args)
{
	char text[1 << 16];
	char name[64];

	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(text, sizeof(text), format, args);
	if (getenv("PROBETOP_DEBUG"))
		fputs(text, stderr);
	if (sscanf(text, "libbpf: prog '%63[^']'", name) == 1)
		memcpy(log_program, name, sizeof(log_program));
	verdict_keep(text);
	return 0;
}

void libbpf_log_install(void)
{
	libbpf_set_print(log_print);
}

void libbpf_log_clear(void)
{
	log_program[0] = log_verdict[0] = 0;
}

/* Who may not raise the limit has no room for maps then. */
static bool memory_is_limited(void)
{
	struct rlimit limit;

	return release_locks_maps() && !getrlimit(RLIMIT_MEMLOCK, &limit) &&
	       limit.rlim_cur != RLIM_INFINITY;
}

/* What to do about an error that is not the program's fault; NULL: nothing is known. */
static const char *error_hint(int error)
{
	if (error == -ENOMEM)
		return "too little memory, maybe by a limit of its control group; see --doctor";
	if (error == -EMFILE || error == -ENFILE)
		return "it needs some hundred: ulimit -n 1024";
	/* where no securityfs tells so before */
	if (strstr(log_verdict, "unknown func bpf_probe_read"))
		return "it may not read its memory: boot with lockdown=integrity, or without";
	if (error == -EPERM && memory_is_limited())
		return "before Linux 5.11 maps need CAP_SYS_RESOURCE, or ulimit -l unlimited";
	if (error == -EPERM && !log_verdict[0])
		return "a user namespace, a system call filter or a security module may keep bpf(2) away; "
		       "see --doctor";
	return NULL;
}

void libbpf_log_reason(char *buf, size_t size, int error)
{
	const char *what = log_program[0] ? log_program : "maps", *hint = error_hint(error);

	if (!hint && log_verdict[0])
		hint = log_verdict;
	/* which libbpf says whatever the reason; that the file is there has been looked at before */
	if (error == -ESRCH)
		snprintf(buf, size, "the kernel's types (/sys/kernel/btf/vmlinux) cannot be loaded: "
				    "too little memory, or they are damaged");
	else if (hint)
		snprintf(buf, size, "the kernel refused %s: %s (%s)", what, strerror(-error), hint);
	else
		snprintf(buf, size, "the kernel refused %s: %s", log_program[0] ? what : "object",
			 strerror(-error));
}

const struct btf *libbpf_vmlinux_btf(void)
{
	if (!vmlinux)
		vmlinux = btf__load_vmlinux_btf();
	return vmlinux;
}

void libbpf_vmlinux_btf_free(void)
{
	btf__free(vmlinux);
	vmlinux = NULL;
}
