/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether what --pid names are processes. */
#ifndef PROBETOP_PIDS_H
#define PROBETOP_PIDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A line for each id that is no process now, or the id of a thread: nothing may ever be counted for
 * them.  A process may still come, so it is no error. */
void pids_warn(FILE *out, const uint32_t *pids, size_t n);

#endif
