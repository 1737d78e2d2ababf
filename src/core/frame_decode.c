/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reverse of frame_encode.c, which has the layout.  What it is given may be anything. */
#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

#include "bytes.h"
#include "frame_op.h"

struct frame_decoder {
	struct layout layout;
	struct bytes raw;
	ZSTD_DCtx *z;
	uint64_t left; /* bytes that the frame may still grow by */
};

/* The two sequences, and where one run ended. */
struct source_bytes {
	struct reader ops, words;
};

struct frame_decoder *frame_decoder_new(const struct layout *l)
{
	struct frame_decoder *d = xcalloc(1, sizeof(*d));

	d->layout = *l;
	d->z = mem_check(ZSTD_createDCtx());
	return d;
}

void frame_decoder_free(struct frame_decoder *d)
{
	if (!d)
		return;
	ZSTD_freeDCtx(d->z);
	free(d->raw.data);
	free(d);
}

/* Adds the differences to the first size bytes of rec. */
static void words_apply(struct reader *words, uint8_t *rec, size_t size)
{
	size_t n = size / sizeof(uint32_t), i = 0;
	uint64_t distance;

	while ((distance = read_varint(words))) {
		uint64_t v = read_varint(words);
		uint32_t word;

		if (distance > n - i || v > UINT32_MAX) {
			words->bad = true;
			return;
		}
		i += distance;
		memcpy(&word, rec + (i - 1) * sizeof(word), sizeof(word));
		word += (uint32_t)v >> 1 ^ -((uint32_t)v & 1);
		memcpy(rec + (i - 1) * sizeof(word), &word, sizeof(word));
	}
}

/* A whole record into rec, which is zero. */
static void record_take(struct reader *words, const struct layout_stream *l, void *rec)
{
	uint64_t len = read_varint(words);
	const uint8_t *data = len <= l->rec_size ? read_bytes(words, len) : NULL;

	if (!data) {
		words->bad = true;
		return;
	}
	memcpy(rec, data, len);
	record_text_end(l->id, rec);
}

/* Room for n records of the stream within what a frame may have; NULL: no. */
static uint8_t *room(struct frame_decoder *d, struct sample *s, enum stream_id id, uint64_t n)
{
	size_t size = streams[id].rec_size;

	if (n > d->left / size)
		return NULL;
	d->left -= n * size;
	return sample_reserve(s, id, n);
}

static void run_fill(struct source_bytes *in, const struct layout_stream *l, uint8_t *to,
		     uint64_t n, enum code_op op)
{
	size_t size = streams[l->id].rec_size;

	for (uint64_t i = 0; i < n && op != CODE_SAME && !in->words.bad; i++, to += size) {
		words_apply(&in->words, to, l->rec_size);
		record_text_end(l->id, to);
	}
}

/* One run of records; false: that cannot be.  *next: where the last reference ended. */
static bool run_take(struct frame_decoder *d, struct source_bytes *in,
		     const struct layout_stream *l, const struct sample *prev, struct sample *s,
		     uint64_t left, uint64_t *next)
{
	uint64_t op = read_varint(&in->ops), n = op >> 2, ref = 0;
	size_t size = streams[l->id].rec_size;
	uint8_t *to;

	op &= 3;
	if (!n || n > left || op > CODE_NEW)
		return false;
	if (op != CODE_NEW) {
		ref = *next + unzigzag(read_varint(&in->ops));
		if (!prev || ref > prev->count || n > prev->count - ref)
			return false;
		*next = ref + n;
	}
	to = room(d, s, l->id, n);
	if (!to)
		return false;
	if (op == CODE_NEW)
		memset(to, 0, n * size);
	else
		memcpy(to, prev->recs + ref * size, n * size);
	run_fill(in, l, to, n, op);
	s->count += (uint32_t)n;
	return !in->ops.bad && !in->words.bad;
}

