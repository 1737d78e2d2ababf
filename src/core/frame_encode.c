/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sequences of bytes: `ops` says what the records are made of, `words` holds what is new.
 *
 *   per stream: zigzag(gen - before), per kind of loss zigzag(loss - before), count, then for
 *     COUNTER and GAUGE runs until count is reached: n << 2 | enum code_op, and where the op
 *     refers to the frame before zigzag(first record - where the run before ended)
 *     DICT the records whole: length without zeros at the end, bytes
 *   a key frame begins, per DICT stream, with count and records of the facts
 *
 * A changed record is, per 32-bit word that differs: 1 + equal words before it, zigzag(difference);
 * then 0.  A new one is the same, against zeros.  The block is words, ops, u32 length of ops.
 */
#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

#include "bytes.h"
#include "frame_op.h"

/* Level 3 makes 3 to 15 % less of it, in up to 1.7 times the time (bench/frames.c). */
#define LEVEL 1

struct frame_encoder {
	struct bytes ops, words, out;
	ZSTD_CCtx *z;
};

/* A run of records that are made in the same way. */
struct run {
	enum code_op op;
	uint32_t n;
	uint32_t ref;  /* first record of the frame before */
	uint32_t next; /* where the run before ended */
};

static const union any_rec zeros;

#define STREAM(id, name, rec, key, kind) \
	_Static_assert(sizeof(rec) % sizeof(uint32_t) == 0, #rec " is not made of words");
#include "bpf/streams.def"
#undef STREAM

struct frame_encoder *frame_encoder_new(void)
{
	struct frame_encoder *e = xcalloc(1, sizeof(*e));

	e->z = mem_check(ZSTD_createCCtx());
	return e;
}

void frame_encoder_free(struct frame_encoder *e)
{
	if (!e)
		return;
	ZSTD_freeCCtx(e->z);
	free(e->ops.data);
	free(e->words.data);
	free(e->out.data);
	free(e);
}

static uint32_t word(const uint8_t *rec, size_t i)
{
	uint32_t w;

	memcpy(&w, rec + i * sizeof(w), sizeof(w));
	return w;
}

static void words_put(struct bytes *to, const uint8_t *before, const uint8_t *rec, size_t size)
{
	size_t n = size / sizeof(uint32_t), last = 0;
	/* a word is at most two bytes of distance and five of difference */
	uint8_t *at = bytes_reserve(to, 8 * n + 1), *start = at;

	for (size_t i = 0; i < n; i++) {
		uint32_t difference = word(rec, i) - word(before, i);

		if (!difference)
			continue;
		at = varint_put(at, 1 + i - last);
		at = varint_put(at, difference << 1 ^ -(difference >> 31));
		last = i + 1;
	}
	*at++ = 0;
	to->len += (size_t)(at - start);
}

static void record_put(struct bytes *to, const void *rec, size_t size)
{
	while (size && !((const uint8_t *)rec)[size - 1])
		size--;
	bytes_varint(to, size);
	bytes_put(to, rec, size);
}

static void run_end(struct frame_encoder *e, struct run *run)
{
	if (!run->n)
		return;
	bytes_varint(&e->ops, (uint64_t)run->n << 2 | run->op);
	if (run->op != CODE_NEW) {
		bytes_varint(&e->ops, zigzag((uint64_t)run->ref - run->next));
		run->next = run->ref + run->n;
	}
	run->n = 0;
}

/* Index in prev of the record with the key of rec, UINT32_MAX: none.  Most follow in order. */
static uint32_t record_before(const struct sample *prev, enum stream_id id, const void *rec,
			      uint32_t expected)
{
	size_t key_size = streams[id].key_size;
	const uint8_t *before;

	if (expected < prev->count && !memcmp(sample_rec(prev, id, expected), rec, key_size))
		return expected;
	if (!key_size)
		return UINT32_MAX;
	before = sample_find(prev, id, rec);
	return before ? (uint32_t)((size_t)(before - prev->recs) / streams[id].rec_size)
		      : UINT32_MAX;
}

static void records_encode(struct frame_encoder *e, enum stream_id id, const struct sample *prev,
			   const struct sample *cur)
{
	size_t size = streams[id].rec_size;
	struct run run = { .op = CODE_NEW };
	uint32_t expected = 0;

	for (uint32_t i = 0; i < cur->count; i++) {
		const uint8_t *rec = sample_rec(cur, id, i), *before = NULL;
		uint32_t ref = record_before(prev, id, rec, expected);
		enum code_op op = CODE_NEW;

		if (ref != UINT32_MAX) {
			before = sample_rec(prev, id, ref);
			op = memcmp(before, rec, size) ? CODE_CHANGED : CODE_SAME;
		}
		if (op != run.op || (before && ref != run.ref + run.n))
			run_end(e, &run);
		if (!run.n)
			run = (struct run){ op, 0, ref, run.next };
		run.n++;
		if (before)
			expected = ref + 1;
		if (op != CODE_SAME)
			words_put(&e->words, before ? before : (const uint8_t *)&zeros, rec, size);
	}
	run_end(e, &run);
}

static void sample_encode(struct frame_encoder *e, enum stream_id id, const struct sample *prev,
			  const struct sample *cur)
{
	bytes_varint(&e->ops, zigzag((uint64_t)cur->gen - prev->gen));
	for (int k = 0; k < LOSS_KINDS; k++)
		bytes_varint(&e->ops, zigzag(cur->loss[k] - prev->loss[k]));
	bytes_varint(&e->ops, cur->count);
	if (streams[id].kind != STREAM_KIND_DICT) {
		records_encode(e, id, prev, cur);
		return;
	}
	for (uint32_t i = 0; i < cur->count; i++)
		record_put(&e->words, sample_rec(cur, id, i), streams[id].rec_size);
}

static void fact_encode(void *data, const void *rec, size_t size)
{
	struct frame_encoder *e = data;

	record_put(&e->words, rec, size);
}

static void facts_encode(struct frame_encoder *e, const struct facts *facts)
{
	for (int id = 0; id < STREAM_COUNT; id++) {
		if (streams[id].kind != STREAM_KIND_DICT)
			continue;
		bytes_varint(&e->ops, facts_count(facts, id));
		facts_each(facts, id, fact_encode, e);
	}
}

static bool is_too_large(const struct frame *f)
{
	uint64_t bytes = 0;

	for (int id = 0; id < STREAM_COUNT; id++)
		bytes += (uint64_t)f->s[id].count * streams[id].rec_size;
	return bytes > CODE_FRAME_MAX;
}

static int compress_words(struct frame_encoder *e, struct frame_blob *ret)
{
	size_t bound, n;

	if (e->words.len > CODE_RAW_MAX)
		return -EFBIG;
	bound = ZSTD_compressBound(e->words.len);
	e->out.len = 0;
	n = ZSTD_compressCCtx(e->z, bytes_reserve(&e->out, bound), bound, e->words.data,
			      e->words.len, LEVEL);
	if (ZSTD_isError(n))
		return -ENOMEM;
	ret->data = e->out.data;
	ret->len = (uint32_t)n;
	ret->raw_len = (uint32_t)e->words.len;
	return 0;
}

int frame_encode(struct frame_encoder *e, const struct frame *prev, const struct frame *cur,
		 const struct facts *facts, struct frame_blob *ret)
{
	static const struct sample none;
	uint32_t len;

	if (is_too_large(cur))
		return -EFBIG;
	*ret = (struct frame_blob){ .key = !prev, .mono_ns = cur->mono_ns, .wall_ns = cur->wall_ns };
	e->ops.len = e->words.len = 0;
	if (!prev)
		facts_encode(e, facts);
	for (int id = 0; id < STREAM_COUNT; id++)
		sample_encode(e, id, prev ? &prev->s[id] : &none, &cur->s[id]);
	len = (uint32_t)e->ops.len;
	bytes_put(&e->words, e->ops.data, e->ops.len);
	bytes_put(&e->words, &len, sizeof(len));
	return compress_words(e, ret);
}
