/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "families.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "opener.h"
#include "parallel.h"
#include "self.h"

const struct family *const families[] = {
#define FAMILY(name) &family_##name,
#include "families.def"
#undef FAMILY
};

const struct family *family_of(uint32_t stream, size_t *ret)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		if (stream >= STREAM_COUNT || !(families[i]->streams & 1u << stream))
			continue;
		*ret = i;
		return families[i];
	}
	return NULL;
}

uint32_t family_streams(size_t i)
{
	uint32_t own = families[i]->streams;

	for (size_t k = 0; k < i; k++)
		own &= ~families[k]->streams;
	return own;
}

void ring_drain(struct collect *c)
{
	if (c->ring)
		ring_buffer__consume(c->ring);
}

void family_close(struct collect *c, size_t i)
{
	if (c->family[i].state)
		families[i]->close(c->family[i].state);
	c->family[i].state = NULL;
	if (c->self)
		self_watch(c->self, i, NULL);
}

/* Why it failed; r: the negative errno */
static void family_set_why(struct collect *c, size_t i, const struct family_context *ctx, int r)
{
	snprintf(c->family[i].why, WHY_LEN, "%s", ctx->why[0] ? ctx->why : strerror(-r));
}

int family_open(struct collect *c, size_t i, struct family_context *ctx)
{
	int r;

	ctx->why[0] = c->family[i].why[0] = 0;
	c->family[i].sample_n = 1;
	r = families[i]->open(ctx, &c->family[i].state);
	if (!r)
		return 0;
	family_set_why(c, i, ctx, r);
	family_close(c, i);
	return r;
}

/* A family, and those that come after it. */
struct opening {
	struct collect *c;
	size_t first;
	struct family_context ctx; /* its own: some leave there what the next ones use */
};

static bool is_after(const struct collect *c, size_t i, const struct family *other)
{
	return c->family[i].wanted && families[i]->after == other;
}

static void opening_run(void *item)
{
	struct opening *o = item;

	family_open(o->c, o->first, &o->ctx);
	for (size_t i = o->first + 1; i < FAMILIES; i++)
		if (is_after(o->c, i, families[o->first]))
			family_open(o->c, i, &o->ctx);
}

static bool is_first(const struct collect *c, size_t i)
{
	for (size_t k = 1; k < i; k++)
		if (c->family[k].wanted && is_after(c, i, families[k]))
			return false;
	return c->family[i].wanted;
}

/* Most of the time the kernel verifies programs, or waits: side by side that takes half as long. */
static void families_load(struct collect *c)
{
	struct opening o[FAMILIES];
	size_t n = 0;

	for (size_t i = 1; i < FAMILIES; i++)
		if (is_first(c, i))
			o[n++] = (struct opening){ .c = c, .first = i, .ctx = c->ctx };
	parallel_run(opening_run, o, n, sizeof(o[0]));
}

int families_open(struct collect *c, uint32_t wanted, char *error, size_t size)
{
	size_t opened = 0, asked = 0;
	const char *why = "";

	for (size_t i = 1; i < FAMILIES; i++)
		c->family[i].wanted = !wanted || families[i]->streams & wanted;
	families_load(c);
	for (size_t i = 1; i < FAMILIES; i++) {
		asked += c->family[i].wanted;
		if (!why[0])
			why = c->family[i].why;
		if (!c->family[i].state)
			continue;
		opened++;
		self_watch(c->self, i, families[i]->object(c->family[i].state));
		if (families[i]->sample)
			self_may_sample(c->self, i);
	}
	if (opened || !asked)
		return 0;
	snprintf(error, size, "no probe works: %s", why);
	return -EOPNOTSUPP;
}

/* How many there are, or negative errno. */
static int events_tell(struct collect *c)
{
	int n = 0;

	for (size_t i = 0; i < FAMILIES; i++) {
		void *state = c->family[i].state;
		int r = state ? object_allow_events(families[i]->object(state), c->opener) : 0;

		if (r < 0)
			return r;
		n += r;
	}
	return n;
}

void families_keep_opener(struct collect *c)
{
	if (c->opener && (events_tell(c) <= 0 || opener_seal(c->opener) < 0)) {
		opener_free(c->opener);
		c->opener = NULL;
	}
	c->ctx.opener = c->opener;
}

void family_read(struct collect *c, size_t i, struct frame *f)
{
	const struct family *family = families[i];
	const uint64_t *loss;
	void *state = c->family[i].state;

	if (!state)
		return;
	if (c->family[i].unsettled && family->settle) {
		c->family[i].unsettled--;
		family->settle(state);
	}
	family->read(state, f);
	loss = family->object(state)->loss;
	c->family[i].lost = loss[LOSS_RING] + loss[LOSS_MAP_FULL] + loss[LOSS_UNATTRIBUTED];
}

void note_add(struct frame *f, uint32_t stream, const char *text)
{
	struct note_rec *n = sample_add(&f->s[STREAM_NOTE], STREAM_NOTE);

	n->stream = stream;
	snprintf(n->text, sizeof(n->text), "%s", text);
}

static void notes_say(struct collect *c, size_t i, const char *text)
{
	for (int id = 0; id < STREAM_COUNT; id++)
		if (family_streams(i) & 1u << id)
			note_add(c->pending, id, text);
}

static void family_detach(struct collect *c, size_t i)
{
	object_detach(families[i]->object(c->family[i].state));
	/* a program that was running at that moment may leave something behind */
	c->family[i].unsettled = 2;
	self_watch(c->self, i, NULL);
}

static int family_attach(struct collect *c, size_t i)
{
	const struct family_object *o = families[i]->object(c->family[i].state);
	void *state = c->family[i].state;
	int r;

	c->ctx.why[0] = 0;
	if (families[i]->settle)
		families[i]->settle(state);
	r = object_attach(o, &c->ctx);
	if (!r && families[i]->begin)
		r = families[i]->begin(state, &c->ctx);
	if (r) {
		family_detach(c, i);
		family_set_why(c, i, &c->ctx, r);
		notes_say(c, i, c->family[i].why);
		return r;
	}
	c->family[i].unsettled = 0;
	self_watch(c->self, i, o);
	if (c->family[i].why[0])
		notes_say(c, i, o->partly);
	c->family[i].why[0] = 0;
	return 0;
}

static void family_stage(struct collect *c, size_t i, enum governor_stage stage)
{
	uint32_t sample_n = stage == GOVERNOR_SAMPLED ? SAMPLE_N : 1;

	if (families[i]->sample)
		families[i]->sample(&c->ctx, sample_n);
	if (stage == GOVERNOR_OFF) {
		family_detach(c, i);
	} else if (c->family[i].stage == GOVERNOR_OFF && family_attach(c, i)) {
		self_stays_off(c->self, i);
		return;
	}
	c->family[i].stage = stage;
	c->family[i].changed_ns = clock_ns(CLOCK_REALTIME);
	if (sample_n > c->family[i].sample_n)
		c->family[i].sample_n = sample_n;
}

void families_govern(struct collect *c)
{
	for (size_t i = 1; i < FAMILIES; i++) {
		enum governor_stage want = self_wants(c->self, i);

		if (c->family[i].state && want != c->family[i].stage)
			family_stage(c, i, want);
	}
}
