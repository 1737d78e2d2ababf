/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "meter.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "core/mem.h"
#include "own_meter.h"
#include "stats.h"

#define PERIOD_NS 1000000000ull
#define PERIOD_MIN_NS 100000000ull
#define SHARE 20 /* a window is the period divided by this */
#define FIRST_NS 10000000ull /* until the first window */

struct meter {
	struct stats *stats; /* NULL: own */
	int timer_fd, epoll_fd;
	bool asked, open; /* for a window; it has begun */
	uint64_t period_ns, frame_ns, from_ns;
	unsigned seed;
	struct {
		struct meter_program *p;
		size_t n;
		struct own_meter own;
	} o[METER_OBJECTS];
};

static void timer_set(struct meter *m, uint64_t ns)
{
	struct itimerspec t = { .it_value = { .tv_sec = (time_t)(ns / 1000000000),
					      .tv_nsec = (long)(ns % 1000000000) } };

	timerfd_settime(m->timer_fd, 0, &t, NULL);
}

static int waits_open(struct meter *m)
{
	struct epoll_event e = { .events = EPOLLIN };

	m->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	m->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (m->timer_fd < 0 || m->epoll_fd < 0 ||
	    epoll_ctl(m->epoll_fd, EPOLL_CTL_ADD, m->timer_fd, &e) ||
	    (m->stats && epoll_ctl(m->epoll_fd, EPOLL_CTL_ADD, stats_fd(m->stats), &e)))
		return -errno;
	timer_set(m, m->stats ? FIRST_NS : PERIOD_NS);
	return 0;
}

int meter_open(struct meter **ret)
{
	struct meter *m = xcalloc(1, sizeof(*m));
	int r;

	m->timer_fd = m->epoll_fd = -1;
	m->period_ns = PERIOD_NS;
	m->seed = (unsigned)clock_ns(CLOCK_MONOTONIC);
	for (size_t i = 0; i < METER_OBJECTS; i++)
		own_meter_init(&m->o[i].own);
	r = stats_open(&m->stats);
	if (!r || r == -EPERM)
		r = waits_open(m);
	if (r)
		meter_close(m);
	else
		*ret = m;
	return r;
}

void meter_close(struct meter *m)
{
	if (!m)
		return;
	stats_close(m->stats);
	if (m->timer_fd >= 0)
		close(m->timer_fd);
	if (m->epoll_fd >= 0)
		close(m->epoll_fd);
	for (size_t i = 0; i < METER_OBJECTS; i++) {
		free(m->o[i].p);
		own_meter_done(&m->o[i].own);
	}
	free(m);
}

bool meter_is_own(const struct meter *m)
{
	return !m->stats;
}

int meter_fd(const struct meter *m)
{
	return m->epoll_fd;
}

static void programs_release(struct meter *m, size_t i)
{
	for (size_t n = 0; n < m->o[i].n; n++) {
		m->o[i].p[n].fd = -1;
		m->o[i].p[n].probe = NULL;
		m->o[i].p[n].last_ns = 0;
	}
}

void meter_watch(struct meter *m, size_t i, const struct family_object *o)
{
	if (meter_is_own(m)) {
		own_meter_watch(&m->o[i].own, o);
		return;
	}
	programs_release(m, i);
	if (!o)
		return;
	if (o->n_probes > m->o[i].n) {
		m->o[i].p = xreallocarray(m->o[i].p, o->n_probes, sizeof(*m->o[i].p));
		for (; m->o[i].n < o->n_probes; m->o[i].n++)
			m->o[i].p[m->o[i].n] = (struct meter_program){ .fd = -1 };
	}
	for (size_t n = 0; n < o->n_probes; n++) {
		if (!o->probes[n].link)
			continue;
		m->o[i].p[n].probe = &o->probes[n];
		m->o[i].p[n].fd = bpf_program__fd(o->probes[n].program);
		/* not in the window that is open */
		m->o[i].p[n].from_ns = 0;
	}
}

const struct meter_program *meter_programs(const struct meter *m, size_t i, size_t *ret_n)
{
	*ret_n = meter_is_own(m) ? 1 : m->o[i].n;
	return meter_is_own(m) ? &m->o[i].own.sum : m->o[i].p;
}

static void program_begin(struct meter_program *p)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	p->from_ns = 0;
	if (p->fd < 0 || bpf_obj_get_info_by_fd(p->fd, &info, &len))
		return;
	p->from_runs = info.run_cnt;
	p->from_run_ns = info.run_time_ns;
	p->from_ns = clock_ns(CLOCK_MONOTONIC);
}

