/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recording as a source of frames, and as a timeline. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "replay_file.h"
#include "when.h"

#define TIME_LEN 32

int replay_fail(struct replay *p, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, sizeof(p->error), format, args);
	va_end(args);
	p->broken = error;
	return error;
}

int replay_pread(const struct replay *p, void *to, size_t n, uint64_t offset)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(p->fd, (uint8_t *)to + done, n - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -ENODATA;
		done += (size_t)got;
	}
	return 0;
}

void replay_damaged(struct replay *p, uint64_t first, uint64_t n)
{
	if (!p->damaged)
		p->damaged_first = first + 1;
	p->damaged += n;
}

void replay_frame_add(struct replay *p, const struct replay_frame *f)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 256;
		p->frames = xreallocarray(p->frames, p->cap, sizeof(*p->frames));
	}
	p->frames[p->n++] = *f;
}

/* The frame as it is in the file. */
static int blob_read(struct replay *p, uint64_t id, struct frame_blob *ret)
{
	const struct replay_frame *f = &p->frames[id];
	struct recording_block b;
	int r = replay_block(p, f->offset, &b);

	if (r)
		return r;
	/* the index may say otherwise than the block */
	if ((b.kind != BLOCK_FRAME) != f->key || b.mono_ns != f->mono_ns)
		return -EBADMSG;
	*ret = (struct frame_blob){
		.data = p->block.data,
		.len = b.length,
		.raw_len = b.raw_length,
		.key = f->key,
		.gap = f->gap,
		.mono_ns = b.mono_ns,
		.wall_ns = b.wall_ns,
	};
	return 0;
}

static int frame_decode2(struct replay *p, uint64_t id, const struct frame *prev, struct frame *cur,
			 struct facts *facts)
{
	struct frame_blob b;
	int r = blob_read(p, id, &b);

	return r ? r : frame_decode(p->decoder, &b, prev, cur, facts);
}

static int file_decode(void *data, uint64_t id, const struct frame *prev, struct frame *cur,
		       struct facts *facts)
{
	struct replay *p = data;

	return p->version == 1 ? replay_decode1(p, id, cur, facts)
			       : frame_decode2(p, id, prev, cur, facts);
}

uint64_t replay_key(const struct replay *p, uint64_t id)
{
	while (id && !p->frames[id].key)
		id--;
	return id;
}

static uint64_t key_find(void *data, uint64_t id)
{
	return replay_key(data, id);
}

int replay_stored(struct replay *p, uint64_t id, struct frame_blob *ret,
		  const struct layout **ret_layout)
{
	if (p->version == 1)
		return -ENOTSUP;
	*ret_layout = &p->layout;
	return blob_read(p, id, ret);
}

static uint64_t replay_wall_ns(const struct timeline *t, uint64_t id)
{
	const struct replay *p = (const struct replay *)((const char *)t -
							 offsetof(struct replay, timeline));

	return p->frames[id].wall_ns;
}

static uint64_t replay_mono_ns(const struct timeline *t, uint64_t id)
{
	const struct replay *p = (const struct replay *)((const char *)t -
							 offsetof(struct replay, timeline));

	return p->frames[id].mono_ns;
}

static uint64_t file_key(const struct timeline *t, uint64_t id)
{
	return replay_key(
		(const struct replay *)((const char *)t - offsetof(struct replay, timeline)), id);
}

/* From the first frame of the file on: the first that is to be shown may need others. */
static int file_stored(struct timeline *t, uint64_t id, bool first, struct frame_blob *ret,
			  const struct layout **ret_layout)
{
	struct replay *p = (struct replay *)((char *)t - offsetof(struct replay, timeline));

	(void)first;
	return id < t->end ? replay_stored(p, id, ret, ret_layout) : -ENOENT;
}

static int replay_load(struct timeline *t, uint64_t id, struct frame *cur, struct facts *facts)
{
	struct replay *p = (struct replay *)((char *)t - offsetof(struct replay, timeline));

	if (id >= t->end)
		return -ENOENT;
	return frame_cursor_load(&p->loader, id, cur, facts);
}

