/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "history.h"

#include <errno.h>
#include <stdlib.h>

#include "bytes.h"
#include "frame_code.h"
#include "mem.h"

#define CHUNKS_MIN 8 /* that fit: what is dropped at once is an eighth at most */
#define CHUNK_STEP (64u << 10) /* a chunk grows by at least that */
#define MALLOC_PAGE 4096 /* what an allocation may cost beyond its size */

/* A frame of a chunk. */
struct kept {
	uint64_t mono_ns, wall_ns;
	uint32_t offset, len, raw_len;
};

/* A key frame and those that need it. */
struct chunk {
	struct chunk *next;
	uint64_t first; /* id of the key frame */
	uint32_t n;
	struct bytes bytes;
	struct kept frames[CODE_CHUNK];
};

struct history {
	struct timeline timeline; /* first: a timeline is a history */
	size_t max_bytes;
	size_t chunk_bytes; /* of all chunks */
	uint64_t max_age_ns;
	struct frame_encoder *encoder;
	struct layout layout; /* of this program's frames */
	struct chunk *oldest, *newest;
	struct chunk *spare; /* the last that was dropped: the next one gets its memory */
	struct chunk *found; /* by the last look-up */
};

static struct chunk *chunk_find(struct history *h, uint64_t id)
{
	struct chunk *c = h->found && h->found->first <= id ? h->found : h->oldest;

	while (c && id >= c->first + c->n)
		c = c->next;
	h->found = c && id >= c->first ? c : NULL;
	return h->found;
}

static const struct kept *kept_find(const struct timeline *t, uint64_t id)
{
	const struct chunk *c = chunk_find((struct history *)t, id);

	return &c->frames[id - c->first];
}

static uint64_t history_wall_ns(const struct timeline *t, uint64_t id)
{
	return kept_find(t, id)->wall_ns;
}

static uint64_t history_mono_ns(const struct timeline *t, uint64_t id)
{
	return kept_find(t, id)->mono_ns;
}

static uint64_t history_key(const struct timeline *t, uint64_t id)
{
	return chunk_find((struct history *)t, id)->first;
}

static int history_stored(struct timeline *t, uint64_t id, bool first, struct frame_blob *ret,
			  const struct layout **ret_layout)
{
	struct history *h = (struct history *)t;
	const struct chunk *c;
	const struct kept *k;

	(void)first;
	if (id < t->begin || id >= t->end)
		return -ENOENT;
	c = chunk_find(h, id);
	k = &c->frames[id - c->first];
	*ret = (struct frame_blob){
		.data = c->bytes.data + k->offset,
		.len = k->len,
		.raw_len = k->raw_len,
		.key = id == c->first,
		.mono_ns = k->mono_ns,
		.wall_ns = k->wall_ns,
	};
	*ret_layout = &h->layout;
	return 0;
}

size_t history_bytes(const struct history *h)
{
	return h->chunk_bytes;
}

static size_t chunk_size(const struct chunk *c)
{
	return sizeof(*c) + c->bytes.cap + MALLOC_PAGE;
}

static void chunk_free(struct history *h, struct chunk *c)
{
	if (!c)
		return;
	h->chunk_bytes -= chunk_size(c);
	free(c->bytes.data);
	free(c);
}

static void oldest_drop(struct history *h)
{
	struct chunk *c = h->oldest;

	h->oldest = c->next;
	if (!h->oldest)
		h->newest = NULL;
	h->timeline.begin = c->first + c->n;
	h->found = NULL;
	chunk_free(h, h->spare);
	h->spare = c;
}

/* At once, however large: then the next frame begins a new chunk. */
static void bounds_keep(struct history *h, uint64_t now_ns)
{
	const struct chunk *c = h->oldest;

	if (c && c != h->newest && now_ns - c->frames[c->n - 1].mono_ns > h->max_age_ns)
		oldest_drop(h);
	while (history_bytes(h) > h->max_bytes && (h->spare || h->oldest)) {
		if (!h->spare)
			oldest_drop(h);
		chunk_free(h, h->spare);
		h->spare = NULL;
	}
}

struct history *history_new(size_t max_bytes, uint64_t max_age_ns)
{
	struct history *h = xcalloc(1, sizeof(*h));

	*h = (struct history){
		.timeline = { .wall_ns = history_wall_ns,
			      .mono_ns = history_mono_ns,
			      .key = history_key,
			      .stored = history_stored },
		.max_bytes = max_bytes,
		.max_age_ns = max_age_ns,
		.encoder = frame_encoder_new(),
	};
	layout_init(&h->layout);
	return h;
}

void history_free(struct history *h)
{
	if (!h)
		return;
	while (h->oldest)
		oldest_drop(h);
	chunk_free(h, h->spare);
	frame_encoder_free(h->encoder);
	free(h);
}

static struct chunk *chunk_begin(struct history *h)
{
	struct chunk *c = h->spare;

	if (!c) {
		c = xcalloc(1, sizeof(*c));
		h->chunk_bytes += chunk_size(c);
	}
	h->spare = NULL;
	*c = (struct chunk){ .first = h->timeline.end, .bytes = c->bytes };
	c->bytes.len = 0;
	if (h->newest)
		h->newest->next = c;
	else
		h->oldest = c;
	h->newest = c;
	return c;
}

static void chunk_grow(struct history *h, struct chunk *c, size_t len)
{
	size_t before = c->bytes.cap;

	if (len > c->bytes.cap - c->bytes.len)
		bytes_reserve(&c->bytes, len > CHUNK_STEP ? len : CHUNK_STEP);
	h->chunk_bytes += c->bytes.cap - before;
}

static bool chunk_goes_on(const struct history *h, const struct frame *prev)
{
	const struct chunk *c = h->newest;

	return prev && c && c->n < CODE_CHUNK && c->bytes.len < h->max_bytes / CHUNKS_MIN &&
	       prev->mono_ns == c->frames[c->n - 1].mono_ns;
}

void history_add(struct history *h, const struct frame *prev, const struct frame *cur,
		 const struct facts *facts)
{
	bool goes_on = chunk_goes_on(h, prev);
	struct frame_blob b;
	struct chunk *c;

	/* what is too large is not kept, nor is anything before it then: there are no holes */
	if (frame_encode(h->encoder, goes_on ? prev : NULL, cur, facts, &b) ||
	    b.len > h->max_bytes / 2) {
		while (h->oldest)
			oldest_drop(h);
		h->timeline.begin = ++h->timeline.end;
		return;
	}
	c = goes_on ? h->newest : chunk_begin(h);
	chunk_grow(h, c, b.len);
	c->frames[c->n++] = (struct kept){
		.mono_ns = b.mono_ns,
		.wall_ns = b.wall_ns,
		.offset = (uint32_t)c->bytes.len,
		.len = b.len,
		.raw_len = b.raw_len,
	};
	bytes_put(&c->bytes, b.data, b.len);
	h->timeline.end++;
	bounds_keep(h, cur->mono_ns);
}

struct timeline *history_timeline(struct history *h)
{
	return &h->timeline;
}
