/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a recording: opened, read to the end, and shown by every panel. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/query.h"
#include "core/record.h"
#include "core/record_format.h"
#include "core/timeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Makes lengths, times and checksums right: else hardly any input gets past them.  Version 2: payloads
 * that are no zstd frame become one whose bytes are stored, so the codec is reached too. */
static void blocks_sign(uint8_t *file, size_t size)
{
	size_t at = sizeof(struct recording_header) +
		    STREAM_COUNT * sizeof(struct recording_stream) + sizeof(uint64_t);
	struct recording_block b;
	uint64_t sum;

	if (size < at)
		return;
	sum = recording_checksum(recording_checksum(0, file, sizeof(struct recording_header)),
				 file + sizeof(struct recording_header),
				 at - sizeof(sum) - sizeof(struct recording_header));
	memcpy(file + at - sizeof(sum), &sum, sizeof(sum));
	for (uint64_t n = 0; at + sizeof(b) <= size; n++) {
		memcpy(&b, file + at, sizeof(b));
		b.magic = RECORDING_BLOCK_MAGIC;
		if (b.length > size - at - sizeof(b))
			b.length = (uint32_t)(size - at - sizeof(b));
		if (b.kind < BLOCK_KEY || b.kind > BLOCK_INDEX)
			b.kind = b.kind % BLOCK_INDEX + 1;
		b.frame = n;
		b.mono_ns = (n + 1) * 1000000000;
		if (b.kind != BLOCK_INDEX && b.length > 9 && file[at + sizeof(b)] != 0x28) {
			uint32_t raw = b.length - 9 > 255 ? 255 : b.length - 9, last = 1 | raw << 3;
			uint8_t *z = file + at + sizeof(b);

			memcpy(z, "\x28\xb5\x2f\xfd\x20", 5);
			z[5] = (uint8_t)raw;
			memcpy(z + 6, &last, 3);
			b.raw_length = raw;
			b.length = raw + 9;
		}
		b.checksum = recording_checksum(0, file + at + sizeof(b), b.length);
		b.head_checksum = recording_head_sum(&b);
		memcpy(file + at, &b, sizeof(b));
		at += sizeof(b) + b.length;
	}
}

static void blocks_sign1(uint8_t *file, size_t size)
{
	size_t at =
		sizeof(struct recording_header) + STREAM_COUNT * sizeof(struct recording_stream);
	struct recording_block1 b;

	for (uint64_t n = 1; at + sizeof(b) <= size; n++) {
		memcpy(&b, file + at, sizeof(b));
		if (b.length > size - at - sizeof(b))
			b.length = size - at - sizeof(b);
		b.mono_ns = n * 1000000000;
		b.checksum = recording_checksum(0, &b.mono_ns, 2 * sizeof(b.mono_ns));
		b.checksum = recording_checksum(b.checksum, file + at + sizeof(b), b.length);
		memcpy(file + at, &b, sizeof(b));
		at += sizeof(b) + b.length;
	}
}

/* Back and forth, as somebody does on the screen. */
static void timeline_run(struct timeline *t)
{
	struct moment m;

	if (t->end == t->begin)
		return;
	moment_init(&m);
	for (uint64_t i = 0; i < 4; i++)
		moment_goto(&m, t, t->begin + i * 7919 % (t->end - t->begin));
	moment_done(&m);
}

static void panels_run(const struct session *s)
{
	struct query_run run;
	struct query q;

	query_run_init(&run);
	for (const struct panel *const *p = panels; *p; p++) {
		query_init(&q, *p);
		q.all = true;
		query_run(&run, &q, s->prev, s->cur, s->facts);
		query_done(&q);
	}
	query_run_done(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *file = xmalloc(size);
	int fd = memfd_create("recording", MFD_CLOEXEC);
	struct session session;
	struct source *source;
	char path[64], error[300];

	memcpy(file, data, size);
	if (size % 8 && size > 8)
		(file[8] == 1 ? blocks_sign1 : blocks_sign)(file, size);
	if (write(fd, file, size) < 0)
		return 0;
	free(file);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!replay_open(&source, path, error, sizeof(error))) {
		session_init(&session, source);
		while (!session_step(&session))
			panels_run(&session);
		timeline_run(session.timeline);
		session_done(&session);
	}
	close(fd);
	return 0;
}