static void program_end(struct meter_program *p)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	p->last_ns = 0;
	if (p->fd < 0 || !p->from_ns || bpf_obj_get_info_by_fd(p->fd, &info, &len))
		return;
	p->last_ns = clock_ns(CLOCK_MONOTONIC) - p->from_ns;
	p->last_runs = info.run_cnt - p->from_runs;
	p->last_run_ns = info.run_time_ns - p->from_run_ns;
	p->runs += p->last_runs;
	p->run_ns += p->last_run_ns;
	p->window_ns += p->last_ns;
}

static void programs_each(struct meter *m, void (*fn)(struct meter_program *p))
{
	for (size_t i = 0; i < METER_OBJECTS; i++)
		for (size_t n = 0; n < m->o[i].n; n++)
			fn(&m->o[i].p[n]);
}

/* The child may come to run late: what is counted before it says so is in no window. */
static int window_begin(struct meter *m)
{
	int r = stats_answer(m->stats);

	if (r <= 0)
		return r;
	m->open = true;
	m->from_ns = clock_ns(CLOCK_MONOTONIC);
	programs_each(m, program_begin);
	timer_set(m, m->period_ns / SHARE);
	return 0;
}

/* Where in a stretch of time the window begins; not at its end, as ticks come early and late. */
static uint64_t random_start(struct meter *m, uint64_t stretch_ns)
{
	uint64_t room = stretch_ns * 3 / 4;

	return 1 + (uint64_t)rand_r(&m->seed) * room / ((uint64_t)RAND_MAX + 1);
}

/* False: it went on for so long that the child has ended it somewhere in between. */
static bool window_end(struct meter *m)
{
	bool whole = clock_ns(CLOCK_MONOTONIC) - m->from_ns < STATS_MAX_NS / 2;

	if (whole)
		programs_each(m, program_end);
	stats_switch(m->stats, false);
	m->asked = m->open = false;
	return whole;
}

/* Of all objects what came since the last time. */
static void own_look(struct meter *m)
{
	for (size_t i = 0; i < METER_OBJECTS; i++)
		own_meter_look(&m->o[i].own);
	timer_set(m, PERIOD_NS);
}

int meter_tick(struct meter *m)
{
	uint64_t times, rest, now;
	bool whole;

	if (meter_is_own(m)) {
		if (read(m->timer_fd, &times, sizeof(times)) != sizeof(times))
			return 0;
		own_look(m);
		return 1;
	}
	if (m->asked && !m->open)
		return window_begin(m);
	if (read(m->timer_fd, &times, sizeof(times)) != sizeof(times))
		return stats_answer(m->stats) < 0 ? -EPIPE : 0;
	if (!m->asked) {
		m->asked = true;
		return stats_switch(m->stats, true);
	}
	whole = window_end(m);
	/* no frame comes: what is left of this period, and the next window somewhere in the one after */
	now = clock_ns(CLOCK_MONOTONIC);
	rest = m->period_ns - (now - m->frame_ns) % m->period_ns;
	timer_set(m, rest + random_start(m, m->period_ns));
	return whole;
}

bool meter_frame(struct meter *m, uint64_t now_ns)
{
	uint64_t interval = m->frame_ns ? now_ns - m->frame_ns : 0;
	bool ended = false;

	if (meter_is_own(m)) {
		own_look(m);
		return true;
	}
	if (interval)
		m->period_ns = interval > PERIOD_NS	? PERIOD_NS :
			       interval < PERIOD_MIN_NS ? PERIOD_MIN_NS :
							  interval;
	m->frame_ns = now_ns;
	/* one that has gone on for long enough is of the interval before it; others go on */
	if (m->open && now_ns - m->from_ns >= m->period_ns / SHARE / 2)
		ended = window_end(m);
	if (!m->asked)
		timer_set(m, interval ? random_start(m, m->period_ns) : FIRST_NS);
	return ended;
}

/* Of all programs of the object: so many runs in each ns of the last window; with d, ns of running. */
static double windows_sum(const struct meter *m, size_t i, const struct dispatch *d)
{
	double sum = 0;
	bool known = false;
	size_t n_programs;
	const struct meter_program *p = meter_programs(m, i, &n_programs);

	for (size_t n = 0; n < n_programs; n++, p++) {
		double value = (double)p->last_runs;

		if (!p->last_ns)
			continue;
		known = true;
		if (d)
			value = (double)p->last_run_ns + value * meter_dispatch_ns(p, d);
		sum += value / (double)p->last_ns;
	}
	return known ? sum : NAN;
}

uint32_t meter_dispatch_ns(const struct meter_program *p, const struct dispatch *d)
{
	return p->probe ? dispatch_ns(d, p->probe->program) : d->ns;
}

double meter_share(const struct meter *m, size_t i, const struct dispatch *d)
{
	return windows_sum(m, i, d);
}

double meter_runs(const struct meter *m, size_t i)
{
	return windows_sum(m, i, NULL) * 1e9;
}
