/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "self.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibrate.h"
#include "clock.h"
#include "core/mem.h"
#include "families.h"
#include "meter.h"

_Static_assert(FAMILIES <= METER_OBJECTS && FAMILIES <= GOVERNOR_FAMILIES, "too many families");

struct self {
	struct meter *meter; /* NULL: nothing can be measured */
	struct dispatch dispatch;
	struct governor governor;
	char note[WHY_LEN];
	bool noted;
};

static void note_set(struct self *s, int r)
{
	char classic[48] = "";

	if (s->dispatch.classic_ns)
		snprintf(classic, sizeof(classic), ", %u ns at classic tracepoints",
			 s->dispatch.classic_ns);
	if (r)
		snprintf(s->note, sizeof(s->note),
			 "the programs are not measured, and --budget is not kept: %s", strerror(-r));
	else if (meter_is_own(s->meter))
		snprintf(s->note, sizeof(s->note),
			 "estimated: programs time 1 in %u of their runs (the kernel does for "
			 "CAP_SYS_ADMIN only). NS/RUN has a reading of the clock and %u ns (+-%u) "
			 "of dispatch",
			 OWN_EVERY, s->dispatch.ns, s->dispatch.error_ns);
	else
		snprintf(s->note, sizeof(s->note),
			 "measured 1/20 of the time, and scaled; a run takes %u ns longer then. NS/RUN has "
			 "%u ns (+-%u) of dispatch%s",
			 s->dispatch.stats_ns, s->dispatch.ns, s->dispatch.error_ns, classic);
	s->noted = false;
}

struct self *self_new(double budget, bool classic)
{
	struct self *s = xcalloc(1, sizeof(*s));
	int r = dispatch_calibrate(&s->dispatch, classic);

	governor_init(&s->governor, budget, FAMILIES);
	/* the first family says who is who: it is cheap, and all others need it */
	for (size_t i = 1; i < FAMILIES; i++)
		s->governor.f[i].may_go = true;
	if (!r || r == -EPERM)
		r = meter_open(&s->meter);
	note_set(s, r);
	return s;
}

void self_free(struct self *s)
{
	if (!s)
		return;
	meter_close(s->meter);
	free(s);
}

void self_may_sample(struct self *s, size_t i)
{
	s->governor.f[i].may_sample = true;
}

int self_fd(const struct self *s)
{
	return s->meter ? meter_fd(s->meter) : -1;
}

bool self_is_own(const struct self *s)
{
	return s->meter && meter_is_own(s->meter);
}

void self_watch(struct self *s, size_t i, const struct family_object *o)
{
	if (s->meter)
		meter_watch(s->meter, i, o);
}

static void govern(struct self *s)
{
	double cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
	struct governor_cost costs[FAMILIES];

	for (size_t i = 0; i < FAMILIES; i++)
		costs[i] = (struct governor_cost){
			.share = meter_share(s->meter, i, &s->dispatch) / cpus,
			.runs = meter_runs(s->meter, i),
		};
	governor_step(&s->governor, clock_ns(CLOCK_MONOTONIC), costs);
}

/* The child that measures was killed: without it there is no keeping to a budget. */
static void meter_lose(struct self *s, int r)
{
	meter_close(s->meter);
	s->meter = NULL;
	governor_release(&s->governor);
	note_set(s, r);
}

void self_tick(struct self *s)
{
	int r = s->meter ? meter_tick(s->meter) : 0;

	if (r < 0)
		meter_lose(s, r);
	else if (r > 0)
		govern(s);
}

static struct self_rec *rec_add(struct frame *f, uint32_t kind, size_t family, const char *object)
{
	struct self_rec *r = sample_add(&f->s[STREAM_SELF], STREAM_SELF);

	r->kind = kind;
	r->family = (uint32_t)family;
	snprintf(r->object, sizeof(r->object), "%s", object);
	return r;
}

static void program_name(struct self_rec *r, const struct probe *p)
{
	snprintf(r->program_name, sizeof(r->program_name), "%s", bpf_program__name(p->program));
	snprintf(r->hook, sizeof(r->hook), "%s", bpf_program__section_name(p->program));
	r->lost = p->missed;
}

static void programs_add(const struct self *s, size_t i, struct frame *f)
{
	size_t n;
	const struct meter_program *p = meter_programs(s->meter, i, &n);

	for (size_t k = 0; k < n; k++) {
		struct self_rec *r;

		if (p[k].fd < 0)
			continue;
		r = rec_add(f, SELF_PROGRAM, i, families[i]->name);
		r->program = (uint32_t)k;
		if (p[k].probe)
			program_name(r, p[k].probe);
		else
			snprintf(r->program_name, sizeof(r->program_name), "(all, estimated)");
		r->runs = p[k].runs;
		r->run_ns = p[k].run_ns;
		r->window_ns = p[k].window_ns;
		r->dispatch_ns = meter_dispatch_ns(&p[k], &s->dispatch);
		r->dispatch_error_ns = s->dispatch.error_ns;
	}
}

static void note_once(struct self *s, struct frame *f)
{
	if (!s->noted)
		note_add(f, STREAM_SELF, s->note);
	s->noted = true;
}

static uint32_t ppm(double share)
{
	return (uint32_t)(1e6 * share + 0.5);
}

void self_read(struct self *s, struct frame *f)
{
	const struct host_rec *h = sample_rec(&f->s[STREAM_HOST], STREAM_HOST, 0);
	struct self_rec *r = rec_add(f, SELF_PROCESS, 0, "probetop");

	r->cpu_ns = h->self_cpu_ns;
	r->rss = h->self_rss;
	r->budget_ppm = ppm(s->governor.budget);
	note_once(s, f);
	if (!s->meter)
		return;
	if (meter_frame(s->meter, f->mono_ns))
		govern(s);
	for (size_t i = 0; i < FAMILIES; i++)
		programs_add(s, i, f);
}

void self_object_add(const struct self *s, struct frame *f, size_t i, const struct self_object *o)
{
	static const enum self_state states[] = { [GOVERNOR_ALL] = SELF_ON,
						  [GOVERNOR_SAMPLED] = SELF_SAMPLED,
						  [GOVERNOR_OFF] = SELF_OFF };
	const struct governor_family *g = &s->governor.f[i];
	struct self_rec *r = rec_add(f, SELF_OBJECT, i, o->name);

	r->state = states[o->stage];
	r->streams = o->streams;
	r->partly = o->partly;
	r->sample_n = o->sample_n;
	r->map_bytes = o->map_bytes;
	r->lost = o->lost;
	r->changed_ns = o->changed_ns;
	r->budget_ppm = ppm(s->governor.budget);
	if (o->stage == GOVERNOR_ALL)
		return;
	r->cost_ppm = ppm(g->cost);
	r->hold_s = (uint32_t)(g->hold_ns[o->stage] / 1000000000);
}

enum governor_stage self_wants(const struct self *s, size_t i)
{
	return s->governor.f[i].stage;
}

void self_stays_off(struct self *s, size_t i)
{
	s->governor.f[i].stage = GOVERNOR_OFF;
	s->governor.f[i].since_ns = clock_ns(CLOCK_MONOTONIC);
}
