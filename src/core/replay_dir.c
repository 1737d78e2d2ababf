/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory of recordings as one: what --record-dir keeps.  A file that begins with the frame that
 * the one before ended with follows it without a gap; that frame is there once.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "replay_file.h"

#define ENDING ".ptrec"

struct part {
	char *name;
	struct replay *file;
	uint64_t first; /* its first frame in the timeline of all */
	uint64_t skip; /* 1: its own first frame is the last one of the part before */
};

struct replay_dir {
	struct source source; /* first: a source is a replay_dir */
	struct timeline timeline;
	struct part *parts; /* by time */
	size_t n;
	size_t reading, loading; /* the parts that frames came from last; others hold no frames */
	bool apart; /* what is read next does not follow what was read before */
	int trouble; /* negative errno: a part did not end well, error says how */
	unsigned int left_out; /* files that cannot be opened; left_why says why of the first */
	char error[600], left_why[600], note[1800];
};

static struct replay_dir *dir_of(const struct timeline *t)
{
	return (struct replay_dir *)((char *)t - offsetof(struct replay_dir, timeline));
}

/* Which part has frame id; the last one when none has. */
static size_t part_find(const struct replay_dir *d, uint64_t id)
{
	size_t low = 0, high = d->n - 1;

	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;

		if (d->parts[middle].first <= id)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

static uint64_t part_id(const struct part *p, uint64_t id)
{
	return id - p->first + p->skip;
}

static bool is_apart(const struct replay_dir *d, size_t part, uint64_t id)
{
	const struct part *p = &d->parts[part];

	return part && !p->skip && id == p->first;
}

static uint64_t dir_wall_ns(const struct timeline *t, uint64_t id)
{
	const struct part *p = &dir_of(t)->parts[part_find(dir_of(t), id)];

	return p->file->frames[part_id(p, id)].wall_ns;
}

static uint64_t dir_mono_ns(const struct timeline *t, uint64_t id)
{
	const struct part *p = &dir_of(t)->parts[part_find(dir_of(t), id)];

	return p->file->frames[part_id(p, id)].mono_ns;
}

/* Frames are large: only two parts keep some. */
static void part_enter(struct replay_dir *d, size_t *now, size_t part, size_t other)
{
	if (*now != part && *now != other)
		replay_rest(d->parts[*now].file);
	*now = part;
}

/* What follows the frame that two parts have needs the one of its own part. */
static uint64_t dir_key(const struct timeline *t, uint64_t id)
{
	const struct part *p = &dir_of(t)->parts[part_find(dir_of(t), id)];
	uint64_t key = replay_key(p->file, part_id(p, id));

	return p->first + key - p->skip;
}

static int dir_stored(struct timeline *t, uint64_t id, bool first, struct frame_blob *ret,
		      const struct layout **ret_layout)
{
	struct replay_dir *d = dir_of(t);
	size_t part = part_find(d, id);
	int r;

	if (id >= t->end)
		return -ENOENT;
	/* the frame that two parts have is a key frame in the later one */
	if (first && part + 1 < d->n && id + d->parts[part + 1].skip == d->parts[part + 1].first)
		part++;
	part_enter(d, &d->loading, part, d->reading);
	r = replay_stored(d->parts[part].file, part_id(&d->parts[part], id), ret, ret_layout);
	ret->gap |= !r && is_apart(d, part, id);
	return r;
}

static int dir_load(struct timeline *t, uint64_t id, struct frame *cur, struct facts *facts)
{
	struct replay_dir *d = dir_of(t);
	size_t part = part_find(d, id);
	struct part *p = &d->parts[part];
	int r;

	if (id >= t->end)
		return -ENOENT;
	part_enter(d, &d->loading, part, d->reading);
	r = frame_cursor_load(&p->file->loader, part_id(p, id), cur, facts);
	cur->gap |= is_apart(d, part, id);
	return r;
}

/* The next read begins with frame id of a part; before: see seek of struct source. */
static void part_begin(struct replay_dir *d, size_t part, uint64_t id, struct frame *before)
{
	struct replay *p = d->parts[part].file;

	part_enter(d, &d->reading, part, d->loading);
	p->source.seek(&p->source, id, before);
}

/* A part has come to its end, with r: true: there is another one. */
static bool part_next(struct replay_dir *d, int r)
{
	const struct part *p = &d->parts[d->reading], *next = p + 1;
	bool last = d->reading + 1 == d->n;

	/* the newest may be under way: what is half written there is no damage */
	if (r < 0 && !(last && p->file->cut && !p->file->damaged) && !d->trouble) {
		snprintf(d->error, sizeof(d->error), "%s: %s", p->name, p->file->error);
		d->trouble = r;
	}
	if (last || next->first >= d->timeline.end)
		return false;
	/* what was lost at the end is missing between the two */
	d->apart = r < 0 || !next->skip;
	part_begin(d, d->reading + 1, r < 0 ? 0 : next->skip, NULL);
	return true;
}

static int dir_read(struct source *s, struct frame *f)
{
	struct replay_dir *d = (struct replay_dir *)s;

	for (;;) {
		const struct part *p = &d->parts[d->reading];
		struct replay *file = p->file;
		uint64_t end = part_id(p, d->timeline.end);
		int r;

		file->timeline.end = end < file->n ? end : file->n;
		r = file->source.read(&file->source, f);
		if (!r) {
			f->gap |= d->apart;
			d->apart = false;
			return 0;
		}
		if (!part_next(d, r))
			return d->trouble ? d->trouble : 1;
	}
}

static int dir_seek(struct source *s, uint64_t id, struct frame *before)
{
	struct replay_dir *d = (struct replay_dir *)s;
	size_t part = part_find(d, id);

	if (id < d->timeline.begin || id > d->timeline.end)
		return -ENOENT;
	d->trouble = 0;
	d->apart = is_apart(d, part, id);
	part_begin(d, part, part_id(&d->parts[part], id), id > d->parts[part].first ? before : NULL);
	return 0;
}

static void dir_close(struct source *s)
{
	struct replay_dir *d = (struct replay_dir *)s;

	for (size_t i = 0; i < d->n; i++) {
		d->parts[i].file->source.close(&d->parts[i].file->source);
		free(d->parts[i].name);
	}
	free(d->parts);
	free(d);
}

static const char *dir_error(const struct source *s)
{
	return ((const struct replay_dir *)s)->error;
}

static __attribute__((format(printf, 2, 3))) void note_add(struct replay_dir *d, const char *format,
							    ...)
{
	size_t len = strlen(d->note);
	va_list args;

	if (len)
		len += (size_t)snprintf(d->note + len, sizeof(d->note) - len, "; ");
	va_start(args, format);
	vsnprintf(d->note + len, sizeof(d->note) - len, format, args);
	va_end(args);
}

static const char *dir_note(const struct source *s)
{
	struct replay_dir *d = (struct replay_dir *)s;
	const struct part *last = &d->parts[d->n - 1];
	unsigned long long dropped = 0;

	for (size_t i = 0; i < d->n; i++)
		dropped += d->parts[i].file->dropped;
	d->note[0] = '\0';
	if (dropped)
		note_add(d, "%llu frame%s not recorded, because the disk was too slow", dropped,
			 dropped == 1 ? " was" : "s were");
	if (last->file->broken && !d->trouble)
		note_add(d, "%s: %s", last->name, last->file->error);
	if (d->left_out)
		note_add(d, "%u file%s left out, the first: %s", d->left_out,
			 d->left_out == 1 ? " is" : "s are", d->left_why);
	return d->note;
}

static int recordings_only(const struct dirent *e)
{
	size_t len = strlen(e->d_name), ending = strlen(ENDING);

	return len > ending && e->d_name[0] != '.' && !strcmp(e->d_name + len - ending, ENDING);
}

static void file_add(struct replay_dir *d, const char *dir, const char *name)
{
	char path[PATH_MAX], why[500];
	struct source *s;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (replay_open(&s, path, why, sizeof(why))) {
		if (!d->left_out++)
			snprintf(d->left_why, sizeof(d->left_why), "%s", why);
		return;
	}
	if (!s->timeline->end) {
		s->close(s);
		return;
	}
	d->parts = xreallocarray(d->parts, d->n + 1, sizeof(*d->parts));
	d->parts[d->n++] = (struct part){ .name = xstrdup(name), .file = (struct replay *)s };
}

static int oldest_first(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	uint64_t from = x->file->frames[0].wall_ns, to = y->file->frames[0].wall_ns;

	return from < to ? -1 : from > to ? 1 : strcmp(x->name, y->name);
}

static void parts_number(struct replay_dir *d)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct replay *before = i ? d->parts[i - 1].file : NULL;
		const struct replay *p = d->parts[i].file;
		const struct replay_frame *last = i ? &before->frames[before->n - 1] : NULL;

		d->parts[i].first = d->timeline.end;
		d->parts[i].skip = last && p->frames[0].mono_ns == last->mono_ns &&
				   p->frames[0].wall_ns == last->wall_ns;
		d->timeline.end += p->n - d->parts[i].skip;
	}
}