static const char *time_text(char buf[TIME_LEN], uint64_t wall_ns)
{
	time_t s = (time_t)(wall_ns / 1000000000);
	struct tm tm;

	buf[0] = 0;
	if (localtime_r(&s, &tm))
		strftime(buf, TIME_LEN, "%Y-%m-%d %H:%M:%S", &tm);
	return buf;
}

/* 1, or what was wrong on the way to the end. */
static int end_reached(struct replay *p)
{
	unsigned long long n = p->damaged, first = p->damaged_first;
	bool whole = p->timeline.end == p->n;
	char last[TIME_LEN] = "";

	if (p->n)
		time_text(last, p->frames[p->n - 1].wall_ns);
	if (n && p->n)
		return replay_fail(p, -EBADMSG,
				   "it is damaged: %llu frame%s left out, the first is frame %llu%s",
				   n, n == 1 ? " is" : "s are", first,
				   p->cut ? "; and it is cut off" : "");
	if (n)
		return replay_fail(p, -EBADMSG, "it is damaged: frame %llu cannot be read", first);
	if (p->cut && whole)
		return replay_fail(p, -ENODATA, "it is cut off after frame %llu%s%s",
				   (unsigned long long)p->n, *last ? ", at " : "", last);
	return 1;
}

/* What comes after frames that are missing tells all facts itself. */
static void facts_fill(struct replay *p, struct frame *f)
{
	for (int id = 0; id < STREAM_COUNT; id++)
		if (streams[id].kind == STREAM_KIND_DICT)
			f->s[id].count = 0;
	facts_dump(p->facts, f);
}

static int replay_read(struct source *s, struct frame *f)
{
	struct replay *p = (struct replay *)s;

	while (!p->broken && p->next < p->timeline.end) {
		uint64_t id = p->next++;
		bool alone = p->fresh || p->frames[id].gap;
		int r = frame_cursor_load(&p->reader, id, f, alone ? p->facts : NULL);

		if (r && r != -EBADMSG)
			return replay_fail(p, r, "frame %llu: %s", (unsigned long long)id + 1,
					   r == -ENODATA ? "it was cut off while it was read"
							 : strerror(-r));
		if (r) {
			/* whatever needs it is lost with it */
			while (p->next < p->timeline.end && !p->frames[p->next].key)
				p->next++;
			replay_damaged(p, p->frames[id].number, p->next - id);
			if (p->next < p->timeline.end)
				p->frames[p->next].gap = true;
			continue;
		}
		if (alone)
			facts_fill(p, f);
		p->fresh = false;
		return 0;
	}
	return p->broken ? p->broken : end_reached(p);
}

static int replay_seek(struct source *s, uint64_t id, struct frame *before)
{
	struct replay *p = (struct replay *)s;

	if (id < p->timeline.begin || id > p->timeline.end)
		return -ENOENT;
	p->next = id;
	p->fresh = !before;
	if (before)
		frame_cursor_follow(&p->reader, before, id - 1);
	p->broken = 0;
	/* what is read again is counted again */
	p->damaged = p->damaged_at_open;
	return 0;
}

static void replay_close(struct source *s)
{
	struct replay *p = (struct replay *)s;

	if (p->fd >= 0)
		close(p->fd);
	frame_cursor_done(&p->reader);
	frame_cursor_done(&p->loader);
	frame_decoder_free(p->decoder);
	facts_free(p->facts);
	free(p->frames);
	free(p->block.data);
	free(p);
}

