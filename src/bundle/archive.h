/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tar archive compressed with zstd, written as its files become known. */
#ifndef PROBETOP_ARCHIVE_H
#define PROBETOP_ARCHIVE_H

#include <stddef.h>
#include <stdio.h>

struct bundle_archive;

/*
 * A new file of mode 0600; what exists is refused (-EEXIST).  All entries get `folder` in front.
 * All return 0 or negative errno; after the first failure nothing more is written, and
 * archive_finish says so again.
 */
int bundle_archive_open(struct bundle_archive **ret, const char *path, const char *folder);
int bundle_archive_add(struct bundle_archive *a, const char *name, const void *data, size_t len);
/* All of a file, from its beginning to its end now. */
int bundle_archive_add_file(struct bundle_archive *a, const char *name, int fd);
/* Writes the end; a file that is not whole is removed.  Frees. */
int bundle_archive_close(struct bundle_archive *a);
/* Removes the file.  Frees. */
void bundle_archive_discard(struct bundle_archive *a);

#endif
