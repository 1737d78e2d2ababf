/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBETOP_TRIAL_H
#define PROBETOP_TRIAL_H

#include <bpf/bpf.h>

/* Is a program of that type let onto a function of the kernel?  Tried with one that does nothing: 0, or
 * negative errno; -ENOENT: there is no such function. */
int function_trial(const char *function, enum bpf_attach_type type);

#endif
