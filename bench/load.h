/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Load generators of the benchmark: an operation in a loop, timed in short slices. */
#ifndef PROBETOP_BENCH_LOAD_H
#define PROBETOP_BENCH_LOAD_H

#include <stdint.h>
#include <sys/types.h>

struct load {
	const char *name; /* as on the command line */
	void (*start)(void); /* may be NULL */
	void (*run)(unsigned n); /* the operation, n times */
	uint64_t (*clock_ns)(void); /* what to measure with, one of those below */
};

/* argv: NAME MILLISECONDS [wall | cpu].  Runs the load of that name for so long on the last CPU and prints
 * the median of its slices in ns per operation, by its own clock, that on the wall or CPU time of this
 * process.  Returns an exit status; loads end with a NULL name. */
int load_main(const struct load *loads, int argc, char **argv);

/*
 * CPU time, not wall time, where the CPU does all the work: what other programs do on a machine
 * that is not idle then costs a few cache misses, not whole time slices.
 */
uint64_t clock_self_ns(void); /* of this process */
uint64_t clock_pair_ns(void); /* and of the one that load_fork made */
uint64_t clock_children_ns(void); /* and of all children that were waited for */
uint64_t clock_wall_ns(void);

/* Runs serve in a child on the same CPU until this process ends. */
void load_fork(void (*serve)(void));

/* Prints what failed, with errno, and exits with status 1. */
void load_fail(const char *what) __attribute__((noreturn));

#endif
