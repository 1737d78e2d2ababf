/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBETOP_TRIAL_H
#define PROBETOP_TRIAL_H

#include <bpf/bpf.h>
#include <stdbool.h>

/* Is a program of that type let onto a function of the kernel?  Tried with one that does nothing: 0, or
 * negative errno; -ENOENT: there is no such function. */
int function_trial(const char *function, enum bpf_attach_type type);
/* May a thread lose its CPU while a program runs on a typed tracepoint that it has come to?  Tried with a
 * program that reads the kernel's count of who holds on to the CPU, and a system call.  False, too, where
 * that cannot be read: the count is per CPU on x86 alone. */
bool typed_loses_cpu(void);

#endif
