/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* scandirat */
#include "record_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/facts.h"
#include "core/file_create.h"
#include "core/mem.h"
#include "core/record.h"

#define PARTS 16 /* files that the bound is made of: what goes at once is so much of it */
#define FILE_NS_MAX (3600ull * 1000000000)
#define FILE_NS_MIN (60ull * 1000000000)
#define FILE_BYTES_MIN (64u << 10)

struct record_dir {
	char *path;
	int fd; /* of the directory; locked */
	uint64_t keep_ns, max_bytes, file_ns, file_bytes;
	struct recorder *recorder; /* NULL: between two files */
	char name[160];		   /* of its file */
	uint64_t begin_bytes; /* what it began with: a whole frame, and all names */
	bool kept; /* a frame of this file has been written */
	int failed; /* negative errno of what was not written last; 0: all is well */
	uint64_t began_ns;	   /* CLOCK_MONOTONIC of its first frame */
};

/* "20261121T101502.123Z", and "-2" behind it where there is one already: what is between host and
 * ending. */
static const char *stamp_of(const char *name)
{
	for (const char *at = name + strlen(name); at > name; at--)
		if (at[-1] == '-' && strspn(at, "0123456789") == 8 && at[8] == 'T' &&
		    strspn(at + 9, "0123456789") == 6 && at[15] == '.' &&
		    strspn(at + 16, "0123456789") == 3 && at[19] == 'Z')
			return at;
	return name;
}

/* One of ours, whoever else puts files there. */
static bool is_recording(const char *name)
{
	const char *stamp = stamp_of(name);

	return stamp != name && !strncmp(name, "probetop-", strlen("probetop-")) &&
	       !strcmp(name + strlen(name) - strlen(".ptrec"), ".ptrec");
}

static int recordings_only(const struct dirent *e)
{
	return is_recording(e->d_name);
}

static int oldest_first(const struct dirent **a, const struct dirent **b)
{
	int r = strcmp(stamp_of((*a)->d_name), stamp_of((*b)->d_name));

	return r ? r : strcmp((*a)->d_name, (*b)->d_name);
}

/* Can files be made there?  What a link of somebody else leads to must not even be pruned. */
static int dir_check(const struct record_dir *d, char *error, size_t size)
{
	CLEANUP(free_ptr) char *file = xasprintf("%s/probetop", d->path);
	int r = file_creatable(file);

	if (!r || r == -EEXIST)
		return 0;
	snprintf(error, size, "%s: %s", d->path, file_error(r));
	return r;
}

static int dir_lock(struct record_dir *d, char *error, size_t size)
{
	int r;

	if (mkdir(d->path, 0700) && errno != EEXIST) {
		snprintf(error, size, "%s: %s", d->path, strerror(errno));
		return -errno;
	}
	r = dir_check(d, error, size);
	if (r)
		return r;
	d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0) {
		snprintf(error, size, "%s: %s", d->path, strerror(errno));
		return -errno;
	}
	if (flock(d->fd, LOCK_EX | LOCK_NB)) {
		snprintf(error, size, "%s: another probetop records there", d->path);
		return -EBUSY;
	}
	return 0;
}

int record_dir_open(struct record_dir **ret, const char *dir, uint64_t keep_ns, uint64_t max_bytes,
		    char *error, size_t size)
{
	struct record_dir *d = xcalloc(1, sizeof(*d));
	int r;

	d->path = xstrdup(dir);
	d->fd = -1;
	d->keep_ns = keep_ns;
	d->max_bytes = max_bytes;
	d->file_ns = keep_ns / PARTS < FILE_NS_MIN ? FILE_NS_MIN : keep_ns / PARTS;
	if (!keep_ns || d->file_ns > FILE_NS_MAX)
		d->file_ns = FILE_NS_MAX;
	d->file_bytes = max_bytes ? max_bytes / PARTS : UINT64_MAX / 4;
	r = dir_lock(d, error, size);
	if (!r && max_bytes && d->file_bytes < FILE_BYTES_MIN) {
		snprintf(error, size, "%s: less than %u KiB hold nothing", dir,
			 FILE_BYTES_MIN / 1024 * PARTS);
		r = -EINVAL;
	}
	if (r)
		record_dir_close(d);
	else
		*ret = d;
	return r;
}

/* All recordings here, oldest first, without the one that is being written; the number, or negative
 * errno. */
static int files_list(const struct record_dir *d, struct dirent ***ret)
{
	int n = scandirat(d->fd, ".", ret, recordings_only, oldest_first), kept = 0;

	for (int i = 0; i < n; i++) {
		if (d->recorder && !strcmp((*ret)[i]->d_name, d->name))
			free((*ret)[i]);
		else
			(*ret)[kept++] = (*ret)[i];
	}
	return n < 0 ? -errno : kept;
}

