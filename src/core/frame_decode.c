/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reverse of frame_encode.c, which has the layout.  What it is given may be anything. */
#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

#include "bytes.h"
#include "frame_op.h"

#define RECORD_BYTES 256 /* to unpack them takes about as long as to make a record of them */
#define FACT_RECORDS 8	 /* as many records take as long as one fact that is put in its place */

/* The two sequences, and where one run ended. */
struct source_bytes {
	struct reader ops, words;
};

struct frame_decoder {
	struct layout layout;
	struct bytes raw;
	ZSTD_DCtx *z;
	/* what is under way, as frame_decode_begin got it */
	struct frame_blob blob;
	const struct frame *prev;
	struct frame *cur;
	struct facts *facts;
	bool anew;
	uint64_t left; /* bytes that the frame may still grow by */
	size_t unpacked; /* bytes of the blob */
	struct source_bytes in;
	unsigned int stage;
	uint32_t stream; /* of the layout */
	bool open; /* what stands before the records of the stream has been read */
	uint64_t count; /* records of the stream that are still to come */
	uint64_t next; /* where its last reference ended */
	struct {
		enum code_op op;
		uint64_t n, ref; /* n: left of it */
	} run;
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

static const struct sample *sample_before(const struct frame_decoder *d,
					  const struct layout_stream *l)
{
	return d->prev ? &d->prev->s[l->id] : NULL;
}

/* The next run of records; false: that cannot be. */
static bool run_open(struct frame_decoder *d, const struct layout_stream *l)
{
	const struct sample *prev = sample_before(d, l);
	uint64_t op = read_varint(&d->in.ops), n = op >> 2, ref = 0;

	op &= 3;
	if (!n || n > d->count || op > CODE_NEW)
		return false;
	if (op != CODE_NEW) {
		ref = d->next + unzigzag(read_varint(&d->in.ops));
		if (!prev || ref > prev->count || n > prev->count - ref)
			return false;
		d->next = ref + n;
	}
	d->run.op = (enum code_op)op;
	d->run.n = n;
	d->run.ref = ref;
	return true;
}

/* At most max records of the run; false: that cannot be. */
static bool run_take(struct frame_decoder *d, const struct layout_stream *l, uint64_t max)
{
	struct sample *s = &d->cur->s[l->id];
	size_t size = streams[l->id].rec_size;
	uint64_t n = d->run.n < max ? d->run.n : max;
	uint8_t *to = room(d, s, l->id, n);

	if (!to)
		return false;
	if (d->run.op == CODE_NEW)
		memset(to, 0, n * size);
	else
		memcpy(to, d->prev->s[l->id].recs + d->run.ref * size, n * size);
	run_fill(&d->in, l, to, n, d->run.op);
	s->count += (uint32_t)n;
	d->run.ref += n;
	d->run.n -= n;
	d->count -= n;
	return !d->in.ops.bad && !d->in.words.bad;
}

static bool dict_take(struct frame_decoder *d, const struct layout_stream *l)
{
	struct sample *s = &d->cur->s[l->id];
	uint8_t *to = room(d, s, l->id, 1);

	if (!to)
		return false;
	memset(to, 0, streams[l->id].rec_size);
	record_take(&d->in.words, l, to);
	s->count++;
	d->count--;
	return !d->in.words.bad;
}

/* What stands before the records of a stream. */
static bool sample_open(struct frame_decoder *d, const struct layout_stream *l)
{
	const struct sample *prev = sample_before(d, l);
	struct sample *s = &d->cur->s[l->id];

	s->gen = (prev ? prev->gen : 0) + (uint32_t)unzigzag(read_varint(&d->in.ops));
	for (uint32_t k = 0; k < d->layout.n_loss; k++) {
		uint64_t loss = unzigzag(read_varint(&d->in.ops));

		if (k < LOSS_KINDS)
			s->loss[k] = loss + (prev ? prev->loss[k] : 0);
	}
	d->count = read_varint(&d->in.ops);
	d->next = d->run.n = 0;
	if (d->in.ops.bad || d->count > UINT32_MAX || (!streams[l->id].key_size && d->count > 1))
		return false;
	return streams[l->id].kind != STREAM_KIND_DICT || d->count <= CODE_FACTS_MAX;
}

static bool sample_take(struct frame_decoder *d, const struct layout_stream *l, size_t *records)
{
	uint64_t before = d->count;
	bool good;

	if (streams[l->id].kind == STREAM_KIND_DICT)
		good = dict_take(d, l);
	else
		good = (d->run.n || run_open(d, l)) && run_take(d, l, *records);
	spend(records, before - d->count);
	return good;
}

/* The stages: 1: there is more to do; 0: it is done; -EBADMSG. */
static int samples_take(struct frame_decoder *d, size_t *records)
{
	for (; d->stream < d->layout.n_streams; d->stream++, d->open = false) {
		const struct layout_stream *l = &d->layout.s[d->stream];

		if (!d->open && !sample_open(d, l))
			return -EBADMSG;
		d->open = true;
		while (d->count && *records)
			if (!sample_take(d, l, records))
				return -EBADMSG;
		if (d->count)
			return 1;
	}
	return 0;
}

static bool fact_take(struct frame_decoder *d, const struct layout_stream *l, size_t *records)
{
	union any_rec rec;

	memset(&rec, 0, sizeof(rec));
	record_take(&d->in.words, l, &rec);
	d->count--;
	spend(records, d->anew ? FACT_RECORDS : 1);
	if (d->in.words.bad)
		return false;
	if (d->anew)
		facts_add(d->facts, l->id, &rec, d->blob.mono_ns);
	return true;
}

/* The facts at the start of a key frame; unless they begin anew it only goes past them. */
static int facts_take(struct frame_decoder *d, size_t *records)
{
	if (!d->blob.key)
		return 0;
	for (; d->stream < d->layout.n_streams; d->stream++, d->open = false) {
		const struct layout_stream *l = &d->layout.s[d->stream];

		if (streams[l->id].kind != STREAM_KIND_DICT)
			continue;
		if (!d->open)
			d->count = read_varint(&d->in.ops);
		if (d->in.ops.bad || d->count > CODE_FACTS_MAX)
			return -EBADMSG;
		d->open = true;
		while (d->count && *records)
			if (!fact_take(d, l, records))
				return -EBADMSG;
		if (d->count)
			return 1;
	}
	return 0;
}

/* A frame ends with the length of its operations. */
static bool size_possible(const struct frame_blob *b)
{
	return b->raw_len >= sizeof(uint32_t) && b->raw_len <= CODE_RAW_MAX;
}

static bool raw_open(struct frame_decoder *d)
{
	size_t n = d->raw.len;
	uint32_t ops;

	memcpy(&ops, d->raw.data + n - sizeof(ops), sizeof(ops));
	n -= sizeof(ops);
	if (ops > n)
		return false;
	d->in = (struct source_bytes){
		.ops = { .at = d->raw.data + n - ops, .end = d->raw.data + n },
		.words = { .at = d->raw.data, .end = d->raw.data + n - ops },
	};
	return true;
}

static int unpack(struct frame_decoder *d, size_t *records)
{
	size_t raw = d->blob.raw_len, left = raw - d->raw.len, before = d->raw.len, r;
	bool all = *records >= left / RECORD_BYTES + 1;
	ZSTD_outBuffer out = { d->raw.data, all ? raw : before + *records * RECORD_BYTES, before };
	ZSTD_inBuffer in = { d->blob.data, d->blob.len, d->unpacked };

	r = ZSTD_decompressStream(d->z, &out, &in);
	if (ZSTD_isError(r) || (r && in.pos == d->unpacked && out.pos == before))
		return -EBADMSG;
	d->raw.len = out.pos;
	d->unpacked = in.pos;
	spend(records, (out.pos - before) / RECORD_BYTES + 1);
	if (r)
		return 1;
	return in.pos == in.size && out.pos == raw && raw_open(d) ? 0 : -EBADMSG;
}

/* What is new in the frame. */
static int facts_update(struct frame_decoder *d, size_t *records)
{
	for (; d->facts && d->stream < STREAM_COUNT; d->stream++, d->open = false) {
		const struct sample *s = &d->cur->s[d->stream];

		if (streams[d->stream].kind != STREAM_KIND_DICT)
			continue;
		if (!d->open)
			d->count = s->count;
		d->open = true;
		for (; d->count && *records; d->count--, spend(records, FACT_RECORDS))
			facts_add(d->facts, d->stream,
				  sample_rec(s, d->stream, s->count - d->count), d->cur->mono_ns);
		if (d->count)
			return 1;
	}
	return 0;
}

static int (*const stages[])(struct frame_decoder *d, size_t *records) = {
	unpack,
	facts_take,
	samples_take,
	facts_update,
};
#define STAGES (sizeof(stages) / sizeof(stages[0]))

void frame_decode_begin(struct frame_decoder *d, const struct frame_blob *b,
			const struct frame *prev, struct frame *cur, struct facts *facts, bool anew)
{
	frame_reset(cur);
	cur->mono_ns = b->mono_ns;
	cur->wall_ns = b->wall_ns;
	cur->gap = b->gap;
	d->blob = *b;
	d->prev = b->key ? NULL : prev;
	d->cur = cur;
	d->facts = facts;
	d->anew = anew && facts;
	d->left = CODE_FRAME_MAX;
	d->unpacked = d->raw.len = 0;
	d->stage = d->stream = 0;
	d->open = false;
	ZSTD_DCtx_reset(d->z, ZSTD_reset_session_only);
	if (size_possible(b))
		bytes_reserve(&d->raw, b->raw_len);
	if (b->key && d->anew)
		facts_reset(facts);
}

int frame_decode_step(struct frame_decoder *d, size_t *records)
{
	if (!size_possible(&d->blob))
		return -EBADMSG;
	while (d->stage < STAGES && *records) {
		int r = stages[d->stage](d, records);

		if (r < 0)
			return r;
		if (r)
			continue;
		d->stage++;
		d->stream = 0;
		d->open = false;
	}
	return d->stage < STAGES;
}

int frame_decode(struct frame_decoder *d, const struct frame_blob *b, const struct frame *prev,
		 struct frame *cur, struct facts *facts)
{
	size_t records;
	int r;

	frame_decode_begin(d, b, prev, cur, facts, true);
	do {
		records = SIZE_MAX;
		r = frame_decode_step(d, &records);
	} while (r > 0);
	return r;
}
