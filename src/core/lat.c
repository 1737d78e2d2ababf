/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lat.h"

#include <math.h>
#include <stdbool.h>

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

/* The buckets of a block: most latencies of one kind are in few blocks, the others are passed by. */
#define LAT_BLOCK 16
#define LAT_BLOCKS ((LAT_BUCKETS - 1) / LAT_BLOCK) /* whole ones; behind them there is one bucket more */

_Static_assert(LAT_BLOCKS * LAT_BLOCK == LAT_BUCKETS - 1, "one bucket is left");

/* The number of the first block whose bit is set in blocks, which is not 0; that bit is taken away. */
static int block_next(uint32_t *blocks)
{
	int i = __builtin_ctz(*blocks);

	*blocks &= *blocks - 1;
	return i;
}

/* Bucket numbers of a block: [i * LAT_BLOCK, block_end(i)). */
static int block_end(int i)
{
	return i < LAT_BLOCKS ? (i + 1) * LAT_BLOCK : LAT_BUCKETS;
}

/* The highest value that can be in the top bucket of this interval. */
static uint64_t lat_top(const struct lat *l, uint64_t max_ever)
{
	uint32_t top;

	if (!l->blocks)
		return NA_U64;
	top = (uint32_t)block_end(31 - __builtin_clz(l->blocks));
	while (!l->n[top - 1])
		top--;
	/* where the largest value since the beginning is in this bucket it is the bound, and for
	 * the last bucket, which has no upper edge, the only one */
	if (lat_bucket(max_ever) == top - 1)
		return max_ever;
	return lat_bucket_high(top - 1) - 1;
}

/* Says whether anything is in it; the length is known to the compiler, which does several at a time. */
static bool block_subtract(uint32_t *restrict ret, const uint32_t *restrict prev,
			   const uint32_t *restrict cur)
{
	uint32_t any = 0;

	for (int i = 0; i < LAT_BLOCK; i++) {
		ret[i] = cur[i] - prev[i];
		any |= ret[i];
	}
	return any;
}

static uint64_t block_sum(const uint32_t *n)
{
	uint64_t sum = 0;

	for (int i = 0; i < LAT_BLOCK; i++)
		sum += n[i];
	return sum;
}

static void buckets_delta(struct lat *ret, const uint32_t *prev, const uint32_t *cur)
{
	const int last = LAT_BUCKETS - 1;

	ret->count = ret->n[last] = cur[last] - prev[last];
	ret->blocks = (uint32_t)(ret->count != 0) << LAT_BLOCKS;
	for (int i = 0; i < LAT_BLOCKS; i++) {
		int at = i * LAT_BLOCK;

		if (!block_subtract(ret->n + at, prev + at, cur + at))
			continue;
		ret->count += block_sum(ret->n + at);
		ret->blocks |= 1u << i;
	}
}

void lat_delta(struct lat *ret, const struct lat_rec *prev, const struct lat_rec *cur)
{
	static const struct lat_rec none;

	if (!prev)
		prev = &none;
	ret->total_ns = cur->total_ns - prev->total_ns;
	buckets_delta(ret, prev->n, cur->n);
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
	l->blocks |= more->blocks;
	for (uint32_t blocks = more->blocks; blocks;) {
		int i = block_next(&blocks);

		for (int at = i * LAT_BLOCK; at < block_end(i); at++)
			l->n[at] += more->n[at];
	}
}

/* The bucket of the value of this rank; LAT_BUCKETS: there are not so many. */
static uint32_t rank_bucket(const struct lat *l, uint64_t rank)
{
	uint64_t seen = 0;

	for (uint32_t blocks = l->blocks; blocks;) {
		int i = block_next(&blocks);

		for (int at = i * LAT_BLOCK; at < block_end(i); at++) {
			seen += l->n[at];
			if (seen >= rank)
				return (uint32_t)at;
		}
	}
	return LAT_BUCKETS;
}

uint64_t lat_quantile(const struct lat *l, double q)
{
	uint64_t rank, low, high, mid;
	uint32_t i;

	if (!l->count)
		return NA_U64;
	rank = (uint64_t)ceil(q * (double)l->count);
	i = rank_bucket(l, rank ? rank : 1);
	if (i == LAT_BUCKETS)
		return l->max_ns;
	low = lat_bucket_low(i);
	high = lat_bucket_high(i);
	/* the value with the least worst relative error, 2 ab / (a + b): 1/9 */
	mid = high == NA_U64 ? l->max_ns :
	      low	     ? (uint64_t)(2.0 * low * high / (low + high)) :
			       high / 2;
	return mid < l->max_ns ? mid : l->max_ns;
}

void lat_finish(struct lat *l)
{
	l->avg_ns = l->count ? l->total_ns / l->count : NA_U64;
	if (!l->count)
		l->max_ns = NA_U64;
	l->p50_ns = lat_quantile(l, 0.50);
	l->p99_ns = lat_quantile(l, 0.99);
}
