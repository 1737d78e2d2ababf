/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "core/frame_code.h"
#include "core/record_format.h"
#include "core/timeline.h"
#include "recording.h"

#define STREAMS_SIZE (STREAM_COUNT * sizeof(struct recording_stream))
#define HEADER_SIZE (sizeof(struct recording_header) + STREAMS_SIZE + sizeof(uint64_t))

static struct recording_header *header(struct recording *r)
{
	return (struct recording_header *)r->bytes;
}

static struct recording_stream *stream(struct recording *r, int i)
{
	return (struct recording_stream *)(r->bytes + sizeof(struct recording_header)) + i;
}

static struct recording_block *block(struct recording *r)
{
	return (struct recording_block *)(r->bytes + HEADER_SIZE);
}

/* Makes the checksums of header and first block right again: malice, not damage. */
static void sign(struct recording *r)
{
	struct recording_block *b = block(r);
	uint64_t sum = recording_checksum(0, header(r), sizeof(struct recording_header));

	sum = recording_checksum(sum, stream(r, 0), STREAMS_SIZE);
	memcpy(r->bytes + HEADER_SIZE - sizeof(sum), &sum, sizeof(sum));
	if (r->size < HEADER_SIZE + sizeof(*b) + b->length)
		return;
	b->checksum = recording_checksum(0, b + 1, b->length);
	b->head_checksum = recording_head_sum(b);
}

/* Stores the bytes and expects that no frame comes and the line has the word. */
static void expect_refused(struct recording *r, const char *word)
{
	int frames;

	if (r->size > HEADER_SIZE)
		sign(r);
	recording_store(r, r->bytes, r->size);
	cr_expect_lt(replay_all(r, &frames), 0, "%s", word);
	cr_expect_eq(frames, 0);
	cr_expect(strstr(r->error, word), "\"%s\" lacks \"%s\"", r->error, word);
	cr_expect_not(strchr(r->error, '\n'));
}

/* Where the blocks end: ret[0] is the end of the header; returns how many blocks there are. */
static int blocks_find(const struct recording *r, size_t *ret, int max)
{
	size_t at = HEADER_SIZE;
	int n = 0;

	ret[0] = at;
	while (at + sizeof(struct recording_footer) < r->size) {
		struct recording_block b;

		memcpy(&b, r->bytes + at, sizeof(b));
		at += sizeof(b) + b.length;
		cr_assert_lt(n + 1, max);
		ret[++n] = at;
	}
	cr_assert_eq(at + sizeof(struct recording_footer), r->size);
	return n;
}

Test(replay, cut_at_every_byte, .timeout = 120)
{
	struct recording r;
	size_t ends[9];
	int blocks;

	recording_init(&r);
	recording_make(&r, 3);
	blocks = blocks_find(&r, ends, 9);
	cr_assert_eq(blocks, 4, "three frames and the index");
	for (size_t cut = 0; cut <= r.size; cut++) {
		int frames, e, whole = 0;
		bool at_end = cut == r.size || cut == ends[0];

		recording_store(&r, r.bytes, cut);
		e = replay_all(&r, &frames);
		for (int i = 1; i <= blocks; i++) {
			whole += i < blocks && cut >= ends[i];
			at_end |= cut == ends[i];
		}
		cr_assert_eq(frames, whole, "cut at %zu: %d frames, not %d", cut, frames, whole);
		cr_assert(at_end ? e == 1 : e < 0, "cut at %zu: %d %s", cut, e, r.error);
		if (!at_end)
			cr_assert(strlen(r.error) > 10 && !strchr(r.error, '\n'));
		if (!at_end && cut > ends[0])
			cr_assert(strstr(r.error, "cut off after frame"), "%s", r.error);
	}
	recording_done(&r);
}

/* Plays all frames: each is as it was made.  Returns how many came. */
static int play_and_compare(struct recording *r, int *ret_e)
{
	struct frame *want = frame_new();
	struct source *s;
	struct session session;
	int n = 0, e = replay_open(&s, r->path, r->error, sizeof(r->error));

	*ret_e = e;
	if (e) {
		frame_free(want);
		return 0;
	}
	session_init(&session, s);
	for (; !(e = session_step(&session)); n++) {
		const struct frame *f = session.cur;
		int i = (int)(f->mono_ns / 1000000000) - 1;

		frame_make(want, i);
		for (int id = 0; id < STREAM_COUNT; id++)
			if (streams[id].kind != STREAM_KIND_DICT && want->s[id].count)
				cr_assert(f->s[id].count == want->s[id].count &&
					  !memcmp(f->s[id].recs, want->s[id].recs,
						  (size_t)want->s[id].count * streams[id].rec_size));
		cr_assert(!f->gap || !session.prev, "no interval over a gap");
		cr_assert(!session.prev || session.prev->mono_ns + 1000000000 == f->mono_ns);
		cr_assert_eq(facts_count(session.facts, STREAM_TASK), (size_t)i + 1);
	}
	if (e < 0)
		snprintf(r->error, sizeof(r->error), "%s", replay_error(s));
	*ret_e = e;
	session_done(&session);
	frame_free(want);
	return n;
}

