/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "self_cost.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static double window_ns(const struct self_rec *prev, const struct self_rec *cur)
{
	return prev && cur->window_ns > prev->window_ns ? (double)(cur->window_ns - prev->window_ns) :
							  NAN;
}

double self_runs(const struct self_rec *prev, const struct self_rec *cur, double interval_ns)
{
	double window = window_ns(prev, cur);

	return isnan(window) ? NAN : (double)(cur->runs - prev->runs) * interval_ns / window;
}

double self_run_ns(const struct self_rec *prev, const struct self_rec *cur, double interval_ns)
{
	double window = window_ns(prev, cur);

	if (isnan(window))
		return NAN;
	return ((double)(cur->run_ns - prev->run_ns) +
		(double)(cur->runs - prev->runs) * cur->dispatch_ns) *
	       interval_ns / window;
}

static const struct host_rec *host_of(const struct frame *f)
{
	return f && f->s[STREAM_HOST].count ? sample_rec(&f->s[STREAM_HOST], STREAM_HOST, 0) : NULL;
}

uint32_t self_cpus(const struct frame *f)
{
	const struct host_rec *h = host_of(f);

	return h ? h->cpus : 0;
}

struct self_cost self_cost(const struct frame *prev, const struct frame *cur)
{
	const struct host_rec *a = host_of(prev), *b = host_of(cur);
	const struct sample *s = &cur->s[STREAM_SELF];
	struct self_cost cost = { NAN, NAN };
	double ns, kernel = 0;
	bool known = false;

	if (!a || !b || !b->cpus || cur->mono_ns <= prev->mono_ns)
		return cost;
	ns = (double)(cur->mono_ns - prev->mono_ns);
	if (b->self_cpu_ns >= a->self_cpu_ns)
		cost.user = 100.0 * (double)(b->self_cpu_ns - a->self_cpu_ns) / ns / b->cpus;
	for (size_t i = 0; i < s->count; i++) {
		const struct self_rec *r = sample_rec(s, STREAM_SELF, i);
		double run_ns = self_run_ns(frame_before(prev, cur, STREAM_SELF, r), r, ns);

		if (r->kind != SELF_PROGRAM || isnan(run_ns))
			continue;
		kernel += run_ns;
		known = true;
	}
	if (known)
		cost.kernel = 100.0 * kernel / ns / b->cpus;
	return cost;
}

/* The next record of a kind from *at on; NULL: there is none. */
static const struct self_rec *rec_next(const struct frame *f, uint32_t kind, size_t *at)
{
	const struct sample *s = &f->s[STREAM_SELF];

	while (*at < s->count) {
		const struct self_rec *r = sample_rec(s, STREAM_SELF, (*at)++);

		if (r->kind == kind)
			return r;
	}
	return NULL;
}

double self_budget(const struct frame *f)
{
	size_t at = 0;
	const struct self_rec *r = rec_next(f, SELF_PROCESS, &at);

	return r ? r->budget_ppm / 1e4 : 0;
}

uint32_t self_sample(const struct frame *f, uint32_t of)
{
	const struct self_rec *r;
	uint32_t n = 1;
	size_t at = 0;

	while ((r = rec_next(f, SELF_OBJECT, &at)))
		if (r->streams & of && r->sample_n > n)
			n = r->sample_n;
	return n;
}

uint32_t self_off(const struct frame *f)
{
	const struct self_rec *r;
	uint32_t off = 0;
	size_t at = 0;

	while ((r = rec_next(f, SELF_OBJECT, &at)))
		if (r->state == SELF_OFF)
			off |= r->streams;
	return off;
}

void self_state_text(char *buf, size_t size, const struct frame *f)
{
	const struct self_rec *r;
	size_t at = 0, len = 0;

	buf[0] = '\0';
	while (len < size && (r = rec_next(f, SELF_OBJECT, &at))) {
		const char *comma = len ? ", " : "";
		int name = (int)strnlen(r->object, sizeof(r->object));

		if (r->state == SELF_OFF)
			len += (size_t)snprintf(buf + len, size - len, "%s%.*s off", comma, name,
						r->object);
		else if (r->state == SELF_SAMPLED)
			len += (size_t)snprintf(buf + len, size - len, "%s%.*s ~1/%u", comma, name,
						r->object, r->sample_n);
	}
}

static void since_text(char *buf, size_t size, uint64_t wall_ns)
{
	time_t s = (time_t)(wall_ns / 1000000000);
	struct tm tm;

	buf[0] = '\0';
	if (localtime_r(&s, &tm))
		strftime(buf, size, "%H:%M:%S", &tm);
}

static void note_text(char *buf, size_t size, const struct self_rec *r, bool whole)
{
	int name = (int)strnlen(r->object, sizeof(r->object));
	char since[16], what[64] = "off";

	since_text(since, sizeof(since), r->changed_ns);
	if (r->state == SELF_SAMPLED)
		snprintf(what, sizeof(what), "~ 1 in %u calls counted", r->sample_n);
	else if (!whole)
		snprintf(what, sizeof(what), "some is missing: %.*s is off", name, r->object);
	snprintf(buf, size,
		 "%s since %s: %.*s took %.2g%% of all CPUs (budget %.2g%%); back when it fits into "
		 "%.2g%% for %us",
		 what, since, name, r->object, r->cost_ppm / 1e4, r->budget_ppm / 1e4, r->budget_ppm / 2e4,
		 r->hold_s);
}

bool self_note(char *buf, size_t size, const struct frame *f, uint32_t of, size_t *at)
{
	const struct self_rec *r;

	while ((r = rec_next(f, SELF_OBJECT, at))) {
		bool whole = r->streams & of, partly = r->partly & of;

		if (r->state == SELF_ON || !(whole || (partly && r->state == SELF_OFF)))
			continue;
		note_text(buf, size, r, whole);
		return true;
	}
	return false;
}