static bool is_too_old(const struct record_dir *d, const struct stat *st)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return d->keep_ns && now.tv_sec > st->st_mtime &&
	       (uint64_t)(now.tv_sec - st->st_mtime) > d->keep_ns / 1000000000;
}

/* Removes the oldest ones until `room` more bytes fit and none is too old. */
static void files_prune(const struct record_dir *d, uint64_t room)
{
	struct dirent **files = NULL;
	int n = files_list(d, &files);
	uint64_t sum = room;
	struct stat st;

	for (int i = 0; i < n; i++)
		if (!fstatat(d->fd, files[i]->d_name, &st, AT_SYMLINK_NOFOLLOW))
			sum += (uint64_t)st.st_size;
	for (int i = 0; i < n; i++) {
		bool gone = fstatat(d->fd, files[i]->d_name, &st, AT_SYMLINK_NOFOLLOW);

		if (!gone && ((d->max_bytes && sum > d->max_bytes) || is_too_old(d, &st)) &&
		    !unlinkat(d->fd, files[i]->d_name, 0))
			sum -= (uint64_t)st.st_size;
		free(files[i]);
	}
	free(files);
}

/* As the frame says: what has other names in it must not tell the host's on its cover. */
static void file_name(struct record_dir *d, const struct frame *f, int attempt)
{
	time_t s = (time_t)(f->wall_ns / 1000000000);
	unsigned int ms = (unsigned int)(f->wall_ns / 1000000 % 1000);
	char host[65] = "host", stamp[32], again[16] = "";
	struct tm tm;

	if (f->s[STREAM_HOST].count)
		snprintf(host, sizeof(host), "%.64s",
			 ((const struct host_rec *)sample_rec(&f->s[STREAM_HOST], STREAM_HOST, 0))->name);
	for (char *at = host; *at; at++)
		if (*at == '/')
			*at = '_';
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", gmtime_r(&s, &tm));
	if (attempt > 1)
		snprintf(again, sizeof(again), "-%d", attempt);
	snprintf(d->name, sizeof(d->name), "probetop-%s-%s.%03uZ%s.ptrec", host, stamp, ms, again);
}

static int file_begin(struct record_dir *d, const struct session *s)
{
	int r = -EEXIST;

	/* what goes into the new file at once is as much as it was the last time, or a little more */
	files_prune(d, d->max_bytes ? 2 * (d->file_bytes + d->begin_bytes) : 0);
	for (int attempt = 1; r == -EEXIST && attempt < 100; attempt++) {
		char path[PATH_MAX];

		file_name(d, s->cur, attempt);
		snprintf(path, sizeof(path), "%s/%s", d->path, d->name);
		r = recorder_open(&d->recorder, path, false);
	}
	if (r)
		return r;
	d->began_ns = s->cur->mono_ns;
	if (s->prev)
		r = recorder_write(d->recorder, NULL, s->prev, s->facts);
	if (!r)
		r = recorder_write(d->recorder, s->prev, s->cur, s->facts);
	d->kept = false;
	d->begin_bytes = r ? 0 : recorder_bytes(d->recorder);
	return r;
}

/* The loop does not wait for the disk: what is left is written meanwhile. */
static void file_end(struct record_dir *d)
{
	struct recorder *recorder = d->recorder;

	d->recorder = NULL;
	recorder_leave(recorder);
}

int record_dir_write(struct record_dir *d, const struct session *s)
{
	/* what was handed over before is in the file: only then is a disk that was full one no more */
	bool written = d->recorder && !recorder_waiting(d->recorder), ours;
	int r;

	if (d->recorder && (recorder_bytes(d->recorder) >= d->file_bytes + d->begin_bytes ||
			    s->cur->mono_ns - d->began_ns >= d->file_ns)) {
		file_end(d);
		written = false;
	}
	r = d->recorder ? recorder_write(d->recorder, s->prev, s->cur, s->facts) : file_begin(d, s);
	if (!r && written) {
		d->failed = 0;
		d->kept = true;
	}
	if (!r)
		return d->failed;
	ours = d->recorder;
	file_end(d);
	/* tried again for as long as the disk is full: that must not leave a file each time */
	if (ours && !d->kept)
		unlinkat(d->fd, d->name, 0);
	d->failed = r;
	/* a full disk: make room for the next try */
	files_prune(d, d->max_bytes ? 4 * d->file_bytes : 0);
	return r;
}

void record_dir_reopen(struct record_dir *d)
{
	file_end(d);
}

int record_dir_close(struct record_dir *d)
{
	int r;

	if (!d)
		return 0;
	r = recorder_close(d->recorder);
	if (d->fd >= 0)
		close(d->fd);
	free(d->path);
	free(d);
	return r;
}
