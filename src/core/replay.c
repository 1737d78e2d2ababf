/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "record.h"
#include "record_format.h"

/* A stream of the file, and which of ours it is. */
struct layout {
	enum stream_id id;
	uint32_t rec_size; /* in the file: at most ours */
};

struct replay {
	struct source source; /* first: a source is a replay */
	int fd;
	struct layout *layout;
	uint32_t n_streams, n_loss;
	uint64_t frames;  /* read */
	uint64_t mono_ns; /* of the last one */
	uint8_t *block;	  /* its memory stays */
	size_t cap;
	int broken; /* negative errno: error says why */
	char error[200];
};

/* What remains of a block. */
struct cursor {
	const uint8_t *at, *end;
};

static int fail(struct replay *p, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct replay *p, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, sizeof(p->error), format, args);
	va_end(args);
	p->broken = error;
	return error;
}

/* Bytes read: fewer than len only at the end of the file. */
static ssize_t read_full(int fd, void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, (uint8_t *)buf + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/*
 * Records grow only at the end and with a new version: those of an older one are copied and the
 * rest is zero.  Within one version sizes are the same.
 */
static int stream_map(struct replay *p, const struct recording_stream *s, uint32_t version,
		      struct layout *ret)
{
	for (int i = 0; i < STREAM_COUNT; i++) {
		if (strncmp(s->name, streams[i].name, sizeof(s->name)))
			continue;
		*ret = (struct layout){ .id = i, .rec_size = s->rec_size };
		if (s->key_size == streams[i].key_size &&
		    (version < RECORDING_VERSION ? s->rec_size >= s->key_size && s->rec_size &&
							   s->rec_size <= streams[i].rec_size
						 : s->rec_size == streams[i].rec_size))
			return 0;
		return fail(p, -EPROTO, "its %s records have %u bytes (key %u), not %u (key %u)",
			    streams[i].name, s->rec_size, s->key_size, streams[i].rec_size,
			    streams[i].key_size);
	}
	return fail(p, -EPROTO, "it has a stream that is not known: \"%.*s\"", (int)sizeof(s->name),
		    s->name);
}

static int header_check(struct replay *p, const struct recording_header *h)
{
	if (memcmp(h->magic, RECORDING_MAGIC, sizeof(h->magic)))
		return fail(p, -EPROTO, "this is not a recording of probetop");
	if (h->order == __builtin_bswap32(RECORDING_ORDER))
		return fail(p, -EPROTO, "it was written on a machine with the other byte order");
	if (h->order != RECORDING_ORDER || !h->version)
		return fail(p, -EPROTO, "its header is damaged");
	if (h->version > RECORDING_VERSION)
		return fail(p, -EPROTO,
			    "it has version %u, this probetop reads up to %u: use a newer one",
			    h->version, RECORDING_VERSION);
	if (!h->n_streams || h->n_streams > RECORDING_STREAMS_MAX || h->n_loss > RECORDING_LOSS_MAX)
		return fail(p, -EPROTO, "its header is damaged");
	return 0;
}

static int layout_read(struct replay *p, const struct recording_header *h)
{
	bool seen[STREAM_COUNT] = { false };

	p->n_streams = h->n_streams;
	p->n_loss = h->n_loss;
	p->layout = xcalloc(h->n_streams, sizeof(*p->layout));
	for (uint32_t i = 0; i < h->n_streams; i++) {
		struct recording_stream s;
		int r;

		if (read_full(p->fd, &s, sizeof(s)) != sizeof(s))
			return fail(p, -ENODATA, "it is cut off in its header");
		r = stream_map(p, &s, h->version, &p->layout[i]);
		if (r)
			return r;
		if (seen[p->layout[i].id])
			return fail(p, -EPROTO, "its header is damaged: stream %s is there twice",
				    streams[p->layout[i].id].name);
		seen[p->layout[i].id] = true;
	}
	return 0;
}

static int header_read(struct replay *p)
{
	struct recording_header h;
	ssize_t n = read_full(p->fd, &h, sizeof(h));
	int r;

	if (n < 0)
		return fail(p, (int)n, "%s", strerror((int)-n));
	if (n < (ssize_t)sizeof(h) && !memcmp(h.magic, RECORDING_MAGIC, n < 8 ? (size_t)n : 8) && n)
		return fail(p, -ENODATA, "it is cut off in its header");
	if (n < (ssize_t)sizeof(h))
		return fail(p, -EPROTO,
			    n ? "this is not a recording of probetop" : "the file is empty");
	r = header_check(p, &h);
	return r ? r : layout_read(p, &h);
}

static bool take(struct cursor *c, void *to, size_t len)
{
	if ((size_t)(c->end - c->at) < len)
		return false;
	memcpy(to, c->at, len);
	c->at += len;
	return true;
}

/* Text fields of records end within the record, whatever the file says. */
static void text_end(enum stream_id id, uint8_t *rec)
{
	static const struct {
		enum stream_id id;
		size_t offset, size;
	} texts[] = {
#define TEXT(stream, type, field)                                                                  \
	{ STREAM_##stream, offsetof(struct type, field), sizeof(((struct type *)0)->field) }
		TEXT(HOST, host_rec, name),	TEXT(HOST, host_rec, release),
		TEXT(HOST, host_rec, arch),	TEXT(HOST, host_rec, filter),
		TEXT(NOTE, note_rec, text),	TEXT(TASK, task_rec, comm),
		TEXT(CGROUP, cgroup_rec, path), TEXT(USER, user_rec, name),
		TEXT(PATH, path_rec, fs),	TEXT(PATH, path_rec, path),
		TEXT(DISK, disk_rec, name),
#undef TEXT
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].id == id)
			rec[texts[i].offset + texts[i].size - 1] = 0;
}

static bool records_take(struct cursor *c, const struct layout *l, struct sample *s, uint32_t count)
{
	const struct stream *stream = &streams[l->id];
	uint8_t *to;

	if ((size_t)(c->end - c->at) / l->rec_size < count || (!stream->key_size && count > 1))
		return false;
	if (!count)
		return true;
	to = sample_reserve(s, l->id, count);
	for (uint32_t i = 0; i < count; i++, to += stream->rec_size) {
		memset(to + l->rec_size, 0, stream->rec_size - l->rec_size);
		take(c, to, l->rec_size);
		text_end(l->id, to);
	}
	s->count = count;
	return true;
}

static bool sample_take(struct replay *p, struct cursor *c, const struct layout *l, struct frame *f)
{
	struct sample *s = &f->s[l->id];
	struct recording_sample head;
	uint64_t loss[RECORDING_LOSS_MAX];

	if (!take(c, &head, sizeof(head)) || !take(c, loss, p->n_loss * sizeof(loss[0])))
		return false;
	s->gen = head.gen;
	memcpy(s->loss, loss, (p->n_loss < LOSS_KINDS ? p->n_loss : LOSS_KINDS) * sizeof(loss[0]));
	return records_take(c, l, s, head.count);
}

static int block_take(struct replay *p, const struct recording_block *b, struct frame *f)
{
	struct cursor c = { p->block, p->block + b->length };
	uint64_t sum = recording_checksum(0, &b->mono_ns, 2 * sizeof(b->mono_ns));

	if (recording_checksum(sum, p->block, b->length) != b->checksum)
		return fail(p, -EBADMSG, "frame %llu is damaged",
			    (unsigned long long)p->frames + 1);
	if (p->frames && b->mono_ns <= p->mono_ns)
		return fail(p, -EBADMSG, "frame %llu is not later than the one before",
			    (unsigned long long)p->frames + 1);
	f->mono_ns = p->mono_ns = b->mono_ns;
	f->wall_ns = b->wall_ns;
	for (uint32_t i = 0; i < p->n_streams; i++)
		if (!sample_take(p, &c, &p->layout[i], f))
			return fail(p, -EBADMSG, "frame %llu is damaged",
				    (unsigned long long)p->frames + 1);
	p->frames++;
	return 0;
}

/* Reads length bytes into p->block; never asks for more memory than the file has bytes left. */
static int block_read(struct replay *p, uint64_t length)
{
	off_t at = lseek(p->fd, 0, SEEK_CUR);
	struct stat st;
	ssize_t n;

	if (length > RECORDING_BLOCK_MAX)
		return fail(p, -EBADMSG, "frame %llu is damaged: it says it has %llu bytes",
			    (unsigned long long)p->frames + 1, (unsigned long long)length);
	if (at < 0 || fstat(p->fd, &st))
		return fail(p, -errno, "%s", strerror(errno));
	if (st.st_size < at || (uint64_t)(st.st_size - at) < length)
		return fail(p, -ENODATA, "it is cut off in frame %llu; the %llu before are whole",
			    (unsigned long long)p->frames + 1, (unsigned long long)p->frames);
	if (length > p->cap || !p->block) {
		p->block = xrealloc(p->block, length);
		p->cap = length;
	}
	n = read_full(p->fd, p->block, length);
	if (n < 0)
		return fail(p, (int)n, "%s", strerror((int)-n));
	if ((uint64_t)n < length)
		return fail(p, -ENODATA, "it was cut off while it was read, in frame %llu",
			    (unsigned long long)p->frames + 1);
	return 0;
}

static int replay_read(struct source *s, struct frame *f)
{
	struct replay *p = (struct replay *)s;
	struct recording_block b;
	ssize_t n;
	int r;

	if (p->broken)
		return p->broken;
	n = read_full(p->fd, &b, sizeof(b));
	if (n < 0)
		return fail(p, (int)n, "%s", strerror((int)-n));
	if (!n)
		return 1;
	if (n < (ssize_t)sizeof(b))
		return fail(p, -ENODATA, "it is cut off in frame %llu; the %llu before are whole",
			    (unsigned long long)p->frames + 1, (unsigned long long)p->frames);
	r = block_read(p, b.length);
	return r ? r : block_take(p, &b, f);
}

static void replay_close(struct source *s)
{
	struct replay *p = (struct replay *)s;

	if (p->fd >= 0)
		close(p->fd);
	free(p->layout);
	free(p->block);
	free(p);
}

static int file_open(struct replay *p, const char *path)
{
	struct stat st;

	/* O_NONBLOCK: a FIFO would wait for its writer */
	p->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (p->fd < 0 || fstat(p->fd, &st))
		return fail(p, -errno, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(p, -EINVAL, "not a regular file");
	return header_read(p);
}

int replay_open(struct source **ret, const char *path, char *error, size_t size)
{
	struct replay *p = xcalloc(1, sizeof(*p));
	int r;

	p->source = (struct source){ .read = replay_read, .close = replay_close, .fd = -1 };
	r = file_open(p, path);
	if (r) {
		snprintf(error, size, "%s: %s", path, p->error);
		replay_close(&p->source);
		return r;
	}
	*ret = &p->source;
	return 0;
}

const char *replay_error(const struct source *s)
{
	return ((const struct replay *)s)->error;
}
