/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBETOP_HISTOGRAM_H
#define PROBETOP_HISTOGRAM_H

#include "core/lat.h"
#include "ui/screen.h"

/*
 * Draws a latency histogram over the whole width, time on a logarithmic axis to the right, into
 * `lines` lines, the last of them for the axis; left of it label, count and percentiles.  l without
 * values: an empty one; NULL: one that is not known.  Returns the lines used: 0 when 3 are too many.
 */
int histogram_draw(struct screen *s, int y, int lines, const char *label, const struct lat *l);

#endif
