/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --list: what there is, as aligned text. */
#ifndef PROBETOP_LIST_H
#define PROBETOP_LIST_H

#include <stdio.h>

#include "core/source.h"
#include "plan.h"

/* NAME, default grouping, default sort, title; one line per panel of the plan. */
void list_panels(FILE *out, const struct plan *p);
/* PANEL, COLUMN, unit, whether it can be grouped by, help; one line per column. */
void list_columns(FILE *out, const struct plan *p);

/* What a recording is of, from when to when, and what is missing in it; reads all of it once. */
void list_recording(FILE *out, struct source *s, const char *name);

#endif
