/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where batch mode writes: whole lines, or nothing. */
#ifndef PROBETOP_OUTPUT_H
#define PROBETOP_OUTPUT_H

#include <stdio.h>

struct output;

/* path NULL: stdout; else the file is made or emptied (file_overwrite).  Negative errno. */
int output_open(struct output **ret, const char *path);
/* An empty memory stream for the next block of lines. */
FILE *output_begin(struct output *o);
/*
 * Writes the block.  Negative errno; a regular file then ends after the last line that was whole.
 * -ETIMEDOUT: a signal asked to end, and nobody reads.
 */
int output_commit(struct output *o);
/* NULL is fine.  Negative errno when the last bytes could not be written. */
int output_close(struct output *o);

#endif
