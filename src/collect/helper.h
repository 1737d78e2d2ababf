/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of the kernel that BPF programs may call. */
#ifndef PROBETOP_HELPER_H
#define PROBETOP_HELPER_H

#include <stdbool.h>

/* Does the running kernel have it (BPF_FUNC_...)?  Asked of its BTF; true when that does not say. */
bool kernel_has_helper(int helper);
/* And this one, by name?  False when its BTF does not say. */
bool kernel_has_function(const char *name);

#endif
