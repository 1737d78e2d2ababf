/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pidstat and top. */
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checklist_part.h"
#include "core/anonymise.h"
#include "core/format.h"
#include "core/mem.h"
#include "procfs.h"

#define ROWS_MAX 50

/* proc(5): the name is in parentheses and may hold any. */
static bool stat_parse(struct process *p, const char *text)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	unsigned long long user, system, major, start, vsize;
	long threads, rss;

	if (!open || !close || close < open)
		return false;
	snprintf(p->comm, sizeof(p->comm), "%.*s", (int)(close - open - 1), open + 1);
	p->pid = (uint32_t)strtoul(text, NULL, 10);
	if (sscanf(close + 1,
		   " %c %u %*d %*d %*d %*d %*u %*u %*u %llu %*u %llu %llu %*d %*d %*d %*d %ld %*d "
		   "%llu %llu %ld",
		   &p->state, &p->ppid, &major, &user, &system, &threads, &start, &vsize,
		   &rss) != 9)
		return false;
	p->user = user;
	p->system = system;
	p->major_faults = major;
	p->threads = (uint32_t)threads;
	p->start = start;
	p->vsize = vsize;
	p->rss_pages = (uint64_t)rss;
	return true;
}

static int by_pid(const void *a, const void *b)
{
	uint32_t x = ((const struct process *)a)->pid, y = ((const struct process *)b)->pid;

	return x < y ? -1 : x > y;
}

void processes_look(struct look *l)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	size_t cap = 0;

	while (dir && (entry = readdir(dir))) {
		CLEANUP(free_ptr) char *text = NULL;
		char path[300];

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		text = procfs_read(path);
		if (!text)
			continue; /* it has ended meanwhile */
		if (l->n_processes == cap)
			l->processes = xreallocarray(l->processes, cap = cap ? 2 * cap : 256,
						     sizeof(*l->processes));
		l->n_processes += stat_parse(&l->processes[l->n_processes], text);
	}
	if (dir)
		closedir(dir);
	if (l->n_processes)
		qsort(l->processes, l->n_processes, sizeof(*l->processes), by_pid);
}

struct busy {
	const struct process *now;
	double user, system, faults; /* percent of a CPU; per second */
};

static int by_cpu(const void *a, const void *b)
{
	const struct busy *x = a, *y = b;
	double more = (y->user + y->system) - (x->user + x->system);

	/* not known, as after no time at all, is no order */
	return more > 0 ? 1 : more < 0 ? -1 : by_pid(x->now, y->now);
}

/* All processes, the busiest first; a process that is new has all its time from now.  The caller
 * frees. */
static struct busy *processes_busy(const struct checklist *c)
{
	static const struct process none;
	double ticks = (double)sysconf(_SC_CLK_TCK) / 100;
	struct busy *busy = xcalloc(c->after.n_processes + 1, sizeof(*busy));

	for (size_t i = 0; i < c->after.n_processes; i++) {
		const struct process *now = &c->after.processes[i], *then = NULL;

		if (c->before.n_processes)
			then = bsearch(now, c->before.processes, c->before.n_processes,
				       sizeof(*now), by_pid);
		if (!then || then->start != now->start)
			then = &none;
		busy[i] = (struct busy){ .now = now,
					 .user = rate(c, then->user, now->user) / ticks,
					 .system = rate(c, then->system, now->system) / ticks,
					 .faults = rate(c, then->major_faults, now->major_faults) };
	}
	qsort(busy, c->after.n_processes, sizeof(*busy), by_cpu);
	return busy;
}

static void comm_write(const struct checklist *c, FILE *out, const struct process *p)
{
	char name[32], clean[128];
	bool kernel = p->pid == 2 || p->ppid == 2;

	if (c->anonymiser && !kernel)
		anonymiser_program(c->anonymiser, name, sizeof(name), p->comm);
	else
		snprintf(name, sizeof(name), "%s", p->comm);
	text_for_terminal(clean, sizeof(clean), name);
	fprintf(out, "%s\n", clean);
}

void pidstat_write(const struct checklist *c, FILE *out)
{
	CLEANUP(free_ptr) struct busy *busy = processes_busy(c);

	fprintf(out, "%7s %8s %8s %8s %10s  %s\n", "PID", "usr %", "sys %", "CPU %", "majflt/s",
		"command");
	for (size_t i = 0; i < c->after.n_processes && busy[i].user + busy[i].system > 0; i++) {
		fprintf(out, "%7u %8.1f %8.1f %8.1f %10.1f  ", busy[i].now->pid, busy[i].user,
			busy[i].system, busy[i].user + busy[i].system, busy[i].faults);
		comm_write(c, out, busy[i].now);
	}
}

void top_write(const struct checklist *c, FILE *out)
{
	CLEANUP(free_ptr) struct busy *busy = processes_busy(c);
	double page = (double)sysconf(_SC_PAGESIZE) / (1 << 20);
	size_t states[128] = { 0 };

	for (size_t i = 0; i < c->after.n_processes; i++)
		states[busy[i].now->state & 127]++;
	fprintf(out,
		"%zu processes: %zu running, %zu sleeping, %zu in uninterruptible sleep, %zu "
		"stopped, %zu zombies\n",
		c->after.n_processes, states['R'], states['S'] + states['I'], states['D'],
		states['T'] + states['t'], states['Z']);
	fprintf(out, "load average %s\n", c->after.files[LOOK_LOADAVG]);
	fprintf(out, "%7s %7s %5s %7s %10s %8s  %s\n", "PID", "PPID", "state", "threads", "RSS MiB",
		"CPU %", "command");
	for (size_t i = 0; i < c->after.n_processes && i < ROWS_MAX; i++) {
		const struct process *p = busy[i].now;

		fprintf(out, "%7u %7u %5c %7u %10.1f %8.1f  ", p->pid, p->ppid, p->state,
			p->threads, page * (double)p->rss_pages, busy[i].user + busy[i].system);
		comm_write(c, out, p);
	}
}
