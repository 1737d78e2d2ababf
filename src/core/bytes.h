/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that grow at one end, numbers of variable length in them, and reading them back. */
#ifndef PROBETOP_BYTES_H
#define PROBETOP_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mem.h"

#define VARINT_MAX 10 /* bytes of a 64-bit number: seven bits a byte, the lowest first */

struct bytes {
	uint8_t *data;
	size_t len, cap;
};

/* Eight bytes at a time: most keys are of whole words, and paths are long. */
static inline uint64_t bytes_hash(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t h = len, word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15ull;
		h ^= h >> 32;
	}
	word = 0;
	memcpy(&word, p, len);
	h = (h ^ word) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 32;
}

/* Room for n more; what is put there is counted by the caller. */
static inline uint8_t *bytes_reserve(struct bytes *b, size_t n)
{
	if (n > b->cap - b->len) {
		b->cap = b->cap + b->cap / 4 > b->len + n ? b->cap + b->cap / 4 : b->len + n;
		b->data = xrealloc(b->data, b->cap);
	}
	return b->data + b->len;
}

static inline void bytes_put(struct bytes *b, const void *data, size_t n)
{
	if (!n)
		return;
	memcpy(bytes_reserve(b, n), data, n);
	b->len += n;
}

static inline uint8_t *varint_put(uint8_t *to, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		*to++ = (uint8_t)(v | 0x80);
	*to++ = (uint8_t)v;
	return to;
}

static inline void bytes_varint(struct bytes *b, uint64_t v)
{
	uint8_t *to = bytes_reserve(b, VARINT_MAX);

	b->len += (size_t)(varint_put(to, v) - to);
}

/* Small differences become small numbers, whichever sign they have. */
static inline uint64_t zigzag(uint64_t difference)
{
	return difference << 1 ^ -(difference >> 63);
}

static inline uint64_t unzigzag(uint64_t v)
{
	return v >> 1 ^ -(v & 1);
}

/* What remains to be read; bad: something was asked for that is not there, all is 0 from then on. */
struct reader {
	const uint8_t *at, *end;
	bool bad;
};

static inline uint64_t read_varint(struct reader *r)
{
	uint64_t v = 0;

	for (unsigned int shift = 0; shift < 64 && r->at < r->end; shift += 7) {
		uint8_t byte = *r->at++;

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return v;
	}
	r->bad = true;
	r->at = r->end;
	return 0;
}

/* The next n bytes, or NULL. */
static inline const uint8_t *read_bytes(struct reader *r, size_t n)
{
	const uint8_t *at = r->at;

	if ((size_t)(r->end - at) < n) {
		r->bad = true;
		r->at = r->end;
		return NULL;
	}
	r->at += n;
	return at;
}

#endif
