/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What it takes to come from a hook to a program: bpf_prog_info leaves it out. */
#ifndef PROBETOP_CALIBRATE_H
#define PROBETOP_CALIBRATE_H

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdint.h>

struct dispatch {
	uint32_t ns; /* to be added to the run_time_ns of a run */
	uint32_t classic_ns; /* the same at a classic tracepoint */
	uint32_t error_ns; /* how far off that may be */
	uint32_t stats_ns; /* what a run takes longer while the kernel measures it */
};

/* Takes a few ms, and as many again for classic tracepoints.  0 or negative errno; -EPERM: the kernel does
 * not measure for us, and ns has in it what an empty run takes. */
int dispatch_calibrate(struct dispatch *ret, bool classic);
/* That of a program, by its section. */
uint32_t dispatch_ns(const struct dispatch *d, const struct bpf_program *p);

#endif
