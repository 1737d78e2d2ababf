/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libbpf's messages: kept, so that one line can say why a program was refused. */
#ifndef PROBETOP_LIBBPF_LOG_H
#define PROBETOP_LIBBPF_LOG_H

#include <stddef.h>

struct btf;

void libbpf_log_install(void); /* once, before anything else of libbpf */
void libbpf_log_clear(void);
/* One line from the errno of a failed load and the last messages: program and reason. */
void libbpf_log_reason(char *buf, size_t size, int error);
/* BTF of the running kernel, loaded once; NULL: it has none. */
const struct btf *libbpf_vmlinux_btf(void);
/* Forgets the BTF (some MB), once everything is loaded. */
void libbpf_vmlinux_btf_free(void);

#endif
