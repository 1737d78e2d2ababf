/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "mem.h"

#define CHUNK_BYTES (64 << 10)

struct chunk {
	char *bytes;
	size_t size;
};

struct slot {
	const char *s; /* NULL: free */
	uint32_t hash;
	uint32_t len;
};

struct table_text {
	struct chunk *chunks;
	size_t n_chunks;
	size_t at, used; /* the chunk that is being filled, and how far */
	struct slot *slots; /* open addressing; a power of two */
	size_t n_slots, n_strings;
};

struct table_text *table_text_new(void)
{
	return xcalloc(1, sizeof(struct table_text));
}

void table_text_free(struct table_text *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->n_chunks; i++)
		free(x->chunks[i].bytes);
	free(x->chunks);
	free(x->slots);
	free(x);
}

void table_text_reset(struct table_text *x)
{
	x->at = x->used = x->n_strings = 0;
	if (x->n_slots)
		memset(x->slots, 0, x->n_slots * sizeof(*x->slots));
}

static char *text_room(struct table_text *x, size_t size)
{
	char *p;

	while (x->at < x->n_chunks && x->chunks[x->at].size - x->used < size) {
		x->at++;
		x->used = 0;
	}
	if (x->at == x->n_chunks) {
		size_t bytes = size > CHUNK_BYTES ? size : CHUNK_BYTES;

		x->chunks = xreallocarray(x->chunks, x->n_chunks + 1, sizeof(*x->chunks));
		x->chunks[x->n_chunks++] = (struct chunk){ xmalloc(bytes), bytes };
	}
	p = x->chunks[x->at].bytes + x->used;
	x->used += size;
	return p;
}

static void slots_grow(struct table_text *x)
{
	size_t n = x->n_slots ? 2 * x->n_slots : 256;
	struct slot *slots = xcalloc(n, sizeof(*slots));

	for (size_t i = 0; i < x->n_slots; i++) {
		size_t at = x->slots[i].hash & (n - 1);

		if (!x->slots[i].s)
			continue;
		while (slots[at].s)
			at = (at + 1) & (n - 1);
		slots[at] = x->slots[i];
	}
	free(x->slots);
	x->slots = slots;
	x->n_slots = n;
}

const char *table_text_add(struct table_text *x, const char *s, size_t len)
{
	uint32_t hash = (uint32_t)bytes_hash(s, len);
	size_t at;
	char *copy;

	if (2 * (x->n_strings + 1) > x->n_slots)
		slots_grow(x);
	for (at = hash & (x->n_slots - 1); x->slots[at].s; at = (at + 1) & (x->n_slots - 1)) {
		const struct slot *slot = &x->slots[at];

		if (slot->hash == hash && slot->len == len && !memcmp(slot->s, s, len))
			return slot->s;
	}
	copy = text_room(x, len + 1);
	memcpy(copy, s, len);
	copy[len] = '\0';
	x->slots[at] = (struct slot){ .s = copy, .hash = hash, .len = (uint32_t)len };
	x->n_strings++;
	return copy;
}
