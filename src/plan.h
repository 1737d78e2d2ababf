/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the options mean on the panels that there are: one query per panel. */
#ifndef PROBETOP_PLAN_H
#define PROBETOP_PLAN_H

#include "core/options.h"
#include "core/query.h"

struct plan {
	struct query *queries; /* in the order of --panel, or of panels.def; one for --snapshot */
	size_t n;
	uint32_t streams; /* STREAM_BIT of all that the panels read */
};

/*
 * Looks up panels and columns, parses the filter.  A panel that was named must have the columns;
 * of the default, all panels, those without them are left out, as long as one is left.
 * 0, or -EINVAL with one line in error.  Call plan_done in both cases.
 */
int plan_make(struct plan *p, const struct options *o, char *error, size_t size);
void plan_done(struct plan *p);

#endif
