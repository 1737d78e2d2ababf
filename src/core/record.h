/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings: frames in a file.  record_format.h and docs/ARCHITECTURE.md have the layout. */
#ifndef PROBETOP_RECORD_H
#define PROBETOP_RECORD_H

#include "facts.h"
#include "source.h"

#define RECORDING_VERSION 2

struct recorder;

/*
 * Creates FILE (mode 0600); an existing file is refused.  wait: when the disk is slower than the
 * frames, recorder_write waits for it (they come from a recording); else frames are left out and
 * counted.  Negative errno.
 */
int recorder_open(struct recorder **ret, const char *path, bool wait);
/*
 * Appends a frame: prev is the one that was written last (any other, or NULL, costs a whole frame),
 * facts hold all that was known up to cur, cur included.  Writing goes on behind the caller's back.
 * 0, or negative errno of what failed since: nothing is written any more, and the file ends after
 * the last whole frame.
 */
int recorder_write(struct recorder *r, const struct frame *prev, const struct frame *cur,
		   const struct facts *facts);
/* Frames that were left out because the disk was too slow. */
uint64_t recorder_dropped(const struct recorder *r);
/* Frames that are handed over, but not yet in the file. */
size_t recorder_waiting(struct recorder *r);
/* Of the file, when all that was handed over is written. */
uint64_t recorder_bytes(const struct recorder *r);
/* As recorder_close, but waits for nothing: what is not yet written is written behind the caller's back. */
void recorder_leave(struct recorder *r);
/* Finishes the file; frees; NULL is fine.  -ETIMEDOUT: the disk did not answer for some seconds. */
int recorder_close(struct recorder *r);

/*
 * Opens a recording; error gets one line that says what is wrong with it.  Of a directory, all that
 * end in .ptrec are one recording, in the order of their time; they must be of one machine.
 */
int replay_open(struct source **ret, const char *path, char *error, size_t size);
/* After read gave a negative errno: the line that says why (cut off after frame N, ...). */
const char *replay_error(const struct source *s);
/* What is to be said of it though it could be read: frames that were left out, ...; or "". */
const char *replay_note(const struct source *s);
/*
 * Only what lasts from begin to end (as when_parse takes them; NULL: all there is) comes from then
 * on, and the frame before it, which the first interval counts from.  0; -EINVAL or -ENODATA, and
 * one line in error.
 */
int replay_between(struct source *s, const char *begin, const char *end, char *error, size_t size);

struct replay_info {
	uint32_t version;
	uint64_t bytes;
	uint64_t frames; /* that can be had */
	uint64_t dropped; /* by the recorder, because the disk was too slow */
	bool closed; /* the recorder came to its end */
	char damage[300]; /* one line; empty: there is none */
};

/* Reads the whole file, and says what it is; after that nothing more can be read from s, its timeline
 * apart. */
void replay_check(struct source *s, struct replay_info *ret);
/* File i of a directory, which s owns, and its name; NULL: there are less, or s is no directory. */
struct source *replay_part(struct source *s, size_t i, const char **ret_name);

#endif
