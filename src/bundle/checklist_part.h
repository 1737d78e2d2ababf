/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the checklist work on. */
#ifndef PROBETOP_CHECKLIST_PART_H
#define PROBETOP_CHECKLIST_PART_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "checklist.h"

enum look_file {
	LOOK_UPTIME,
	LOOK_LOADAVG,
	LOOK_STAT,
	LOOK_VMSTAT,
	LOOK_MEMINFO,
	LOOK_DISKSTATS,
	LOOK_NET_DEV,
	LOOK_SNMP,
	LOOK_NETSTAT,
	LOOK_FILES,
};

/* From /proc/PID/stat; times in clock ticks. */
struct process {
	uint32_t pid, ppid, threads;
	char comm[20], state;
	uint64_t user, system, start, rss_pages, vsize, major_faults;
};

struct look {
	char *files[LOOK_FILES];   /* NULL: cannot be read */
	struct process *processes; /* by pid */
	size_t n_processes;
};

struct checklist {
	struct anonymiser *anonymiser;
	struct look before, after;
	int looks;
	double interval_s; /* between the two */
};

void processes_look(struct look *l);

/* Each writes one part; what it needs is there. */
void vmstat_write(const struct checklist *c, FILE *out);
void mpstat_write(const struct checklist *c, FILE *out);
void pidstat_write(const struct checklist *c, FILE *out);
void iostat_write(const struct checklist *c, FILE *out);
void net_dev_write(const struct checklist *c, FILE *out);
void tcp_write(const struct checklist *c, FILE *out);
void top_write(const struct checklist *c, FILE *out);

/* Growth of a counter per second; NaN where one of the two is not known or it went backwards. */
static inline double rate(const struct checklist *c, uint64_t before, uint64_t after)
{
	if (before == UINT64_MAX || after == UINT64_MAX || after < before || !(c->interval_s > 0))
		return NAN;
	return (double)(after - before) / c->interval_s;
}

#endif
