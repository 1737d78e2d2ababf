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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Makes lengths, times and checksums of the blocks right: else hardly any input gets past them. */
static void blocks_sign(uint8_t *file, size_t size)
{
	size_t at =
		sizeof(struct recording_header) + STREAM_COUNT * sizeof(struct recording_stream);
	struct recording_block b;

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
	if (size % 8)
		blocks_sign(file, size);
	if (write(fd, file, size) < 0)
		return 0;
	free(file);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!replay_open(&source, path, error, sizeof(error))) {
		session_init(&session, source);
		while (!session_step(&session))
			panels_run(&session);
		session_done(&session);
	}
	close(fd);
	return 0;
}
