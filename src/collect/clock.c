/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "clock.h"

#include <stdio.h>
#include <string.h>

/* of the time namespace that the process is in: never changes */
static int64_t monotonic_ns, boottime_ns;

void clock_begin(void)
{
	FILE *f = fopen("/proc/self/timens_offsets", "re");
	char name[32];
	long long s, ns;

	while (f && fscanf(f, "%31s %lld %lld", name, &s, &ns) == 3) {
		if (!strcmp(name, "monotonic"))
			monotonic_ns = s * 1000000000 + ns;
		else if (!strcmp(name, "boottime"))
			boottime_ns = s * 1000000000 + ns;
	}
	if (f)
		fclose(f);
}

uint64_t clock_ns(clockid_t clock)
{
	int64_t off = clock == CLOCK_MONOTONIC ? monotonic_ns : clock == CLOCK_BOOTTIME ? boottime_ns : 0;
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)((int64_t)t.tv_sec * 1000000000 + t.tv_nsec - off);
}

uint64_t clock_boot_shown(uint64_t ns)
{
	return ns + (uint64_t)boottime_ns;
}
