/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Latencies of one interval: count, mean, percentiles, from the histograms in bpf/rec.h. */
#ifndef PROBETOP_LAT_H
#define PROBETOP_LAT_H

#include <stdint.h>

#include "bpf/rec.h"

/* Numbers that are not known: null in JSON, an empty cell on the screen. */
#define NA_U64 UINT64_MAX

struct lat {
	uint64_t count;
	uint64_t total_ns;
	uint64_t max_ns; /* at most 1/8 above the largest value; NA_U64 without values */
	/* from here on set by lat_finish */
	uint64_t avg_ns, p50_ns, p99_ns; /* NA_U64 without values */
	uint32_t n[LAT_BUCKETS];
	uint32_t blocks; /* bit i: n[16 i] to n[16 i + 15] may be more than 0; others are 0 */
};

/* What cur has more than prev; prev NULL: all of cur. */
void lat_delta(struct lat *ret, const struct lat_rec *prev, const struct lat_rec *cur);
void lat_add(struct lat *l, const struct lat *more);
void lat_finish(struct lat *l);
/* Quantile q in 0..1 by nearest rank; relative error at most 1/8; NA_U64 without values. */
uint64_t lat_quantile(const struct lat *l, double q);
/* Bounds of a bucket in ns: [low, high). */
uint64_t lat_bucket_low(uint32_t bucket);
uint64_t lat_bucket_high(uint32_t bucket);

#endif
