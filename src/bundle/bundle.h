/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything at once, for somebody elsewhere: a recording, all panels as text and JSON, a page with
 * screens and charts, and what the machine is, in one archive.
 */
#ifndef PROBETOP_BUNDLE_H
#define PROBETOP_BUNDLE_H

#include <stddef.h>

#include "core/options.h"
#include "core/source.h"
#include "plan.h"

struct anonymiser;

/*
 * Records o->iterations intervals of the source into the archive o->bundle, and makes the rest from
 * the recording. A source that is a recording has no host facts: this machine is not the one it was
 * made on.  a (NULL: names as they are) is what the source was wrapped with.  Closes the source. 0,
 * or negative errno with one line in error; then no archive is left.
 */
int bundle_run(const struct options *o, const struct plan *plan, struct source *source,
	       struct anonymiser *a, char *error, size_t size);

#endif