/* What does not need the damaged frame can still be had, and what is missing is said. */
static void flip(struct recording *r, size_t byte, const size_t *ends, int frames)
{
	int e, got, at = 0, key;
	uint8_t mask = (uint8_t)(1 << rand() % 8);

	while (at <= frames && byte >= ends[at])
		at++;
	/* the damage is in frame at - 1; at 0: in the header, frames + 1: in index or footer */
	key = at ? (at - 1) / CODE_CHUNK * CODE_CHUNK : 0;
	r->bytes[byte] ^= mask;
	recording_store(r, r->bytes, r->size);
	got = play_and_compare(r, &e);
	r->bytes[byte] ^= mask;
	if (!at) {
		cr_assert_lt(e, 0, "byte %zu of the header", byte);
	} else if (at > frames) {
		cr_assert_eq(got, frames);
		cr_assert(e == 1 || strstr(r->error, "cut off after"), "%s", r->error);
	} else {
		int lost = (key + CODE_CHUNK < frames ? key + CODE_CHUNK : frames) - (at - 1);

		cr_assert_lt(e, 0, "byte %zu of frame %d", byte, at - 1);
		cr_assert_eq(got, frames - lost, "byte %zu of frame %d: %d came: %s", byte, at - 1,
			     got, r->error);
		cr_assert(strlen(r->error) > 10 && !strchr(r->error, '\n'));
	}
}

Test(replay, a_flipped_bit_in_any_byte_is_found_and_harmless, .timeout = 300)
{
	static size_t ends[200];
	struct recording r;

	srand(3);
	recording_init(&r);
	recording_make(&r, 3);
	blocks_find(&r, ends, 200);
	for (size_t byte = 0; byte < r.size; byte++)
		flip(&r, byte, ends, 3);
	recording_done(&r);
	recording_init(&r);
	recording_make(&r, 130);
	blocks_find(&r, ends, 200);
	for (size_t byte = 0; byte < r.size; byte += 1 + (size_t)rand() % 600)
		flip(&r, byte, ends, 130);
	recording_done(&r);
}

/* A hole in the middle, and a file that was never closed: found block by block. */
Test(replay, goes_on_after_damage_without_an_index)
{
	static size_t ends[200];
	struct recording r;
	int e;

	recording_init(&r);
	recording_make(&r, 130);
	blocks_find(&r, ends, 200);
	r.size = ends[130];
	recording_store(&r, r.bytes, r.size);
	cr_expect_eq(play_and_compare(&r, &e), 130);
	cr_expect_eq(e, 1, "killed between two frames: %s", r.error);
	memset(r.bytes + ends[10] + 5, 0, ends[12] - ends[10]);
	recording_store(&r, r.bytes, r.size);
	cr_expect_eq(play_and_compare(&r, &e), 130 - 50);
	cr_expect_eq(e, -EBADMSG);
	cr_expect(strstr(r.error, "50 frames are left out, the first is frame 11"), "%s", r.error);
	recording_done(&r);
}

/* Chunks are frames 0 to 59, 60 to 119, ...; frame 70 is damaged. */
Test(replay, goes_round_a_damaged_chunk_in_slices)
{
	static const struct {
		uint64_t id;
		int r;
		bool prev;
	} goals[] = { { 60, 0, true }, { 69, 0, true }, { 70, -EBADMSG, 0 }, { 71, -EBADMSG, 0 },
		      { 119, -EBADMSG, 0 }, { 120, 0, false }, { 121, 0, true } };
	static size_t ends[200];
	struct recording r;
	struct source *s;
	struct moment m;

	recording_init(&r);
	recording_make(&r, 130);
	blocks_find(&r, ends, 200);
	r.bytes[ends[71] - 3] ^= 1;
	recording_store(&r, r.bytes, r.size);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0, "%s", r.error);
	moment_init(&m);
	for (size_t i = 0; i < sizeof(goals) / sizeof(goals[0]); i++) {
		uint64_t before = m.id;
		int e;

		cr_assert_eq(moment_begin(&m, s->timeline, goals[i].id), 0);
		while ((e = moment_step(&m, 50)) > 0)
			;
		cr_expect_eq(e, goals[i].r, "%llu: %d", (unsigned long long)goals[i].id, e);
		cr_expect_eq(m.id, e ? before : goals[i].id);
		cr_expect(e || goals[i].prev == !!m.prev);
		cr_expect_eq(m.cur->mono_ns, s->timeline->mono_ns(s->timeline, m.id));
	}
	moment_done(&m);
	s->close(s);
	recording_done(&r);
}

