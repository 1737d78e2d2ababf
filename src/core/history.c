/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "history.h"

#include <errno.h>
#include <stdlib.h>

#include "mem.h"

#define CHUNK_FRAMES 60
#define CHUNKS_MIN 8 /* that fit: what is dropped at once is an eighth at most */

/* Frames that follow each other, and the facts at the first of them. */
struct chunk {
	struct chunk *next;
	uint64_t first; /* id of the first frame */
	size_t n, bytes;
	struct frame *facts;
	struct frame *frames[CHUNK_FRAMES];
};

struct history {
	struct timeline timeline; /* first: a timeline is a history */
	size_t max_bytes, bytes;
	uint64_t max_age_ns;
	struct chunk *oldest, *newest;
};

static size_t frame_bytes(const struct frame *f)
{
	size_t bytes = sizeof(*f);

	for (int i = 0; i < STREAM_COUNT; i++)
		bytes += (size_t)f->s[i].cap * streams[i].rec_size +
			 f->s[i].index_cap * sizeof(*f->s[i].index);
	return bytes;
}

static struct chunk *chunk_find(const struct history *h, uint64_t id)
{
	struct chunk *c = h->oldest;

	while (c && id >= c->first + c->n)
		c = c->next;
	return c && id >= c->first ? c : NULL;
}

static const struct frame *frame_find(const struct timeline *t, uint64_t id)
{
	const struct chunk *c = chunk_find((const struct history *)t, id);

	return c ? c->frames[id - c->first] : NULL;
}

static uint64_t history_wall_ns(const struct timeline *t, uint64_t id)
{
	return frame_find(t, id)->wall_ns;
}

static uint64_t history_mono_ns(const struct timeline *t, uint64_t id)
{
	return frame_find(t, id)->mono_ns;
}

static int history_load(struct timeline *t, uint64_t id, struct frame *cur, struct facts *facts)
{
	const struct chunk *c = chunk_find((const struct history *)t, id);

	if (!c)
		return -ENOENT;
	frame_copy(cur, c->frames[id - c->first]);
	if (!facts)
		return 0;
	facts_reset(facts);
	facts_apply(facts, c->facts);
	for (uint64_t i = c->first; i <= id; i++)
		facts_apply(facts, c->frames[i - c->first]);
	return 0;
}

struct history *history_new(size_t max_bytes, uint64_t max_age_ns)
{
	struct history *h = xcalloc(1, sizeof(*h));

	*h = (struct history){
		.timeline = { .wall_ns = history_wall_ns,
			      .mono_ns = history_mono_ns,
			      .load = history_load },
		.max_bytes = max_bytes,
		.max_age_ns = max_age_ns,
	};
	return h;
}

static void oldest_drop(struct history *h)
{
	struct chunk *c = h->oldest;

	h->oldest = c->next;
	if (!h->oldest)
		h->newest = NULL;
	h->timeline.begin = c->first + c->n;
	h->bytes -= c->bytes;
	for (size_t i = 0; i < c->n; i++)
		frame_free(c->frames[i]);
	frame_free(c->facts);
	free(c);
}

void history_free(struct history *h)
{
	if (!h)
		return;
	while (h->oldest)
		oldest_drop(h);
	free(h);
}

static struct chunk *chunk_begin(struct history *h, const struct facts *facts)
{
	struct chunk *c = xcalloc(1, sizeof(*c));

	c->first = h->timeline.end;
	c->facts = frame_new();
	facts_dump(facts, c->facts);
	c->bytes = sizeof(*c) + frame_bytes(c->facts);
	h->bytes += c->bytes;
	if (h->newest)
		h->newest->next = c;
	else
		h->oldest = c;
	h->newest = c;
	return c;
}

static bool is_too_much(const struct history *h, uint64_t now_ns)
{
	const struct chunk *c = h->oldest;

	return h->bytes > h->max_bytes ||
	       (c != h->newest && now_ns - c->frames[c->n - 1]->mono_ns > h->max_age_ns);
}

void history_add(struct history *h, const struct frame *prev, const struct frame *cur,
		 const struct facts *facts)
{
	struct chunk *c = h->newest;
	struct frame *copy = frame_new();
	size_t bytes;

	(void)prev;
	if (!c || c->n == CHUNK_FRAMES || c->bytes > h->max_bytes / CHUNKS_MIN)
		c = chunk_begin(h, facts);
	frame_copy(copy, cur);
	c->frames[c->n++] = copy;
	bytes = frame_bytes(copy);
	c->bytes += bytes;
	h->bytes += bytes;
	h->timeline.end++;
	while (h->oldest && is_too_much(h, cur->mono_ns))
		oldest_drop(h);
}

struct timeline *history_timeline(struct history *h)
{
	return &h->timeline;
}

size_t history_bytes(const struct history *h)
{
	return h->bytes;
}
