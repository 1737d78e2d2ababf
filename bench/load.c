/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define SLICE_NS 4000000
#define SLICES_MAX 4096

static clockid_t pair_clock;

void load_fail(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t clock_read_ns(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t))
		load_fail("clock_gettime");
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t clock_wall_ns(void)
{
	return clock_read_ns(CLOCK_MONOTONIC);
}

uint64_t clock_self_ns(void)
{
	return clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t clock_pair_ns(void)
{
	return clock_self_ns() + clock_read_ns(pair_clock);
}

static uint64_t timeval_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_usec * 1000;
}

uint64_t clock_children_ns(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return clock_self_ns() + timeval_ns(u.ru_utime) + timeval_ns(u.ru_stime);
}

void load_fork(void (*serve)(void))
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		load_fail("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			serve();
		_exit(0);
	}
	if ((errno = clock_getcpuclockid(pid, &pair_clock)))
		load_fail("clock_getcpuclockid");
}

static void pin_to_last_cpu(void)
{
	cpu_set_t all, one;
	int last = -1;

	if (sched_getaffinity(0, sizeof(all), &all))
		load_fail("sched_getaffinity");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &all))
			last = cpu;
	CPU_ZERO(&one);
	CPU_SET(last, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		load_fail("sched_setaffinity");
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double slice(const struct load *l, unsigned n)
{
	uint64_t since = l->clock_ns();

	l->run(n);
	return (double)(l->clock_ns() - since) / n;
}

/* How many operations fill a slice; the first of them are also the warm-up. */
static unsigned slice_size(const struct load *l)
{
	for (unsigned n = 1;; n *= 2) {
		uint64_t since = clock_wall_ns();

		l->run(n);
		if (clock_wall_ns() - since > SLICE_NS / 2)
			return n;
	}
}

static double measure(const struct load *l, uint64_t ns)
{
	static double slices[SLICES_MAX];
	unsigned n = slice_size(l), count = 0;
	uint64_t end = clock_wall_ns() + ns;

	do {
		slices[count++] = slice(l, n);
	} while (count < SLICES_MAX && clock_wall_ns() < end);
	qsort(slices, count, sizeof(*slices), compare);
	return slices[count / 2];
}

int load_main(const struct load *loads, int argc, char **argv)
{
	bool wall = argc == 4 && !strcmp(argv[3], "wall"), cpu = argc == 4 && !strcmp(argv[3], "cpu");
	const struct load *l = loads;
	struct load taken;

	while ((argc == 3 || wall || cpu) && l->name && strcmp(l->name, argv[1]))
		l++;
	if ((argc != 3 && !wall && !cpu) || !l->name) {
		fprintf(stderr, "usage: %s LOAD MILLISECONDS [wall | cpu]; loads:", argv[0]);
		for (l = loads; l->name; l++)
			fprintf(stderr, " %s", l->name);
		fprintf(stderr, "\n");
		return 2;
	}
	pin_to_last_cpu();
	if (l->start)
		l->start();
	taken = *l;
	if (wall)
		taken.clock_ns = clock_wall_ns;
	else if (cpu)
		taken.clock_ns = clock_self_ns;
	printf("%.2f\n", measure(&taken, strtoull(argv[2], NULL, 10) * 1000000));
	return 0;
}
