/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of an HTML page: what the screen of each panel showed at the end of a recording. */
#ifndef PROBETOP_UI_REPORT_H
#define PROBETOP_UI_REPORT_H

#include <stdio.h>

#include "core/query.h"
#include "ui/ui.h"

/*
 * style gets what belongs between <style> tags, body a heading (h2, id: the panel's name), the
 * panel's help and a <pre> for each of the n queries.  Closes o->source, a recording, which is played
 * to its end, or to its damage.  0, or negative errno with one line in error.
 */
int ui_report(const struct ui_options *o, const struct query *queries, size_t n, int width, int height,
	      FILE *style, FILE *body, char *error, size_t size);

#endif
