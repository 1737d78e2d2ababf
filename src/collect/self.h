/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What probetop takes: measured, told in the stream SELF, and held against the budget. */
#ifndef PROBETOP_COLLECT_SELF_H
#define PROBETOP_COLLECT_SELF_H

#include "family.h"
#include "governor.h"

struct self;

/* What is told of an object besides its programs. */
struct self_object {
	const char *name;
	uint32_t streams, partly; /* STREAM_x bits, see struct self_rec */
	enum governor_stage stage; /* that it is in */
	uint32_t sample_n; /* the most in the interval */
	uint64_t changed_ns; /* CLOCK_REALTIME of the stage; 0: never */
	uint64_t map_bytes; /* 0: not known */
	uint64_t lost; /* cumulative */
};

/* budget: share of all CPUs, 0: none; classic: there will be classic tracepoints.  Takes some ms, for the
 * calibration, before probes are attached.  Never fails: what is not measured is said in the stream. */
struct self *self_new(double budget, bool classic);
void self_free(struct self *s);
/* Family i may count a sample only. */
void self_may_sample(struct self *s, size_t i);
/* Programs are to time themselves: family_context.own_timed. */
bool self_is_own(const struct self *s);
int self_fd(const struct self *s); /* readable: self_tick; -1: there is nothing to wait for */
/* Object i is there now, or has gone (NULL). */
void self_watch(struct self *s, size_t i, const struct family_object *o);
/* Measures, when it is time; the governor may change its mind. */
void self_tick(struct self *s);
/* A frame is being made: the first rows of the stream, of the process and the programs. */
void self_read(struct self *s, struct frame *f);
void self_object_add(const struct self *s, struct frame *f, size_t i, const struct self_object *o);
/* What family i is to be. */
enum governor_stage self_wants(const struct self *s, size_t i);
/* It could not be brought back. */
void self_stays_off(struct self *s, size_t i);

#endif
