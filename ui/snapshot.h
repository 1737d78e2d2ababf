/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was seen, as a file for somebody else; the ending of its name says how. */
#ifndef PROBETOP_SNAPSHOT_H
#define PROBETOP_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/complete.h"

struct screen;
struct ui;

/* False: the ending is none that there is; error names those, *ret_at is where it stands. */
bool snapshot_name_check(const char *name, size_t *ret_at, char *error, size_t size);

/*
 * Writes the screen, or for a table's ending all rows that the level's query gives now, to a new
 * file.  numbered: where that exists, NAME-2 and so on is made; path (size bytes) gets the name.
 * 0, or negative errno for file_error; -ENODATA: no rows before the first interval.  A file is
 * whole, or not there.
 */
int snapshot_save(struct ui *ui, const struct screen *s, bool numbered, char *path, size_t size);

/* Endings, behind a point. */
complete_fn complete_ending;

/* The command `snapshot`: an empty name asks for one. */
bool snapshot_check(struct ui *ui, const char *name, size_t *ret_at, char *error, size_t size);
void snapshot_run(struct ui *ui, const char *name);

/* What the key `S` has taken while the user types a name; NULL is fine. */
struct snapshot;
void snapshot_free(struct snapshot *s);

#endif
