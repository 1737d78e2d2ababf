/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as small pictures of one line. */
#ifndef PROBETOP_GRAPH_H
#define PROBETOP_GRAPH_H

#include "core/trail.h"
#include "ui/screen.h"

/* Green, yellow, red. */
enum role percent_role(double percent);
/* 0 where it is not known, 100 where it is more. */
double percent_clamp(double v);
void bar_draw(struct screen *s, int y, int x, int cells, enum role role, double percent);
/*
 * The value of a row in the last intervals, one a cell, the newest, `id`, at the right.  The largest
 * of them is as high as the line, but of percentages 100; 0 is a line at the bottom, and what is not
 * known is blank.
 */
void spark_draw(struct screen *s, int y, int x, int cells, enum role role, const struct trail *t,
		uint64_t identity, uint64_t id);

#endif
