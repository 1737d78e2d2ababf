/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/file_create.h"
#include "core/mem.h"

struct bundle_archive {
	struct archive *archive;
	int fd, failed; /* negative errno of what went wrong first */
	char *path, *folder;
};

static int archive_fail(struct bundle_archive *a)
{
	int e = archive_errno(a->archive);

	if (!a->failed)
		a->failed = e > 0 ? -e : -EIO;
	return a->failed;
}

int bundle_archive_open(struct bundle_archive **ret, const char *path, const char *folder)
{
	int fd = file_create(path), r;
	struct bundle_archive *a;

	if (fd < 0)
		return fd;
	a = xcalloc(1, sizeof(*a));
	a->fd = fd;
	a->path = xstrdup(path);
	a->folder = xstrdup(folder);
	a->archive = archive_write_new();
	if (!a->archive)
		a->failed = -ENOMEM;
	else if (archive_write_set_format_pax_restricted(a->archive) ||
		 archive_write_add_filter_zstd(a->archive) || archive_write_open_fd(a->archive, fd))
		archive_fail(a);
	r = a->failed;
	if (r)
		bundle_archive_close(a);
	else
		*ret = a;
	return r;
}

static int entry_begin(struct bundle_archive *a, const char *name, size_t len)
{
	struct archive_entry *entry = archive_entry_new();
	char path[300];
	int r;

	if (!entry)
		return a->failed = -ENOMEM;
	snprintf(path, sizeof(path), "%s/%s", a->folder, name);
	archive_entry_set_pathname(entry, path);
	archive_entry_set_size(entry, (la_int64_t)len);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0600);
	archive_entry_set_mtime(entry, time(NULL), 0);
	r = archive_write_header(a->archive, entry);
	archive_entry_free(entry);
	return r == ARCHIVE_OK ? 0 : archive_fail(a);
}

static int data_put(struct bundle_archive *a, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		la_ssize_t n = archive_write_data(a->archive, at, len);

		if (n <= 0)
			return archive_fail(a);
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int bundle_archive_add(struct bundle_archive *a, const char *name, const void *data, size_t len)
{
	int r = a->failed ? a->failed : entry_begin(a, name, len);

	return r ? r : data_put(a, data, len);
}

int bundle_archive_add_file(struct bundle_archive *a, const char *name, int fd)
{
	char block[65536];
	struct stat st;
	off_t at = 0;
	int r;

	if (a->failed)
		return a->failed;
	if (fstat(fd, &st))
		return a->failed = -errno;
	r = entry_begin(a, name, (size_t)st.st_size);
	while (!r && at < st.st_size) {
		off_t rest = st.st_size - at;
		ssize_t n = pread(fd, block,
				  rest < (off_t)sizeof(block) ? (size_t)rest : sizeof(block), at);

		if (n <= 0)
			return a->failed = n ? -errno : -EIO;
		r = data_put(a, block, (size_t)n);
		at += n;
	}
	return r;
}

int bundle_archive_close(struct bundle_archive *a)
{
	int r;

	if (!a)
		return 0;
	if (a->archive && !a->failed && archive_write_close(a->archive) != ARCHIVE_OK)
		archive_fail(a);
	archive_write_free(a->archive);
	if (close(a->fd) && !a->failed)
		a->failed = -errno;
	r = a->failed;
	if (r)
		unlink(a->path);
	free(a->path);
	free(a->folder);
	free(a);
	return r;
}

void bundle_archive_discard(struct bundle_archive *a)
{
	a->failed = -ECANCELED;
	bundle_archive_close(a);
}
