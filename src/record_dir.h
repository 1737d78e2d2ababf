/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Always-on recording: a directory of files, of which the oldest go when they are too old or too
 * much. */
#ifndef PROBETOP_RECORD_DIR_H
#define PROBETOP_RECORD_DIR_H

#include <stddef.h>
#include <stdint.h>

#include "core/source.h"

struct record_dir;

/*
 * Uses DIR, made (mode 0700) when missing.  Files are called
 * probetop-HOST-YYYYMMDDTHHMMSS.mmmZ.ptrec; no other file is ever touched.  keep_ns, max_bytes 0:
 * no such bound.  One recorder at a time: -EBUSY when another one has the directory.  0, or
 * negative errno with one line in error.
 */
int record_dir_open(struct record_dir **ret, const char *dir, uint64_t keep_ns, uint64_t max_bytes,
		    char *error, size_t size);
/*
 * Appends the session's frame; begins another file when it is time.  A new file repeats the frame
 * before, so that no interval falls between two files.  Negative errno: it could not be written;
 * the next call tries again in a new file, and says the same until something is written again.
 */
int record_dir_write(struct record_dir *d, const struct session *s);
/* The next frame goes to a new file: somebody may have moved the present one. */
void record_dir_reopen(struct record_dir *d);
/* Waits for what is being written.  Frees; NULL is fine.  0 or negative errno. */
int record_dir_close(struct record_dir *d);

#endif
