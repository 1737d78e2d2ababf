/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file_create.h"
#include "mem.h"
#include "record_format.h"

struct recorder {
	int fd;
	int broken;	/* negative errno of the write that failed; nothing is written after it */
	uint64_t end;	/* of the last whole block */
	uint8_t *block; /* the next one; its memory stays */
	size_t len, cap;
};

static void put(struct recorder *r, const void *data, size_t len)
{
	if (len > r->cap - r->len) {
		r->cap = 2 * r->cap > r->len + len ? 2 * r->cap : r->len + len;
		r->block = xrealloc(r->block, r->cap);
	}
	if (len)
		memcpy(r->block + r->len, data, len);
	r->len += len;
}

/* Writes what was put; when that fails, the file is cut back to the last whole block. */
static int block_write(struct recorder *r)
{
	size_t done = 0;

	while (done < r->len) {
		ssize_t n = write(r->fd, r->block + done, r->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r->broken = -errno;
			if (!ftruncate(r->fd, (off_t)r->end))
				lseek(r->fd, (off_t)r->end, SEEK_SET);
			return r->broken;
		}
		done += (size_t)n;
	}
	r->end += r->len;
	return 0;
}

static int header_write(struct recorder *r)
{
	struct recording_header h = {
		.magic = RECORDING_MAGIC,
		.version = RECORDING_VERSION,
		.order = RECORDING_ORDER,
		.n_streams = STREAM_COUNT,
		.n_loss = LOSS_KINDS,
	};

	put(r, &h, sizeof(h));
	for (int i = 0; i < STREAM_COUNT; i++) {
		struct recording_stream s = { .rec_size = streams[i].rec_size,
					      .key_size = streams[i].key_size };

		strncpy(s.name, streams[i].name, sizeof(s.name) - 1);
		put(r, &s, sizeof(s));
	}
	return block_write(r);
}

int recorder_open(struct recorder **ret, const char *path)
{
	int fd = file_create(path), e;
	struct recorder *r;

	if (fd < 0)
		return fd;
	r = xcalloc(1, sizeof(*r));
	r->fd = fd;
	e = header_write(r);
	if (e) {
		recorder_close(r);
		return e;
	}
	*ret = r;
	return 0;
}

static void sample_put(struct recorder *r, int id, const struct sample *s)
{
	struct recording_sample head = { .gen = s->gen, .count = s->count };

	put(r, &head, sizeof(head));
	put(r, s->loss, sizeof(s->loss));
	put(r, s->recs, (size_t)s->count * streams[id].rec_size);
}

/* Samples of DICT streams are taken from dict, the others from f. */
static int frame_write(struct recorder *r, const struct frame *f, const struct frame *dict)
{
	struct recording_block b = { .mono_ns = f->mono_ns, .wall_ns = f->wall_ns };

	if (r->broken)
		return r->broken;
	r->len = 0;
	put(r, &b, sizeof(b));
	for (int i = 0; i < STREAM_COUNT; i++)
		sample_put(r, i, streams[i].kind == STREAM_KIND_DICT ? &dict->s[i] : &f->s[i]);
	b.length = r->len - sizeof(b);
	b.checksum = recording_checksum(0, &b.mono_ns, 2 * sizeof(b.mono_ns));
	b.checksum = recording_checksum(b.checksum, r->block + sizeof(b), b.length);
	memcpy(r->block, &b, sizeof(b));
	return block_write(r);
}

int recorder_write(struct recorder *r, const struct frame *f)
{
	return frame_write(r, f, f);
}

int recorder_begin(struct recorder *r, const struct frame *f, const struct facts *facts)
{
	struct frame *all = frame_new();
	int e;

	facts_dump(facts, all);
	/* loss has its count in the frame itself */
	for (int i = 0; i < STREAM_COUNT; i++)
		memcpy(all->s[i].loss, f->s[i].loss, sizeof(f->s[i].loss));
	e = frame_write(r, f, all);
	frame_free(all);
	return e;
}

int recorder_close(struct recorder *r)
{
	int e;

	if (!r)
		return 0;
	e = r->broken;
	if (close(r->fd) && !e)
		e = -errno;
	free(r->block);
	free(r);
	return e;
}
