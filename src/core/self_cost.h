/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What probetop itself takes, from the stream SELF. */
#ifndef PROBETOP_SELF_COST_H
#define PROBETOP_SELF_COST_H

#include "sample.h"

/* Of all CPUs, in percent, in the interval from prev (NULL: none) to cur; NaN: not known. */
struct self_cost {
	double user; /* the process, its system calls included */
	double kernel; /* programs in the contexts of others */
};

/* Runs of a program in the interval, and the CPU time of them, dispatch included: what the windows
 * of the interval had, for the whole of it.  NaN where there was no window. */
double self_runs(const struct self_rec *prev, const struct self_rec *cur, double interval_ns);
double self_run_ns(const struct self_rec *prev, const struct self_rec *cur, double interval_ns);

struct self_cost self_cost(const struct frame *prev, const struct frame *cur);
/* Share of all CPUs that the programs may take, in percent; 0: no bound. */
double self_budget(const struct frame *f);
/* Of what the streams `of` (STREAM_x bits) count in the interval before the frame, one in so many was
 * counted and stands for that many; 1: all. */
uint32_t self_sample(const struct frame *f, uint32_t of);
/* The streams that are not counted at all in this frame, as they took too much. */
uint32_t self_off(const struct frame *f);
/* "sys ~1/16, block off": what takes less than it could; empty: nothing. */
void self_state_text(char *buf, size_t size, const struct frame *f);
/* One line for each object that the streams `of` come from and that counts less than it could; *at begins
 * with 0.  False: there is none (any more). */
bool self_note(char *buf, size_t size, const struct frame *f, uint32_t of, size_t *at);
/* CPUs online; 0: not known. */
uint32_t self_cpus(const struct frame *f);

#endif
