/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libbpf_log.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* libbpf has one print function for the process, so what it prints into is one too */
static char log_program[64];
static char log_verdict[160];
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
	static char text[1 << 16];
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

/* Older kernels count maps as locked memory, and who may not raise the limit has no room for them. */
static bool memory_is_limited(void)
{
	struct rlimit limit;

	return !getrlimit(RLIMIT_MEMLOCK, &limit) && limit.rlim_cur != RLIM_INFINITY;
}

void libbpf_log_reason(char *buf, size_t size, int error)
{
	const char *what = log_program[0] ? log_program : "object";

	/* which libbpf says whatever the reason; that the file is there has been looked at before */
	if (error == -ESRCH)
		snprintf(buf, size, "the kernel's types (/sys/kernel/btf/vmlinux) cannot be loaded: "
				    "too little memory, or they are damaged");
	else if (error == -EPERM && !log_program[0] && memory_is_limited())
		snprintf(buf, size, "the kernel refused maps: before Linux 5.11 they need "
				    "CAP_SYS_RESOURCE, or ulimit -l unlimited");
	else if (log_verdict[0])
		snprintf(buf, size, "the kernel refused %s: %s (%s)", what, strerror(-error),
			 log_verdict);
	else
		snprintf(buf, size, "the kernel refused %s: %s", what, strerror(-error));
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
