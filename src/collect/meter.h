/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs of programs and their time, counted by the kernel while it is told to: for a twentieth of each
 * second (or of the interval between two frames, when that is shorter), at a random moment.  Where it
 * does so for CAP_SYS_ADMIN alone, the programs count and time themselves (own_meter.h).
 */
#ifndef PROBETOP_METER_H
#define PROBETOP_METER_H

#include "calibrate.h"
#include "family.h"

#define METER_OBJECTS 16

struct meter_program {
	int fd; /* borrowed; -1: not attached */
	const struct probe *probe;
	uint64_t runs, run_ns, window_ns; /* cumulative */
	uint64_t last_runs, last_run_ns, last_ns; /* in the last window */
	uint64_t from_runs, from_run_ns, from_ns; /* as the window began */
};

struct meter;
/* Before programs that are to be measured are attached.  0 or negative errno: nothing is measured. */
int meter_open(struct meter **ret);
/* Objects are to be loaded with own_timed: a row for each, and no windows. */
bool meter_is_own(const struct meter *m);
void meter_close(struct meter *m);
int meter_fd(const struct meter *m); /* readable: meter_tick */
/* Object i is there now, or has gone (NULL).  Its sums go on when it comes back. */
void meter_watch(struct meter *m, size_t i, const struct family_object *o);
const struct meter_program *meter_programs(const struct meter *m, size_t i, size_t *ret_n);
/* 1: a window has ended; 0: none has; negative errno: there will be no more. */
int meter_tick(struct meter *m);
/* A frame is taken: its interval should have a window of its own.  True: one has ended. */
bool meter_frame(struct meter *m, uint64_t now_ns);
/* What comes to each run of it. */
uint32_t meter_dispatch_ns(const struct meter_program *p, const struct dispatch *d);
/* CPU time of the programs of object i in the last window as a share of one CPU, and their runs per
 * second; NaN: not known. */
double meter_share(const struct meter *m, size_t i, const struct dispatch *d);
double meter_runs(const struct meter *m, size_t i);

#endif
