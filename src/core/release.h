/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's release: for what nothing else tells before it fails. */
#ifndef PROBETOP_RELEASE_H
#define PROBETOP_RELEASE_H

#include <stdbool.h>

/* Maps count as locked memory (RLIMIT_MEMLOCK): up to 5.10; later the control group is charged. */
bool release_locks_maps(void);

#endif
