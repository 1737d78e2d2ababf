/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The governor of what probes take: costs over time in, decisions out. */
#include <criterion/criterion.h>
#include <math.h>

#include "collect/governor.h"

#define S 1000000000ull

/* Only SYS counts what can be sampled; a quarter of its cost is left then. */
enum { IDENTITY, SCHED, SYS, BLOCK, N };
#define LEFT 0.25
#define RUN 1e-7 /* of all CPUs, by a run a second of SYS */

static struct governor g;
static uint64_t now;

static void begin(double budget)
{
	governor_init(&g, budget, N);
	for (int i = SCHED; i < N; i++)
		g.f[i].may_go = true;
	g.f[SYS].may_sample = true;
	now = 1000 * S;
}

static int measure(const double *shares)
{
	struct governor_cost costs[N];

	for (int i = 0; i < N; i++) {
		costs[i] = (struct governor_cost){ .share = shares[i], .runs = shares[i] / RUN };
		if (g.f[i].stage == GOVERNOR_SAMPLED)
			costs[i].share *= LEFT;
		if (g.f[i].stage == GOVERNOR_OFF)
			costs[i] = (struct governor_cost){ NAN, NAN };
	}
	return governor_step(&g, now, costs);
}

/* One measurement, a second after the one before, of what all would take.  Who changes, or -1. */
static int second(double sched, double sys, double block)
{
	const double shares[N] = { 0.001, sched, sys, block };

	now += S;
	return measure(shares);
}

/* The same for up to n seconds; how many went by before something changed: n, when nothing did. */
static int seconds(int n, double sched, double sys, double block)
{
	for (int i = 0; i < n; i++)
		if (second(sched, sys, block) >= 0)
			return i;
	return n;
}

Test(governor, below_the_budget_nothing_happens)
{
	begin(0.05);
	cr_assert_eq(seconds(1000, 0.01, 0.03, 0.005), 1000);
}

Test(governor, without_a_budget_nothing_happens)
{
	begin(0);
	cr_assert_eq(seconds(1000, 0.5, 0.5, 0.5), 1000);
}

Test(governor, the_dearest_is_sampled_first_and_that_may_be_enough)
{
	begin(0.05);
	cr_assert_eq(seconds(10, 0.01, 0.08, 0.005), 3);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_SAMPLED);
	cr_assert_float_eq(g.f[SYS].cost, 0.08, 1e-9);
	cr_assert_eq(seconds(1000, 0.01, 0.08, 0.005), 1000);
}

Test(governor, what_sampling_does_not_mend_goes)
{
	begin(0.05);
	cr_assert_eq(seconds(10, 0.01, 0.4, 0.005), 3);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_SAMPLED);
	cr_assert_eq(seconds(10, 0.01, 0.4, 0.005), 3);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_OFF);
	cr_assert_float_eq(g.f[SYS].cost, 0.1, 1e-9);
	cr_assert_eq(g.f[SCHED].stage, GOVERNOR_ALL);
}

Test(governor, who_cannot_be_sampled_goes_at_once)
{
	begin(0.05);
	cr_assert_eq(seconds(10, 0.06, 0.01, 0), 3);
	cr_assert_eq(g.f[SCHED].stage, GOVERNOR_OFF);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_ALL);
}

Test(governor, a_short_burst_is_let_pass)
{
	begin(0.05);
	for (int i = 0; i < 100; i++) {
		cr_assert_eq(seconds(3, 0.01, 0.9, 0), 3);
		cr_assert_lt(second(0.01, 0.01, 0), 0);
	}
}

Test(governor, many_measurements_in_a_short_time_are_not_enough)
{
	const double shares[N] = { 0, 0, 0.5, 0 };

	begin(0.05);
	for (int i = 0; i < 30; i++, now += S / 10)
		cr_assert_lt(measure(shares), 0, "%d", i);
	cr_assert_eq(measure(shares), SYS);
}

Test(governor, few_measurements_in_a_long_time_are_not_enough)
{
	const double shares[N] = { 0, 0, 0.5, 0 };

	begin(0.05);
	for (int i = 0; i < 2; i++, now += 100 * S)
		cr_assert_lt(measure(shares), 0);
	cr_assert_eq(measure(shares), SYS);
}

Test(governor, one_after_the_other_until_it_is_enough)
{
	begin(0.02);
	cr_assert_eq(seconds(10, 0.03, 0.04, 0.001), 3);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_SAMPLED);
	cr_assert_eq(seconds(10, 0.03, 0.04, 0.001), 3);
	cr_assert_eq(g.f[SCHED].stage, GOVERNOR_OFF);
	cr_assert_eq(seconds(20, 0.03, 0.04, 0.001), 20);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_SAMPLED);
	cr_assert_eq(g.f[BLOCK].stage, GOVERNOR_ALL);
}

Test(governor, identity_stays_whatever_it_takes)
{
	const double shares[N] = { 0.5, 0, 0, 0 };

	begin(0.05);
	for (int i = 0; i < 100; i++, now += S)
		cr_assert_lt(measure(shares), 0);
}

Test(governor, counts_all_again_when_all_would_fit)
{
	begin(0.05);
	seconds(10, 0.01, 0.08, 0);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_SAMPLED);
	/* sampled it takes little; whole it would be more than half of the budget */
	cr_assert_eq(seconds(1000, 0.01, 0.02, 0), 1000);
	cr_assert_eq(seconds(100, 0.01, 0.01, 0), 10);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_ALL);
}

