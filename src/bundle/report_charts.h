/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBETOP_REPORT_CHARTS_H
#define PROBETOP_REPORT_CHARTS_H

#include <stdio.h>

#include "core/source.h"

struct report_charts;

struct report_charts *report_charts_new(void);
void report_charts_free(struct report_charts *c);
/* One more point on every line, of the interval that ends with the session's frame. */
void report_charts_add(struct report_charts *c, const struct session *s);
/* All charts that have a value somewhere. */
void report_charts_write(const struct report_charts *c, FILE *out);

#endif