/* The machine that a part is of; "": it does not say. */
static void host_read(struct part *p, char host[sizeof(((struct host_rec *)NULL)->name)])
{
	struct timeline *t = &p->file->timeline;
	struct frame *f = frame_new();

	host[0] = '\0';
	if (!t->load(t, 0, f, NULL) && f->s[STREAM_HOST].count) {
		const struct host_rec *h = sample_rec(&f->s[STREAM_HOST], STREAM_HOST, 0);

		memcpy(host, h->name, sizeof(h->name));
	}
	frame_free(f);
	replay_rest(p->file);
}

/* One machine's time is not another's. */
static int hosts_check(struct replay_dir *d, const char *dir, char *error, size_t size)
{
	char first[sizeof(((struct host_rec *)NULL)->name)], host[sizeof(first)];

	host_read(&d->parts[0], first);
	for (size_t i = 1; i < d->n; i++) {
		host_read(&d->parts[i], host);
		if (!strcmp(first, host))
			continue;
		snprintf(error, size, "%s: has recordings of several machines (%s, %s): name one file",
			 dir, first, host);
		return -EINVAL;
	}
	return 0;
}

static int files_add(struct replay_dir *d, const char *dir, char *error, size_t size)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, recordings_only, alphasort);

	if (n < 0) {
		snprintf(error, size, "%s: %s", dir, strerror(errno));
		return -errno;
	}
	for (int i = 0; i < n; i++) {
		file_add(d, dir, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (d->n)
		return 0;
	if (d->left_out)
		snprintf(error, size, "%s", d->left_why);
	else
		snprintf(error, size, "%s: there is no recording (*" ENDING ") in it", dir);
	return -EINVAL;
}

int replay_dir_open(struct source **ret, const char *dir, char *error, size_t size)
{
	struct replay_dir *d = xcalloc(1, sizeof(*d));
	int r;

	d->source = (struct source){ .read = dir_read,
				     .close = dir_close,
				     .why = dir_error,
				     .note = dir_note,
				     .seek = dir_seek,
				     .timeline = &d->timeline,
				     .fd = -1 };
	d->timeline = (struct timeline){ .wall_ns = dir_wall_ns,
					 .mono_ns = dir_mono_ns,
					 .key = dir_key,
					 .stored = dir_stored,
					 .load = dir_load };
	r = files_add(d, dir, error, size);
	if (!r)
		r = hosts_check(d, dir, error, size);
	if (r) {
		dir_close(&d->source);
		return r;
	}
	qsort(d->parts, d->n, sizeof(*d->parts), oldest_first);
	parts_number(d);
	*ret = &d->source;
	return 0;
}

struct source *replay_part(struct source *s, size_t i, const char **ret_name)
{
	struct replay_dir *d = (struct replay_dir *)s;

	if (s->read != dir_read || i >= d->n)
		return NULL;
	*ret_name = d->parts[i].name;
	return &d->parts[i].file->source;
}