Test(governor, comes_back_in_two_steps)
{
	begin(0.05);
	seconds(10, 0.01, 0.6, 0);
	seconds(10, 0.01, 0.6, 0);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_OFF);
	/* above half the budget there is no room */
	cr_assert_eq(seconds(200, 0.03, 0, 0), 200);
	cr_assert_eq(seconds(40, 0.01, 0, 0), 30);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_SAMPLED);
	cr_assert_eq(seconds(40, 0.01, 0, 0), 10);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_ALL);
}

Test(governor, a_loud_second_begins_the_wait_anew)
{
	begin(0.05);
	seconds(10, 0.06, 0.01, 0);
	cr_assert_eq(seconds(25, 0, 0.01, 0), 25);
	cr_assert_lt(second(0, 0.03, 0), 0);
	cr_assert_eq(seconds(40, 0, 0.01, 0), 30);
}

Test(governor, who_went_last_comes_first_and_one_at_a_time)
{
	begin(0.02);
	seconds(10, 0.04, 0.001, 0.03);
	seconds(10, 0.04, 0.001, 0.03);
	cr_assert(g.f[SCHED].stage == GOVERNOR_OFF && g.f[BLOCK].stage == GOVERNOR_OFF);
	cr_assert_lt(seconds(40, 0.001, 0.001, 0), 40);
	cr_assert(g.f[SCHED].stage == GOVERNOR_OFF && g.f[BLOCK].stage == GOVERNOR_ALL);
	cr_assert_eq(seconds(40, 0.001, 0.001, 0), 30);
	cr_assert_eq(g.f[SCHED].stage, GOVERNOR_ALL);
}

/* A load that does not end: probes are there for some seconds each time, and away for ever longer. */
Test(governor, does_not_flap)
{
	int changes = 0, on = 0;

	begin(0.05);
	for (int i = 0; i < 24 * 3600; i++) {
		changes += second(0.001, 0.9, 0) >= 0;
		on += g.f[SYS].stage != GOVERNOR_OFF;
	}
	/* away for 30, 60, ... 1920, 1920, ... s, and back, sampled, in between */
	cr_assert_leq(changes, 2 * (7 + 24 * 3600 / 1920) + 1);
	cr_assert_leq(on, 5 * changes);
	cr_assert_eq(g.f[SYS].hold_ns[GOVERNOR_OFF], GOVERNOR_HOLD_MAX_NS);
}

/* Loads around the line: of one that changes every few seconds nothing comes but one step. */
Test(governor, does_not_flap_on_a_load_around_the_line)
{
	static const int halves[] = { 1, 2, 3, 4, 5, 7, 20, 60 };

	for (size_t h = 0; h < sizeof(halves) / sizeof(*halves); h++) {
		int changes = 0;

		begin(0.05);
		for (int i = 0; i < 3600; i++)
			changes += second(0.001, i / halves[h] % 2 ? 0.055 : 0.045, 0) >= 0;
		cr_assert_leq(changes, 1, "%d: %d", halves[h], changes);
	}
}

/* One that goes from nothing to far too much: the waits grow, so the steps become few. */
Test(governor, does_not_flap_on_a_load_that_comes_and_goes)
{
	static const int halves[] = { 5, 15, 40, 120 };

	for (size_t h = 0; h < sizeof(halves) / sizeof(*halves); h++) {
		int first = 0, last = 0;

		begin(0.05);
		for (int i = 0; i < 4 * 3600; i++) {
			bool change = second(0.001, i / halves[h] % 2 ? 0.9 : 0.001, 0) >= 0;

			first += change && i < 3600;
			last += change && i >= 3 * 3600;
		}
		cr_expect_leq(first, 60, "%d: %d", halves[h], first);
		cr_expect_leq(last, 30, "%d: %d", halves[h], last);
	}
}

Test(governor, a_load_that_comes_and_goes_meets_a_longer_wait)
{
	begin(0.05);
	seconds(10, 0.06, 0, 0);
	cr_assert_eq(seconds(100, 0, 0, 0), 30);
	/* quiet for less than twice the wait */
	cr_assert_eq(seconds(20, 0.01, 0, 0), 20);
	seconds(10, 0.06, 0, 0);
	cr_assert_eq(g.f[SCHED].stage, GOVERNOR_OFF);
	cr_assert_eq(seconds(100, 0, 0, 0), 60);
}

Test(governor, after_a_long_time_it_is_forgiven)
{
	begin(0.05);
	seconds(10, 0.06, 0, 0);
	seconds(100, 0, 0, 0);
	cr_assert_eq(seconds(600, 0.01, 0, 0), 600);
	seconds(10, 0.06, 0, 0);
	cr_assert_eq(g.f[SCHED].stage, GOVERNOR_OFF);
	cr_assert_eq(seconds(100, 0, 0, 0), 30);
}

Test(governor, without_measurements_all_come_back)
{
	begin(0.05);
	seconds(10, 0.01, 0.6, 0);
	seconds(10, 0.01, 0.6, 0);
	governor_release(&g);
	cr_assert_eq(g.f[SYS].stage, GOVERNOR_ALL);
	cr_assert_eq(seconds(100, 0.5, 0.5, 0.5), 100);
}
