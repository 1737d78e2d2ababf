/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Batch mode: every interval of every panel to a file or stdout. */
#ifndef PROBETOP_BATCH_H
#define PROBETOP_BATCH_H

#include "core/source.h"
#include "plan.h"

#define BATCH_INTERRUPTED 2

/*
 * Prints until the source ends, the iterations are done, the reader of a pipe is gone or SIGINT,
 * SIGTERM, SIGHUP comes.  Live, an interval takes delay_ns; a recording is printed as fast as it is
 * read.  Closes the source.
 * 0, BATCH_INTERRUPTED after a signal, or negative errno with one line in error; what was printed
 * before is whole.
 */
int batch_run(const struct options *o, const struct plan *plan, struct source *source, char *error,
	      size_t size);

#endif