Test(replay, hostile_bytes_with_a_right_checksum_are_harmless, .timeout = 120)
{
	struct recording r;

	srand(1);
	recording_init(&r);
	recording_make(&r, 2);
	for (int i = 0; i < 5000; i++) {
		struct recording_block before = *block(&r);
		uint8_t *at = (uint8_t *)(block(&r) + 1) + (size_t)rand() % block(&r)->length;
		uint8_t byte = *at;
		int frames;

		if (i % 4 == 0)
			*at = (uint8_t)rand();
		else
			((uint8_t *)block(&r))[8 + rand() % 40] = (uint8_t)rand();
		if (block(&r)->length > before.length)
			block(&r)->length = before.length;
		sign(&r);
		recording_store(&r, r.bytes, r.size);
		replay_all(&r, &frames);
		*block(&r) = before;
		*at = byte;
	}
	recording_done(&r);
}

static void frames_of_v1(struct source *s, uint64_t *ret_last)
{
	struct session session;
	int n = 0, r;

	session_init(&session, s);
	for (; !(r = session_step(&session)); n++)
		*ret_last = session.cur->wall_ns;
	cr_expect_eq(r, 1, "%s", replay_error(s));
	cr_expect_eq(n, 6);
	cr_expect_str_eq(facts_pid(session.facts, 2001)->comm, "java");
	cr_expect_eq(session.cur->s[STREAM_SCHED].count, 25);
	session_done(&session);
}

/* Recordings of every version keep opening; this one was made when there was no other. */
Test(replay, reads_version_1)
{
	char packed[20000];
	struct recording r;
	struct source *s;
	uint64_t last = 0;
	struct moment m;
	FILE *f = fopen(V1_FILE, "rb");
	size_t n;

	cr_assert(f, "%s", V1_FILE);
	n = fread(packed, 1, sizeof(packed), f);
	fclose(f);
	recording_init(&r);
	r.bytes = malloc(1 << 20);
	r.size = ZSTD_decompress(r.bytes, 1 << 20, packed, n);
	cr_assert_eq(r.size, 294944);
	recording_store(&r, r.bytes, r.size);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0, "%s", r.error);
	moment_init(&m);
	cr_assert_eq(moment_goto(&m, s->timeline, 4), 0);
	cr_expect_eq(m.cur->mono_ns - m.prev->mono_ns, 1000000000);
	cr_expect_str_eq(facts_pid(m.facts, 2001)->comm, "java");
	moment_done(&m);
	frames_of_v1(s, &last);
	cr_expect_gt(last, 0);
	recording_store(&r, r.bytes, r.size - 1);
	cr_expect_eq(replay_all(&r, &(int){ 0 }), -ENODATA);
	cr_expect(strstr(r.error, "cut off after frame 5"), "%s", r.error);
	r.bytes[r.size - 7] ^= 4;
	recording_store(&r, r.bytes, r.size);
	cr_expect_eq(replay_all(&r, &(int){ 0 }), -EBADMSG);
	recording_done(&r);
}

Test(replay, refuses_foreign_files)
{
	struct recording r;

	recording_init(&r);
	r.bytes = calloc(1, 5000);
	r.size = 0;
	expect_refused(&r, "empty");
	r.size = 5000;
	expect_refused(&r, "not a recording");
	memcpy(r.bytes, "root:x:0", 8);
	r.size = 8;
	expect_refused(&r, "not a recording");
	memcpy(r.bytes, "PROBE", 5);
	r.size = 5;
	expect_refused(&r, "cut off");
	recording_done(&r);
}

Test(replay, refuses_what_is_no_file)
{
	struct source *s = NULL;
	char error[200];
	struct recording r;

	recording_init(&r);
	cr_expect_eq(replay_open(&s, r.path, error, sizeof(error)), -ENOENT);
	cr_expect(strstr(error, r.path));
	cr_expect_eq(replay_open(&s, r.folder, error, sizeof(error)), -EINVAL);
	cr_expect_eq(replay_open(&s, "/dev/null", error, sizeof(error)), -EINVAL);
	cr_assert_eq(mkfifo(r.path, 0600), 0);
	cr_expect_eq(replay_open(&s, r.path, error, sizeof(error)), -EINVAL,
		     "nor waits for a writer");
	cr_expect_null(s);
	recording_done(&r);
}

