/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/frame_code.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixture_panel.h"

static uint64_t seed;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % below;
}

static void rec_touch(uint8_t *rec, enum stream_id id)
{
	uint32_t size = streams[id].rec_size, key = streams[id].key_size;

	for (uint32_t n = any(9); n; n--) {
		uint32_t at = key + any((size - key) / 4) * 4, v;

		memcpy(&v, rec + at, 4);
		v += any(3) ? any(1000) : any(1u << 31) * 2;
		memcpy(rec + at, &v, 4);
	}
	record_text_end(id, rec);
}

static void rec_new(struct sample *s, enum stream_id id, uint32_t key)
{
	uint8_t *rec = sample_add(s, id);

	memcpy(rec, &key, streams[id].key_size < 4 ? streams[id].key_size : 4);
	rec_touch(rec, id);
	if (any(20) == 0)
		memset(rec + streams[id].key_size, 0xff,
		       streams[id].rec_size - streams[id].key_size);
	record_text_end(id, rec);
}

/* Some records go, some change, some come, some change places. */
static void sample_random(struct sample *to, const struct sample *from, enum stream_id id)
{
	static uint32_t keys = 1;
	uint32_t size = streams[id].rec_size, n = from ? from->count : 0;

	to->gen = (from ? from->gen : 0) + (any(10) == 0);
	for (int k = 0; k < LOSS_KINDS; k++)
		to->loss[k] = (from ? from->loss[k] : 0) + (any(5) ? 0 : any(1u << 30));
	if (!streams[id].key_size) {
		if (any(4))
			rec_new(to, id, 0);
		return;
	}
	for (uint32_t i = 0; i < n && streams[id].kind == STREAM_KIND_COUNTER; i++) {
		uint8_t *rec;

		if (any(10) == 0)
			continue;
		rec = sample_add(to, id);
		memcpy(rec, sample_rec(from, id, any(15) ? i : n - 1 - i), size);
		if (!any(3))
			rec_touch(rec, id);
	}
	for (uint32_t m = any(30); m; m--)
		rec_new(to, id, keys++);
}

static void frame_random(struct frame *to, const struct frame *from, uint64_t n)
{
	frame_reset(to);
	to->mono_ns = n * 1000000007 + any(1000);
	to->wall_ns = to->mono_ns + 1700000000000000000ull;
	for (int id = 0; id < STREAM_COUNT; id++)
		sample_random(&to->s[id], from ? &from->s[id] : NULL, id);
	frame_index(to);
}

static void expect_same(const struct frame *a, const struct frame *b)
{
	cr_assert_eq(a->mono_ns, b->mono_ns);
	cr_assert_eq(a->wall_ns, b->wall_ns);
	for (int i = 0; i < STREAM_COUNT; i++) {
		const struct sample *x = &a->s[i], *y = &b->s[i];

		cr_assert_eq(x->gen, y->gen, "%s", streams[i].name);
		cr_assert_eq(x->count, y->count, "%s", streams[i].name);
		cr_assert_arr_eq(x->loss, y->loss, sizeof(x->loss));
		cr_assert(!x->count ||
				  !memcmp(x->recs, y->recs, (size_t)x->count * streams[i].rec_size),
			  "%s", streams[i].name);
	}
}

static void expect_same_facts(const struct facts *a, const struct facts *b)
{
	struct frame *x = frame_new(), *y = frame_new();

	facts_dump(a, x);
	facts_dump(b, y);
	expect_same(x, y);
	frame_free(x);
	frame_free(y);
}

/* A sender, and a receiver that has nothing but the blobs. */
struct pair {
	struct frame_encoder *encoder;
	struct frame_decoder *decoder;
	struct frame *sent[2], *got[2];
	struct facts *facts, *got_facts;
	struct frame_blob blob;
};

static void pair_init(struct pair *p)
{
	struct layout l;

	layout_init(&l);
	*p = (struct pair){ .encoder = frame_encoder_new(),
			    .decoder = frame_decoder_new(&l),
			    .sent = { frame_new(), frame_new() },
			    .got = { frame_new(), frame_new() },
			    .facts = facts_new(),
			    .got_facts = facts_new() };
}

static void pair_done(struct pair *p)
{
	frame_encoder_free(p->encoder);
	frame_decoder_free(p->decoder);
	for (int i = 0; i < 2; i++) {
		frame_free(p->sent[i]);
		frame_free(p->got[i]);
	}
	facts_free(p->facts);
	facts_free(p->got_facts);
}

static void pair_encode(struct pair *p, uint64_t n, bool key)
{
	frame_random(p->sent[n % 2], n ? p->sent[(n + 1) % 2] : NULL, n + 1);
	facts_apply(p->facts, p->sent[n % 2]);
	cr_assert_eq(frame_encode(p->encoder, key ? NULL : p->sent[(n + 1) % 2], p->sent[n % 2],
				  p->facts, &p->blob),
		     0);
	cr_assert_eq(p->blob.key, key);
}