static bool dict_take(struct frame_decoder *d, struct source_bytes *in,
		      const struct layout_stream *l, struct sample *s, uint64_t count)
{
	if (count > CODE_FACTS_MAX)
		return false;
	for (; count; count--) {
		uint8_t *to = room(d, s, l->id, 1);

		if (!to || in->words.bad)
			return false;
		memset(to, 0, streams[l->id].rec_size);
		record_take(&in->words, l, to);
		s->count++;
	}
	return !in->words.bad;
}

static bool sample_take(struct frame_decoder *d, struct source_bytes *in,
			const struct layout_stream *l, const struct sample *prev, struct sample *s)
{
	uint64_t count, next = 0;

	s->gen = (prev ? prev->gen : 0) + (uint32_t)unzigzag(read_varint(&in->ops));
	for (uint32_t k = 0; k < d->layout.n_loss; k++) {
		uint64_t loss = unzigzag(read_varint(&in->ops));

		if (k < LOSS_KINDS)
			s->loss[k] = loss + (prev ? prev->loss[k] : 0);
	}
	count = read_varint(&in->ops);
	if (in->ops.bad || count > UINT32_MAX || (!streams[l->id].key_size && count > 1))
		return false;
	if (streams[l->id].kind == STREAM_KIND_DICT)
		return dict_take(d, in, l, s, count);
	while (s->count < count)
		if (!run_take(d, in, l, prev, s, count - s->count, &next))
			return false;
	return true;
}

/* The facts at the start of a key frame; facts NULL: only goes past them. */
static bool facts_take(struct frame_decoder *d, struct source_bytes *in, uint64_t mono_ns,
		       struct facts *facts)
{
	for (uint32_t i = 0; i < d->layout.n_streams; i++) {
		const struct layout_stream *l = &d->layout.s[i];
		uint64_t count;

		if (streams[l->id].kind != STREAM_KIND_DICT)
			continue;
		count = read_varint(&in->ops);
		if (count > CODE_FACTS_MAX)
			return false;
		for (; count && !in->words.bad; count--) {
			union any_rec rec;

			memset(&rec, 0, sizeof(rec));
			record_take(&in->words, l, &rec);
			if (facts && !in->words.bad)
				facts_add(facts, l->id, &rec, mono_ns);
		}
	}
	return !in->ops.bad && !in->words.bad;
}

static bool blob_open(struct frame_decoder *d, const struct frame_blob *b, struct source_bytes *in)
{
	uint32_t ops;
	size_t n;

	if (b->raw_len > CODE_RAW_MAX || b->raw_len < sizeof(ops))
		return false;
	d->raw.len = 0;
	n = ZSTD_decompressDCtx(d->z, bytes_reserve(&d->raw, b->raw_len), b->raw_len, b->data,
				b->len);
	if (ZSTD_isError(n) || n != b->raw_len)
		return false;
	memcpy(&ops, d->raw.data + n - sizeof(ops), sizeof(ops));
	n -= sizeof(ops);
	if (ops > n)
		return false;
	*in = (struct source_bytes){
		.ops = { .at = d->raw.data + n - ops, .end = d->raw.data + n },
		.words = { .at = d->raw.data, .end = d->raw.data + n - ops },
	};
	return true;
}

int frame_decode(struct frame_decoder *d, const struct frame_blob *b, const struct frame *prev,
		 struct frame *cur, struct facts *facts)
{
	struct source_bytes in;

	frame_reset(cur);
	cur->mono_ns = b->mono_ns;
	cur->wall_ns = b->wall_ns;
	cur->gap = b->gap;
	d->left = CODE_FRAME_MAX;
	if (b->key)
		prev = NULL;
	if (!blob_open(d, b, &in))
		return -EBADMSG;
	if (b->key && facts)
		facts_reset(facts);
	if (b->key && !facts_take(d, &in, b->mono_ns, facts))
		return -EBADMSG;
	for (uint32_t i = 0; i < d->layout.n_streams; i++) {
		const struct layout_stream *l = &d->layout.s[i];

		if (!sample_take(d, &in, l, prev ? &prev->s[l->id] : NULL, &cur->s[l->id]))
			return -EBADMSG;
	}
	if (facts)
		facts_apply(facts, cur);
	return 0;
}
