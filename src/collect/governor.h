/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps what the programs take below a budget: decides which family of probes counts a sample only,
 * which one goes, and when it may come back.  No clock, no kernel: costs in, decisions out.
 */
#ifndef PROBETOP_GOVERNOR_H
#define PROBETOP_GOVERNOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GOVERNOR_FAMILIES 16
#define GOVERNOR_OVER 3 /* measurements in a row over budget before one takes a step down ... */
#define GOVERNOR_OVER_NS 3000000000ull /* ... and for how long it was at least */
/* For how long there must be room before it takes a step up: doubled when it soon goes down again. */
#define GOVERNOR_HOLD_SAMPLED_NS 10000000000ull
#define GOVERNOR_HOLD_OFF_NS 30000000000ull
#define GOVERNOR_HOLD_MAX_NS 1920000000000ull

/* Down is up in number. */
enum governor_stage { GOVERNOR_ALL, GOVERNOR_SAMPLED, GOVERNOR_OFF, GOVERNOR_STAGES };

struct governor_family {
	bool may_go, may_sample;
	enum governor_stage stage;
	uint64_t since_ns; /* of the last change; 0: there was none */
	uint64_t hold_ns[GOVERNOR_STAGES];
	uint64_t left_ns[GOVERNOR_STAGES]; /* when it last stepped up from there; 0: never */
	uint64_t room_ns; /* there is room for a step up since then; 0: there is none */
	double cost; /* mean in the measurements that made it step down */
	double run_cost; /* of a run a second, when all were counted */
	double sum, runs; /* of the measurements over budget */
};

/* What a family took in a measurement: its share of all CPUs (0 to 1), and runs per second, those that
 * were not counted included.  NaN: not known. */
struct governor_cost {
	double share, runs;
};

struct governor {
	double budget; /* share of all CPUs; 0: none */
	size_t n;
	unsigned over; /* measurements in a row */
	uint64_t over_since_ns;
	struct governor_family f[GOVERNOR_FAMILIES];
};

void governor_init(struct governor *g, double budget, size_t n);
/* Takes one measurement, costs[n].  The family that is to change its stage, as f[i].stage now says, or
 * -1. */
int governor_step(struct governor *g, uint64_t now_ns, const struct governor_cost *costs);
/* Nothing is measured any more: all are to count everything again. */
void governor_release(struct governor *g);

#endif