Test(frame_code, what_goes_in_comes_out, .timeout = 60)
{
	for (int run = 0; run < 20; run++) {
		struct pair p;

		seed = (uint64_t)run;
		pair_init(&p);
		for (uint64_t n = 0; n < 40; n++) {
			pair_encode(&p, n, n % 15 == 0);
			cr_assert_eq(frame_decode(p.decoder, &p.blob, p.got[(n + 1) % 2],
						  p.got[n % 2], p.got_facts),
				     0, "run %d frame %llu", run, (unsigned long long)n);
			expect_same(p.sent[n % 2], p.got[n % 2]);
			if (n % 15 == 0)
				expect_same_facts(p.facts, p.got_facts);
		}
		pair_done(&p);
	}
}

/* Whoever comes late knows from a key frame what was told before. */
Test(frame_code, a_key_frame_needs_nothing)
{
	struct pair p;

	seed = 5;
	pair_init(&p);
	for (uint64_t n = 0; n < 30; n++)
		pair_encode(&p, n, n % 29 == 0);
	facts_add(p.got_facts, STREAM_USER, &(struct user_rec){ .uid = 77, .name = "stale" }, 1);
	cr_assert_eq(frame_decode(p.decoder, &p.blob, NULL, p.got[0], p.got_facts), 0);
	expect_same(p.sent[1], p.got[0]);
	expect_same_facts(p.facts, p.got_facts);
	pair_done(&p);
}

Test(frame_code, what_does_not_change_costs_next_to_nothing)
{
	struct frame *f = frame_new();
	struct pair p;

	pair_init(&p);
	for (uint32_t i = 0; i < 5000; i++)
		fixture_call(f, i, i, i % 300, i * 1000, 0, 5000);
	frame_index(f);
	cr_assert_eq(frame_encode(p.encoder, f, f, p.facts, &p.blob), 0);
	cr_expect_lt(p.blob.len, 200, "%u", p.blob.len);
	frame_free(f);
	pair_done(&p);
}

Test(frame_code, damage_is_harmless, .timeout = 120)
{
	struct pair p;
	uint8_t *bytes;

	seed = 9;
	pair_init(&p);
	for (uint64_t n = 0; n < 4; n++) {
		pair_encode(&p, n, n == 0 || n == 3);
		if (n < 3)
			frame_decode(p.decoder, &p.blob, p.got[(n + 1) % 2], p.got[n % 2], NULL);
		bytes = malloc(p.blob.len);
		for (int i = 0; i < 2000; i++) {
			struct frame_blob b = p.blob;
			struct frame *out = frame_new();

			memcpy(bytes, p.blob.data, b.len);
			b.data = bytes;
			for (int k = 0; k < 3; k++)
				bytes[any(b.len)] ^= (uint8_t)(1 << any(8));
			if (i % 3 == 0)
				b.len = any(b.len);
			if (i % 5 == 0)
				b.raw_len = any(1u << 31);
			frame_decode(p.decoder, &b, p.got[(n + 1) % 2], out, p.got_facts);
			frame_free(out);
		}
		free(bytes);
	}
	pair_done(&p);
}

/* Right in its form, wrong in what it says: counts, references and distances that cannot be. */
Test(frame_code, hostile_ops_are_refused)
{
	/* raw bytes before compression are made by hand: ops of the first stream, host */
	static const uint8_t ops[][12] = {
		{ 0, 0, 0, 0, 0, 0, 2, 2 << 2 | 2 }, /* two hosts */
		{ 0, 0, 0, 0, 0, 0, 1, 1 << 2 | 0, 0 }, /* the same as none */
		{ 0, 0, 0, 0, 0, 0, 1, 1 << 2 | 3 }, /* no such op */
		{ 0, 0, 0, 0, 0, 0, 1, 0 << 2 | 2 }, /* a run of none */
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	};
	struct pair p;

	pair_init(&p);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		uint8_t raw[12 + 4], stored[9 + 3 + sizeof(raw)] = { 0x28, 0xb5, 0x2f, 0xfd, 0x20,
								     sizeof(raw) };
		uint32_t len = 12, header = 1 | sizeof(raw) << 3;
		struct frame_blob b = { .data = stored,
					.len = 6 + 3 + sizeof(raw),
					.raw_len = sizeof(raw) };

		/* a zstd frame with its size, and one last block that is stored */
		memcpy(raw, ops[i], 12);
		memcpy(raw + 12, &len, 4);
		memcpy(stored + 6, &header, 3);
		memcpy(stored + 9, raw, sizeof(raw));
		cr_expect_eq(frame_decode(p.decoder, &b, p.got[1], p.got[0], NULL), -EBADMSG,
			     "%zu", i);
	}
	pair_done(&p);
}
