/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recordings, sequential form.  Header: magic "PROBETOP", RECORDING_VERSION, byte order mark,
 * number of streams and, for each, name and record size.  Then one block per frame: length, times,
 * and per stream generation, loss, count and records.  docs/ARCHITECTURE.md has the layout.
 */
#ifndef PROBETOP_RECORD_H
#define PROBETOP_RECORD_H

#include "facts.h"
#include "source.h"

#define RECORDING_VERSION 1

struct recorder;

/* Creates FILE (mode 0600); an existing file is refused.  Negative errno. */
int recorder_open(struct recorder **ret, const char *path);
/* Appends the first frame of a recording: the counters of f and all facts, whenever they came. */
int recorder_begin(struct recorder *r, const struct frame *f, const struct facts *facts);
/* Appends a frame; the first one must hold all facts (facts_dump).  A full disk: -ENOSPC, and the
 * file ends after the last whole frame. */
int recorder_write(struct recorder *r, const struct frame *f);
int recorder_close(struct recorder *r); /* flushes; frees; NULL is fine */

/* Opens a recording; error gets one line that says what is wrong with it. */
int replay_open(struct source **ret, const char *path, char *error, size_t size);
/* After read gave a negative errno: the line that says why (cut off at frame N, ...). */
const char *replay_error(const struct source *s);

#endif
