/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "governor.h"

#include <math.h>
#include <string.h>

static const uint64_t hold_first_ns[GOVERNOR_STAGES] = {
	[GOVERNOR_SAMPLED] = GOVERNOR_HOLD_SAMPLED_NS,
	[GOVERNOR_OFF] = GOVERNOR_HOLD_OFF_NS,
};

void governor_init(struct governor *g, double budget, size_t n)
{
	*g = (struct governor){ .budget = budget,
				.n = n < GOVERNOR_FAMILIES ? n : GOVERNOR_FAMILIES };
}

static double known(double value)
{
	return isnan(value) ? 0 : value;
}

static void over_forget(struct governor *g)
{
	g->over = 0;
	for (size_t i = 0; i < g->n; i++)
		g->f[i].sum = g->f[i].runs = 0;
}

static double total_take(struct governor *g, const struct governor_cost *costs)
{
	double total = 0;

	for (size_t i = 0; i < g->n; i++) {
		g->f[i].sum += known(costs[i].share);
		g->f[i].runs += known(costs[i].runs);
		total += known(costs[i].share);
	}
	return total;
}

static bool can_step_down(const struct governor_family *f)
{
	return (f->stage == GOVERNOR_ALL && f->may_sample) || (f->stage != GOVERNOR_OFF && f->may_go);
}

/* The dearest of those that can take less; one that costs nothing is not to blame. */
static int dearest(const struct governor *g)
{
	int best = -1;

	for (size_t i = 0; i < g->n; i++) {
		const struct governor_family *f = &g->f[i];

		if (can_step_down(f) && f->sum > 0 && (best < 0 || f->sum > g->f[best].sum))
			best = (int)i;
	}
	return best;
}

/* Who stepped up and is too dear again soon after, stays down for twice as long. */
static void step_down(struct governor *g, struct governor_family *f, uint64_t now_ns)
{
	enum governor_stage to = f->stage == GOVERNOR_ALL && f->may_sample ? GOVERNOR_SAMPLED :
									     GOVERNOR_OFF;
	uint64_t *hold = &f->hold_ns[to];

	if (!f->left_ns[to] || now_ns - f->left_ns[to] >= 2 * *hold)
		*hold = hold_first_ns[to];
	else if (*hold < GOVERNOR_HOLD_MAX_NS)
		*hold *= 2;
	if (f->stage == GOVERNOR_ALL)
		f->run_cost = f->runs > 0 ? f->sum / f->runs : NAN;
	f->cost = f->sum / g->over;
	f->stage = to;
	f->since_ns = now_ns;
}

static int over_step(struct governor *g, uint64_t now_ns)
{
	int who;

	for (size_t i = 0; i < g->n; i++)
		g->f[i].room_ns = 0;
	if (!g->over++)
		g->over_since_ns = now_ns;
	if (g->over < GOVERNOR_OVER || now_ns - g->over_since_ns < GOVERNOR_OVER_NS)
		return -1;
	who = dearest(g);
	if (who >= 0)
		step_down(g, &g->f[who], now_ns);
	over_forget(g);
	return who;
}

/* What would be taken if the family took a step up: of one that is off nobody knows. */
static double total_expected(const struct governor_family *f, const struct governor_cost *cost,
			     double total)
{
	if (f->stage == GOVERNOR_OFF)
		return total;
	return total - known(cost->share) + cost->runs * f->run_cost;
}

static void room_note(struct governor *g, uint64_t now_ns, const struct governor_cost *costs,
		      double total)
{
	for (size_t i = 0; i < g->n; i++) {
		struct governor_family *f = &g->f[i];

		/* not known: no */
		if (f->stage == GOVERNOR_ALL ||
		    !(total_expected(f, &costs[i], total) <= g->budget / 2))
			f->room_ns = 0;
		else if (!f->room_ns)
			f->room_ns = now_ns;
	}
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Of those that had room for long enough, who stepped down last: the first was the dearest. */
static int next_up(const struct governor *g, uint64_t now_ns)
{
	int best = -1;

	for (size_t i = 0; i < g->n; i++) {
		const struct governor_family *f = &g->f[i];

		if (!f->room_ns || now_ns - later(f->since_ns, f->room_ns) < f->hold_ns[f->stage])
			continue;
		if (best < 0 || f->since_ns > g->f[best].since_ns)
			best = (int)i;
	}
	return best;
}

static void step_up(struct governor *g, struct governor_family *f, uint64_t now_ns)
{
	f->left_ns[f->stage] = now_ns;
	f->stage = f->stage == GOVERNOR_OFF && f->may_sample ? GOVERNOR_SAMPLED : GOVERNOR_ALL;
	/* it has been off without having been sampled before */
	if (!f->hold_ns[f->stage])
		f->hold_ns[f->stage] = hold_first_ns[f->stage];
	f->since_ns = now_ns;
	/* one at a time: the next one waits for what this one costs */
	for (size_t i = 0; i < g->n; i++)
		g->f[i].room_ns = 0;
}

int governor_step(struct governor *g, uint64_t now_ns, const struct governor_cost *costs)
{
	double total;
	int who;

	if (g->budget <= 0)
		return -1;
	total = total_take(g, costs);
	if (total > g->budget)
		return over_step(g, now_ns);
	over_forget(g);
	room_note(g, now_ns, costs, total);
	who = next_up(g, now_ns);
	if (who >= 0)
		step_up(g, &g->f[who], now_ns);
	return who;
}

void governor_release(struct governor *g)
{
	g->budget = 0;
	for (size_t i = 0; i < g->n; i++)
		g->f[i].stage = GOVERNOR_ALL;
}
