/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/lat.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void rec_add(struct lat_rec *r, uint64_t ns)
{
	r->total_ns += ns;
	r->n[lat_bucket(ns)]++;
	if (ns > r->max_ns)
		r->max_ns = ns;
}

Test(lat, buckets_have_no_gaps)
{
	for (uint32_t b = 0; b + 1 < LAT_BUCKETS; b++) {
		cr_assert_eq(lat_bucket_high(b), lat_bucket_low(b + 1));
		cr_assert_eq(lat_bucket(lat_bucket_low(b)), b);
		cr_assert_eq(lat_bucket(lat_bucket_high(b) - 1), b);
	}
	cr_assert_eq(lat_bucket(UINT64_MAX), LAT_BUCKETS - 1);
}

Test(lat, every_value_is_read_back_within_an_eighth)
{
	for (uint64_t ns = LAT_MIN_NS; ns < lat_bucket_low(LAT_BUCKETS - 1); ns += 1 + ns / 37) {
		struct lat_rec r = { 0 };
		struct lat l;

		/* a larger value, so that the maximum does not give the answer away */
		rec_add(&r, ns);
		rec_add(&r, ns);
		rec_add(&r, ns);
		rec_add(&r, 1ull << 38);
		lat_delta(&l, NULL, &r);
		lat_finish(&l);
		cr_assert(llabs((long long)l.p50_ns - (long long)ns) <= (long long)(ns / 8 + 1),
			  "%lu read back as %lu", ns, l.p50_ns);
	}
}

Test(lat, delta_leaves_out_what_was_before)
{
	struct lat_rec before = { 0 }, now;
	struct lat l;

	rec_add(&before, 5000000);
	now = before;
	for (int i = 0; i < 10; i++)
		rec_add(&now, 1000);
	lat_delta(&l, &before, &now);
	lat_finish(&l);
	cr_assert_eq(l.count, 10);
	cr_assert_eq(l.avg_ns, 1000);
	cr_assert(l.max_ns >= 1000 && l.max_ns <= 1125, "the old maximum is not of this interval");
}

Test(lat, counters_wrap_at_32_bits)
{
	struct lat_rec before = { 0 }, now = { 0 };
	struct lat l;

	before.n[40] = UINT32_MAX - 1;
	now.n[40] = 3;
	lat_delta(&l, &before, &now);
	cr_assert_eq(l.count, 5);
}

Test(lat, nothing_is_not_known)
{
	const struct lat_rec none = { 0 };
	struct lat l;

	lat_delta(&l, NULL, &none);
	lat_finish(&l);
	cr_assert_eq(l.count, 0);
	cr_assert_eq(l.avg_ns, NA_U64);
	cr_assert_eq(l.p50_ns, NA_U64);
	cr_assert_eq(l.p99_ns, NA_U64);
	cr_assert_eq(l.max_ns, NA_U64);
}

Test(lat, quantiles_by_nearest_rank)
{
	struct lat_rec r = { 0 };
	struct lat l;

	for (int i = 0; i < 98; i++)
		rec_add(&r, 1000);
	rec_add(&r, 1000000);
	rec_add(&r, 9000000);
	lat_delta(&l, NULL, &r);
	lat_finish(&l);
	cr_assert(l.p50_ns >= 875 && l.p50_ns <= 1125);
	cr_assert(l.p99_ns >= 875000 && l.p99_ns <= 1125000, "p99 is the 99th of 100");
	cr_assert_eq(l.max_ns, 9000000);
}

Test(lat, merge_is_as_if_counted_together)
{
	struct lat_rec a = { 0 }, b = { 0 }, both = { 0 };
	struct lat la, lb, lboth;

	for (uint64_t ns = 10; ns < 1000000; ns *= 2) {
		rec_add(&a, ns);
		rec_add(&b, 3 * ns);
		rec_add(&both, ns);
		rec_add(&both, 3 * ns);
	}
	lat_delta(&la, NULL, &a);
	lat_delta(&lb, NULL, &b);
	lat_delta(&lboth, NULL, &both);
	lat_add(&la, &lb);
	lat_finish(&la);
	lat_finish(&lboth);
	cr_assert_eq(la.count, lboth.count);
	cr_assert_eq(la.avg_ns, lboth.avg_ns);
	cr_assert_eq(la.p99_ns, lboth.p99_ns);
	cr_assert_eq(la.max_ns, lboth.max_ns);
}

Test(lat, merging_nothing_changes_nothing)
{
	const struct lat_rec none = { 0 };
	struct lat_rec r = { 0 };
	struct lat l, empty;

	rec_add(&r, 4711);
	lat_delta(&l, NULL, &r);
	lat_delta(&empty, NULL, &none);
	lat_add(&l, &empty);
	cr_assert_eq(l.max_ns, 4711);
	lat_add(&empty, &l);
	cr_assert_eq(empty.max_ns, 4711);
	cr_assert_eq(empty.count, 1);
}

/* The value of a rank, by going over all buckets. */
static uint32_t bucket_of_rank(const struct lat *l, uint64_t rank)
{
	uint64_t seen = 0;
	uint32_t i = 0;

	while (i < LAT_BUCKETS && (seen += l->n[i]) < rank)
		i++;
	return i;
}

/* Each bucket alone, and with each other: what is passed by for being empty is. */
Test(lat, every_bucket_is_counted)
{
	for (uint32_t a = 0; a < LAT_BUCKETS; a++) {
		for (uint32_t b = 0; b < LAT_BUCKETS; b++) {
			struct lat_rec ra = { .total_ns = 1ull << 50, .max_ns = 1ull << 38 }, rb = ra;
			struct lat la, lb;
			uint32_t top = a > b ? a : b;

			ra.n[a] += 2;
			rb.n[b] += 3;
			memset(&la, 0xff, sizeof(la));
			memset(&lb, 0xff, sizeof(lb));
			lat_delta(&la, NULL, &ra);
			lat_delta(&lb, NULL, &rb);
			lat_add(&la, &lb);
			cr_assert_eq(la.count, 5);
			cr_assert_eq(la.n[a], a == b ? 5 : 2);
			cr_assert_eq(la.n[b], a == b ? 5 : 3);
			cr_assert_eq(bucket_of_rank(&la, 5), top);
			cr_assert(lat_quantile(&la, 1) >= lat_bucket_low(top), "%u and %u", a, b);
			cr_assert(lat_quantile(&la, 0.01) < lat_bucket_high(a < b ? a : b), "%u and %u",
				  a, b);
		}
	}
}