Test(replay, refuses_headers_it_does_not_understand)
{
	struct recording r;

	recording_init(&r);
	recording_make(&r, 2);
	header(&r)->version = RECORDING_VERSION + 1;
	expect_refused(&r, "newer");
	header(&r)->version = 0;
	expect_refused(&r, "damaged");
	header(&r)->version = RECORDING_VERSION;

	header(&r)->order = __builtin_bswap32(RECORDING_ORDER);
	header(&r)->version = __builtin_bswap32(RECORDING_VERSION);
	expect_refused(&r, "byte order");
	header(&r)->order = RECORDING_ORDER;
	header(&r)->version = RECORDING_VERSION;

	header(&r)->n_streams = UINT32_MAX;
	expect_refused(&r, "damaged");
	header(&r)->n_streams = 0;
	expect_refused(&r, "damaged");
	header(&r)->n_streams = STREAM_COUNT;
	header(&r)->n_loss = UINT32_MAX;
	expect_refused(&r, "damaged");
	header(&r)->n_loss = LOSS_KINDS;

	stream(&r, STREAM_SCHED)->rec_size -= 8;
	expect_refused(&r, "sched");
	stream(&r, STREAM_SCHED)->rec_size = 0;
	expect_refused(&r, "sched");
	stream(&r, STREAM_SCHED)->rec_size = streams[STREAM_SCHED].rec_size;
	stream(&r, STREAM_SCHED)->key_size++;
	expect_refused(&r, "sched");
	stream(&r, STREAM_SCHED)->key_size = streams[STREAM_SCHED].key_size;
	memset(stream(&r, 1)->name, 'x', sizeof(stream(&r, 1)->name));
	expect_refused(&r, "xxx");
	*stream(&r, 1) = *stream(&r, 2);
	expect_refused(&r, "twice");
	recording_done(&r);
}

Test(replay, refuses_lengths_that_the_file_does_not_have)
{
	static const uint32_t lengths[] = { 1u << 29, UINT32_MAX, INT32_MAX };
	struct recording r;

	recording_init(&r);
	recording_make(&r, 1);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		block(&r)->length = lengths[i];
		block(&r)->head_checksum = recording_head_sum(block(&r));
		expect_refused(&r, "frame 1");
	}
	recording_done(&r);
}

Test(replay, time_only_goes_forward)
{
	struct recording_writer w;
	struct recording r;
	int frames;

	recording_init(&r);
	cr_assert_eq(writer_open(&w, r.path), 0);
	for (int i = 2; i > 0; i--)
		cr_assert_eq(writer_frame(&w, i), 0);
	writer_close(&w);
	cr_expect_lt(replay_all(&r, &frames), 0);
	cr_expect_eq(frames, 1);
	recording_done(&r);
}

Test(replay, only_what_is_asked_for)
{
	static const struct {
		const char *begin, *end;
		int first, last; /* frames whose intervals are wanted; -1: refused */
	} cases[] = {
		{ "1700000011", NULL, 10, 99 },
		{ NULL, "1700000011", 0, 10 },
		{ "1700000050.5", "1700000060", 50, 59 },
		{ "-10s", NULL, 89, 99 },
		{ "+10s", "20s ago", 10, 79 },
		{ "1600000000", "1900000000", 0, 99 },
		{ "1900000000", NULL, -1, 0 },
		{ "1700000011", "1700000010", -1, 0 },
		{ "noon", NULL, -1, 0 },
	};
	struct recording r;

	recording_init(&r);
	recording_make(&r, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session session;
		struct source *s;
		int e, n = 0, first = cases[i].first;

		cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0);
		e = replay_between(s, cases[i].begin, cases[i].end, r.error, sizeof(r.error));
		cr_expect_eq(e < 0, first < 0, "%zu: %s", i, r.error);
		session_init(&session, s);
		for (; first >= 0 && !(e = session_step(&session)); n++)
			if (!n)
				cr_expect_eq(session.cur->mono_ns / 1000000000,
					     first ? (uint64_t)first : 1, "%zu", i);
		if (first >= 0) {
			cr_expect_eq(e, 1);
			cr_expect_eq(session.cur->mono_ns / 1000000000,
				     (uint64_t)cases[i].last + 1, "%zu", i);
			cr_expect_eq(session.timeline->end - session.timeline->begin, (uint64_t)n);
		}
		session_done(&session);
	}
	recording_done(&r);
}
