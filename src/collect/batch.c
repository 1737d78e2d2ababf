/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* A bucket of the hash must fit whole, or the kernel says ENOSPC: more than ever share a bucket,
 * and not so many that the buffers are large. */
#define BATCH_FIRST 1024u

/* So many entries are read one by one.  While a batch is looked for, be it in empty buckets, the kernel
 * runs no program of a classic tracepoint on that CPU: if it takes the CPU away then, calls of others are
 * missed. */
#define FEW 64u

struct batch {
	size_t key_size, value_size;
	uint32_t cap;
	uint32_t last; /* as many as there were */
	uint8_t *keys, *values;
};

struct batch *batch_new(size_t key_size, size_t value_size)
{
	struct batch *b = xcalloc(1, sizeof(*b));

	*b = (struct batch){ .key_size = key_size, .value_size = value_size, .cap = BATCH_FIRST };
	b->keys = xreallocarray(NULL, b->cap, key_size);
	b->values = xreallocarray(NULL, b->cap, value_size);
	return b;
}

void batch_free(struct batch *b)
{
	if (!b)
		return;
	free(b->keys);
	free(b->values);
	free(b);
}

static void batch_grow(struct batch *b)
{
	b->cap *= 2;
	b->keys = xreallocarray(b->keys, b->cap, b->key_size);
	b->values = xreallocarray(b->values, b->cap, b->value_size);
}

static void batch_append(const struct batch *b, uint32_t n, struct sample *s, enum stream_id id)
{
	size_t size = streams[id].rec_size;
	uint8_t *rec = sample_reserve(s, id, n);

	for (uint32_t i = 0; i < n; i++, rec += size) {
		memcpy(rec, b->keys + i * b->key_size, b->key_size);
		memcpy(rec + b->key_size, b->values + i * b->value_size, b->value_size);
		memset(rec + b->key_size + b->value_size, 0, size - b->key_size - b->value_size);
	}
	s->count += n;
}

/* False: there are more than a few, which are read. */
static bool few_read(struct batch *b, int map_fd, struct sample *s, enum stream_id id)
{
	const void *last = NULL;

	for (uint32_t n = 0; n < FEW; n++) {
		if (bpf_map_get_next_key(map_fd, last, b->keys))
			return true;
		if (!bpf_map_lookup_elem(map_fd, b->keys, b->values))
			batch_append(b, 1, s, id);
		last = b->keys;
	}
	return false;
}

static uint32_t many_read(struct batch *b, int map_fd, struct sample *s, enum stream_id id)
{
	uint32_t total = 0, position = 0;
	bool first = true;

	for (;;) {
		uint32_t n = b->cap;
		int r = bpf_map_lookup_batch(map_fd, first ? NULL : &position, &position, b->keys,
					     b->values, &n, NULL);

		if (r == -ENOSPC) {
			batch_grow(b);
			continue;
		}
		if (r && r != -ENOENT)
			return total;
		batch_append(b, n, s, id);
		total += n;
		if (r)
			return total;
		first = false;
	}
}

uint32_t batch_read(struct batch *b, int map_fd, struct sample *s, enum stream_id id)
{
	size_t before = s->count;

	if (b->last < FEW && few_read(b, map_fd, s, id))
		return b->last = (uint32_t)(s->count - before);
	s->count = before;
	return b->last = many_read(b, map_fd, s, id);
}

int batch_clear(struct batch *b, int map_fd)
{
	uint32_t position = 0;
	bool first = true;

	for (;;) {
		uint32_t n = b->cap;
		int r = bpf_map_lookup_and_delete_batch(map_fd, first ? NULL : &position, &position,
							b->keys, b->values, &n, NULL);

		if (r == -ENOSPC)
			batch_grow(b);
		else if (r)
			return r == -ENOENT ? 0 : r;
		else
			first = false;
	}
}

int batch_clear_map(int map_fd)
{
	struct bpf_map_info info;
	int r = batch_map_info(map_fd, &info);
	struct batch *b;

	if (r)
		return r;
	b = batch_new(info.key_size, info.value_size);
	r = batch_clear(b, map_fd);
	batch_free(b);
	return r;
}
