/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines over time, as SVG inside an HTML page. */
#ifndef PROBETOP_CHART_H
#define PROBETOP_CHART_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/column.h"

#define CHART_LINES 3

struct chart {
	const char *title;
	enum col_unit unit;
	size_t n;			  /* points */
	const uint64_t *wall_ns;	  /* of each point */
	const char *labels[CHART_LINES];  /* NULL behind the last */
	const double *lines[CHART_LINES]; /* n values each; NaN: a gap */
};

/* The title, a legend, and the lines from 0 to the largest value; title and labels are HTML
 * already. */
void chart_write(const struct chart *c, FILE *out);

#endif
