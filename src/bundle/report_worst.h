/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of each panel, the interval that had most of what its rows are sorted by. */
#ifndef PROBETOP_REPORT_WORST_H
#define PROBETOP_REPORT_WORST_H

#include "core/source.h"
#include "plan.h"

struct report_worst;

struct report_worst *report_worst_new(const struct plan *plan);
void report_worst_free(struct report_worst *w);
/* Looks at the interval that ends with the session's frame. */
void report_worst_add(struct report_worst *w, const struct session *s);
/*
 * When the frame of that interval was taken, CLOCK_MONOTONIC, for query i of the plan.  0: the panel's
 * rows have no worst, because they are sorted by what they are and not by how much, or there was none.
 */
uint64_t report_worst_ns(const struct report_worst *w, size_t i);

#endif