static int file_open(struct replay *p, const char *path)
{
	struct stat st;
	uint64_t at;
	int r;

	/* O_NONBLOCK: a FIFO would wait for its writer */
	p->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (p->fd < 0 || fstat(p->fd, &st))
		return replay_fail(p, -errno, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return replay_fail(p, -EINVAL, "not a regular file");
	p->size = (uint64_t)st.st_size;
	r = replay_header(p, &at);
	if (r)
		return r;
	return p->version == 1 ? replay_scan1(p, at) : replay_scan(p, at);
}

static void cursor_open(struct replay *p, struct frame_cursor *c)
{
	frame_cursor_init(c);
	c->decode = file_decode;
	c->key = key_find;
	c->data = p;
}

void replay_rest(struct replay *p)
{
	frame_cursor_done(&p->reader);
	frame_cursor_done(&p->loader);
	cursor_open(p, &p->reader);
	cursor_open(p, &p->loader);
	free(p->block.data);
	p->block = (struct bytes){ 0 };
}

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

int replay_open(struct source **ret, const char *path, char *error, size_t size)
{
	struct replay *p;
	int r;

	if (is_directory(path))
		return replay_dir_open(ret, path, error, size);
	p = xcalloc(1, sizeof(*p));
	p->source = (struct source){ .read = replay_read,
				     .close = replay_close,
				     .why = replay_error,
				     .note = replay_note,
				     .seek = replay_seek,
				     .timeline = &p->timeline,
				     .fd = -1 };
	p->timeline = (struct timeline){ .wall_ns = replay_wall_ns,
					 .mono_ns = replay_mono_ns,
					 .key = file_key,
					 .stored = file_stored,
					 .load = replay_load };
	p->facts = facts_new();
	p->fresh = true;
	cursor_open(p, &p->reader);
	cursor_open(p, &p->loader);
	r = file_open(p, path);
	if (r) {
		snprintf(error, size, "%s: %s", path, p->error);
		replay_close(&p->source);
		return r;
	}
	p->decoder = frame_decoder_new(&p->layout);
	p->timeline.end = p->n;
	p->damaged_at_open = p->damaged;
	*ret = &p->source;
	return 0;
}

const char *replay_error(const struct source *s)
{
	return ((const struct replay *)s)->error;
}

const char *replay_note(const struct source *s)
{
	struct replay *p = (struct replay *)s;
	unsigned long long n = p->dropped;

	p->note[0] = 0;
	if (n)
		snprintf(p->note, sizeof(p->note),
			 "%llu frame%s not recorded, because the disk was too slow", n,
			 n == 1 ? " was" : "s were");
	return p->note;
}

static int when_read(uint64_t *ret, const char *text, const char *what, const struct timeline *t,
		     char *error, size_t size)
{
	int r = when_parse(ret, text, t->wall_ns(t, t->begin), t->wall_ns(t, t->end - 1));

	if (r)
		snprintf(error, size, "%s wants a time like %s, not \"%s\"", what, WHEN_FORMS, text);
	return r;
}

int replay_between(struct source *s, const char *begin, const char *end, char *error, size_t size)
{
	struct timeline *t = s->timeline;
	uint64_t from = 0, to = UINT64_MAX, first = t->begin, last = t->end;
	char a[TIME_LEN], b[TIME_LEN];

	if (first == last || (!begin && !end))
		return 0;
	if ((begin && when_read(&from, begin, "--begin", t, error, size)) ||
	    (end && when_read(&to, end, "--end", t, error, size)))
		return -EINVAL;
	while (first < t->end && t->wall_ns(t, first) < from)
		first++;
	while (last > first && t->wall_ns(t, last - 1) > to)
		last--;
	if (first >= last) {
		snprintf(error, size, "no frame of it is in that time; it lasts from %s to %s",
			 time_text(a, t->wall_ns(t, t->begin)),
			 time_text(b, t->wall_ns(t, t->end - 1)));
		return -ENODATA;
	}
	/* the first interval ends at the first frame */
	t->begin = first > t->begin ? first - 1 : first;
	t->end = last;
	return s->seek(s, t->begin, NULL);
}

void replay_check(struct source *s, struct replay_info *ret)
{
	struct replay *p = (struct replay *)s;
	uint64_t lost_from = UINT64_MAX, before = p->damaged;
	struct recording_block b;

	*ret = (struct replay_info){ .version = p->version,
				     .bytes = p->size,
				     .frames = p->n,
				     .dropped = p->dropped,
				     .closed = p->closed };
	for (uint64_t i = 0; i < p->n; i++) {
		int r = p->version == 1 ? replay_block1(p, p->frames[i].offset) :
					  replay_block(p, p->frames[i].offset, &b);

		/* what needs a frame is lost with it */
		if (lost_from != UINT64_MAX && p->frames[i].key)
			lost_from = UINT64_MAX;
		if (r && lost_from == UINT64_MAX)
			lost_from = i;
		if (lost_from != UINT64_MAX)
			replay_damaged(p, p->frames[i].number, 1);
	}
	ret->frames -= p->damaged - before;
	if (end_reached(p) < 0)
		snprintf(ret->damage, sizeof(ret->damage), "%s", p->error);
}
