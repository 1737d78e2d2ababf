/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the running kernel has, asked of its BTF. */
#ifndef PROBETOP_HELPER_H
#define PROBETOP_HELPER_H

#include <stdbool.h>

/* A function for BPF programs (BPF_FUNC_...); true when the BTF does not say. */
bool kernel_has_helper(int helper);
bool kernel_has_function(const char *name);
bool kernel_has_tracepoint(const char *name);
/* How many arguments; -1: there is none of that name. */
int function_args(const char *name);
int tracepoint_args(const char *name);

#endif
