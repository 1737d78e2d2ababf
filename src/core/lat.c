/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lat.h"

#include <math.h>
#include <string.h>

uint64_t lat_bucket_low(uint32_t bucket)
{
	uint32_t log2;

	if (!bucket)
		return 0;
	log2 = LAT_MIN_LOG2 + (bucket - 1) / 4;
	return (4ull + (bucket - 1) % 4) << (log2 - 2);
}

uint64_t lat_bucket_high(uint32_t bucket)
{
	return bucket + 1 < LAT_BUCKETS ? lat_bucket_low(bucket + 1) : NA_U64;
}

/* The highest value that can be in the top bucket of this interval. */
static uint64_t lat_top(const struct lat *l, uint64_t max_ever)
{
	uint32_t top = LAT_BUCKETS;

	while (top && !l->n[top - 1])
		top--;
	if (!top)
		return NA_U64;
	/* where the largest value since the beginning is in this bucket it is the bound, and for
	 * the last bucket, which has no upper edge, the only one */
	if (lat_bucket(max_ever) == top - 1)
		return max_ever;
	return lat_bucket_high(top - 1) - 1;
}

/* A power of two, and one bucket more: compilers then do several at a time. */
#define LAT_EVEN (LAT_BUCKETS - 1)

static void buckets_subtract(uint32_t *restrict ret, const uint32_t *restrict prev,
			     const uint32_t *restrict cur)
{
	for (int i = 0; i < LAT_EVEN; i++)
		ret[i] = cur[i] - prev[i];
	ret[LAT_EVEN] = cur[LAT_EVEN] - prev[LAT_EVEN];
}

static uint64_t buckets_sum(const uint32_t *n)
{
	uint64_t sum = n[LAT_EVEN];

	for (int i = 0; i < LAT_EVEN; i++)
		sum += n[i];
	return sum;
}

void lat_delta(struct lat *ret, const struct lat_rec *prev, const struct lat_rec *cur)
{
	static const struct lat_rec none;

	if (!prev)
		prev = &none;
	ret->total_ns = cur->total_ns - prev->total_ns;
	buckets_subtract(ret->n, prev->n, cur->n);
	ret->count = buckets_sum(ret->n);
	ret->max_ns = lat_top(ret, cur->max_ns);
	/* one value alone is known exactly, and bounds its bucket */
	if (ret->count && ret->max_ns > ret->total_ns)
		ret->max_ns = ret->total_ns;
	ret->avg_ns = ret->p50_ns = ret->p99_ns = NA_U64;
}

void lat_add(struct lat *l, const struct lat *more)
{
	if (!more->count)
		return;
	if (!l->count || more->max_ns > l->max_ns)
		l->max_ns = more->max_ns;
	l->count += more->count;
	l->total_ns += more->total_ns;
	for (int i = 0; i < LAT_EVEN; i++)
		l->n[i] += more->n[i];
	l->n[LAT_EVEN] += more->n[LAT_EVEN];
}

uint64_t lat_quantile(const struct lat *l, double q)
{
	uint64_t rank, seen = 0;

	if (!l->count)
		return NA_U64;
	rank = (uint64_t)ceil(q * (double)l->count);
	if (!rank)
		rank = 1;
	for (uint32_t i = 0; i < LAT_BUCKETS; i++) {
		uint64_t low = lat_bucket_low(i), high = lat_bucket_high(i), mid;

		seen += l->n[i];
		if (seen < rank)
			continue;
		/* the value with the least worst relative error, 2 ab / (a + b): 1/9 */
		mid = high == NA_U64 ? l->max_ns :
		      low	     ? (uint64_t)(2.0 * low * high / (low + high)) :
				       high / 2;
		return mid < l->max_ns ? mid : l->max_ns;
	}
	return l->max_ns;
}

void lat_finish(struct lat *l)
{
	l->avg_ns = l->count ? l->total_ns / l->count : NA_U64;
	if (!l->count)
		l->max_ns = NA_U64;
	l->p50_ns = lat_quantile(l, 0.50);
	l->p99_ns = lat_quantile(l, 0.99);
}
