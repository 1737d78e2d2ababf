/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks in ns, as the programs and the frames have them. */
#ifndef PROBETOP_CLOCK_H
#define PROBETOP_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Once, before the others: in a time namespace of its own, a process has clocks that are off by so much
 * from those of the kernel's programs. */
void clock_begin(void);
/* CLOCK_REALTIME, or the host's CLOCK_MONOTONIC or CLOCK_BOOTTIME. */
uint64_t clock_ns(clockid_t clock);
/* The host's CLOCK_BOOTTIME as files of /proc tell it here. */
uint64_t clock_boot_shown(uint64_t ns);

#endif
