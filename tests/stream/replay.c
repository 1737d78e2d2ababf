/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/record_format.h"
#include "recording.h"

#define HEADER_SIZE                                                                                \
	(sizeof(struct recording_header) + STREAM_COUNT * sizeof(struct recording_stream))

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

/* Makes the checksum of the first block right again: malice, not damage. */
static void block_sign(struct recording *r)
{
	struct recording_block *b = block(r);

	b->checksum = recording_checksum(0, &b->mono_ns, 2 * sizeof(b->mono_ns));
	b->checksum = recording_checksum(b->checksum, b + 1, b->length);
}

/* Stores the bytes and expects that no frame comes and the line has the word. */
static void expect_refused(struct recording *r, const char *word)
{
	int frames;

	recording_store(r, r->bytes, r->size);
	cr_expect_lt(replay_all(r, &frames), 0, "%s", word);
	cr_expect_eq(frames, 0);
	cr_expect(strstr(r->error, word), "\"%s\" lacks \"%s\"", r->error, word);
	cr_expect_not(strchr(r->error, '\n'));
}

Test(replay, cut_at_every_byte, .timeout = 60)
{
	size_t ends[4] = { 0 };
	struct recording r;
	size_t at = HEADER_SIZE;

	recording_init(&r);
	recording_make(&r, 3);
	for (int i = 0; i < 3; i++) {
		struct recording_block b;

		memcpy(&b, r.bytes + at, sizeof(b));
		at += sizeof(b) + b.length;
		ends[i + 1] = at;
	}
	ends[0] = HEADER_SIZE;
	cr_assert_eq(at, r.size);
	for (size_t cut = 0; cut <= r.size; cut++) {
		int frames, e, whole = 0;
		bool at_end = false;

		recording_store(&r, r.bytes, cut);
		e = replay_all(&r, &frames);
		for (int i = 0; i < 4; i++) {
			if (i && cut >= ends[i])
				whole = i;
			at_end |= cut == ends[i];
		}
		cr_assert_eq(frames, whole, "cut at %zu: %d frames, not %d", cut, frames, whole);
		cr_assert(at_end ? e == 1 : e < 0, "cut at %zu: %d", cut, e);
		if (!at_end)
			cr_assert(strlen(r.error) > 10 && !strchr(r.error, '\n'));
	}
	recording_done(&r);
}

Test(replay, one_flipped_bit_is_found_and_harmless, .timeout = 60)
{
	struct recording r;

	recording_init(&r);
	recording_make(&r, 2);
	/* odd, so that all bits have their turn */
	for (size_t bit = 0; bit < 8 * r.size; bit += 13) {
		size_t byte = bit / 8;
		int frames, e;

		r.bytes[byte] ^= (uint8_t)(1 << bit % 8);
		recording_store(&r, r.bytes, r.size);
		e = replay_all(&r, &frames);
		/* of the header, the letters after a name's end may differ */
		if (byte >= HEADER_SIZE)
			cr_assert_lt(e, 0, "byte %zu", byte);
		r.bytes[byte] ^= (uint8_t)(1 << bit % 8);
	}
	recording_done(&r);
}

Test(replay, hostile_bytes_with_a_right_checksum_are_harmless, .timeout = 60)
{
	struct recording r;

	srand(1);
	recording_init(&r);
	recording_make(&r, 1);
	for (int i = 0; i < 3000; i++) {
		size_t at = HEADER_SIZE + sizeof(struct recording_block) +
			    (size_t)rand() % block(&r)->length;
		uint8_t before = r.bytes[at];
		int frames;

		r.bytes[at] = (uint8_t)rand();
		block_sign(&r);
		recording_store(&r, r.bytes, r.size);
		replay_all(&r, &frames);
		r.bytes[at] = before;
	}
	recording_done(&r);
}

Test(replay, text_ends_within_its_record)
{
	struct frame *f = frame_new();
	struct recording r;
	struct source *s;
	uint8_t *name;

	recording_init(&r);
	recording_make(&r, 1);
	name = memmem(r.bytes, r.size, "task 0", 6);
	cr_assert(name);
	memset(name, 'x', COMM_LEN);
	block_sign(&r);
	recording_store(&r, r.bytes, r.size);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0);
	cr_assert_eq(s->read(s, f), 0);
	cr_expect_eq(strlen(((struct task_rec *)f->s[STREAM_TASK].recs)->comm), COMM_LEN - 1);
	s->close(s);
	frame_free(f);
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
	static const uint64_t lengths[] = { 1ull << 29, RECORDING_BLOCK_MAX + 1, UINT64_MAX,
					    INT64_MAX };
	struct recording r;

	recording_init(&r);
	recording_make(&r, 1);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		block(&r)->length = lengths[i];
		expect_refused(&r, "frame 1");
	}
	recording_done(&r);
}

Test(replay, refuses_counts_that_the_block_does_not_have)
{
	static const uint32_t counts[] = { 2, 1 << 20, UINT32_MAX };
	struct recording r;
	uint32_t *count;

	recording_init(&r);
	recording_make(&r, 1);
	/* that of the first stream, the host's */
	count = &((struct recording_sample *)(block(&r) + 1))->count;
	cr_assert_eq(*count, 1);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		*count = counts[i];
		block_sign(&r);
		expect_refused(&r, "damaged");
	}
	recording_done(&r);
}

Test(replay, a_block_without_bytes_is_damaged)
{
	struct recording r;

	recording_init(&r);
	recording_make(&r, 1);
	block(&r)->length = 0;
	block_sign(&r);
	r.size = HEADER_SIZE + sizeof(struct recording_block);
	expect_refused(&r, "damaged");
	recording_done(&r);
}

Test(replay, time_only_goes_forward)
{
	struct frame *f = frame_new();
	struct recorder *recorder;
	struct recording r;
	int frames;

	recording_init(&r);
	cr_assert_eq(recorder_open(&recorder, r.path), 0);
	for (int i = 2; i > 0; i--) {
		frame_make(f, i);
		cr_assert_eq(recorder_write(recorder, f), 0);
	}
	recorder_close(recorder);
	cr_expect_lt(replay_all(&r, &frames), 0);
	cr_expect_eq(frames, 1);
	cr_expect(strstr(r.error, "later"), "%s", r.error);
	frame_free(f);
	recording_done(&r);
}
