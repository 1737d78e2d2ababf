/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmstat and mpstat. */
#include <string.h>
#include <unistd.h>

#include "checklist_part.h"
#include "procfs.h"

enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, CPU_TIMES };

static const char *const time_names[CPU_TIMES] = { "usr",    "nice", "sys",  "idle",
						   "iowait", "irq",  "soft", "steal" };

/* The line of a CPU ("cpu " is all of them); times in clock ticks.  False: there is none. */
static bool cpu_times(const char *stat, const char *name, uint64_t *ret)
{
	size_t len = strlen(name);

	memset(ret, 0, CPU_TIMES * sizeof(*ret));
	for (const char *at = stat; *at; at = procfs_next_line(at)) {
		if (strncmp(at, name, len) || at[len] != ' ')
			continue;
		at += len;
		return procfs_line_numbers(&at, ret, CPU_TIMES) >= 4;
	}
	return false;
}

static void times_write(FILE *out, const char *name, const uint64_t *before, const uint64_t *after)
{
	double sum = 0, part[CPU_TIMES];

	for (int i = 0; i < CPU_TIMES; i++)
		sum += part[i] = after[i] > before[i] ? (double)(after[i] - before[i]) : 0;
	fprintf(out, "%-8s", name);
	for (int i = 0; i < CPU_TIMES; i++)
		fprintf(out, " %7.1f", sum > 0 ? 100 * part[i] / sum : 0);
	fputc('\n', out);
}

void mpstat_write(const struct checklist *c, FILE *out)
{
	const char *before = c->before.files[LOOK_STAT], *after = c->after.files[LOOK_STAT];
	uint64_t from[CPU_TIMES], to[CPU_TIMES];

	fprintf(out, "percent of %.1f s\n%-8s", c->interval_s, "CPU");
	for (int i = 0; i < CPU_TIMES; i++)
		fprintf(out, " %7s", time_names[i]);
	fputc('\n', out);
	for (const char *at = after; !strncmp(at, "cpu", 3); at = procfs_next_line(at)) {
		char name[16];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, " "), at);
		/* a CPU that came meanwhile has nothing to compare with */
		if (cpu_times(before, name, from) && cpu_times(after, name, to))
			times_write(out, strcmp(name, "cpu") ? name + 3 : "all", from, to);
	}
}

static void rate_write(const struct checklist *c, FILE *out, const char *label, const char *name,
		       enum look_file file, double scale)
{
	double v = scale * rate(c, procfs_number(c->before.files[file], name),
				procfs_number(c->after.files[file], name));

	if (!isnan(v))
		fprintf(out, "%-36s %12.1f /s\n", label, v);
}

static void now_write(const struct checklist *c, FILE *out, const char *label, const char *name)
{
	uint64_t n = procfs_number(c->after.files[LOOK_STAT], name);

	if (n != UINT64_MAX)
		fprintf(out, "%-36s %12llu\n", label, (unsigned long long)n);
}

void vmstat_write(const struct checklist *c, FILE *out)
{
	double page = (double)sysconf(_SC_PAGESIZE) / 1024;

	now_write(c, out, "threads running or runnable", "procs_running");
	now_write(c, out, "threads blocked by I/O", "procs_blocked");
	rate_write(c, out, "context switches", "ctxt", LOOK_STAT, 1);
	rate_write(c, out, "interrupts", "intr", LOOK_STAT, 1);
	rate_write(c, out, "new threads", "processes", LOOK_STAT, 1);
	rate_write(c, out, "swapped in, KiB", "pswpin", LOOK_VMSTAT, page);
	rate_write(c, out, "swapped out, KiB", "pswpout", LOOK_VMSTAT, page);
	rate_write(c, out, "paged in, KiB", "pgpgin", LOOK_VMSTAT, 1);
	rate_write(c, out, "paged out, KiB", "pgpgout", LOOK_VMSTAT, 1);
	rate_write(c, out, "page faults", "pgfault", LOOK_VMSTAT, 1);
	rate_write(c, out, "major page faults", "pgmajfault", LOOK_VMSTAT, 1);
	rate_write(c, out, "pages scanned directly", "pgscan_direct", LOOK_VMSTAT, 1);
	rate_write(c, out, "pages scanned by kswapd", "pgscan_kswapd", LOOK_VMSTAT, 1);
	rate_write(c, out, "stalls for lack of memory", "allocstall_normal", LOOK_VMSTAT, 1);
	rate_write(c, out, "processes killed for lack of memory", "oom_kill", LOOK_VMSTAT, 1);
	fputs("\nCPU time\n", out);
	mpstat_write(c, out);
}
