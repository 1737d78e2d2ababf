/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine is and how it is set: kernel, CPUs, disks, mounts, limits of control groups,
 * sysctl, pressure. */
#ifndef PROBETOP_HOSTFACTS_H
#define PROBETOP_HOSTFACTS_H

#include <stdio.h>

struct anonymiser;

/* Name of the i-th part ("mounts"), NULL behind the last. */
const char *hostfacts_name(int i);
/* What the part says now, as text; what cannot be read says why in one line.  a NULL: names as they
 * are. */
void hostfacts_write(int i, struct anonymiser *a, FILE *out);

#endif
