/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of an HTML page: what the screen of each panel showed at some moment of a recording. */
#ifndef PROBETOP_UI_REPORT_H
#define PROBETOP_UI_REPORT_H

#include <stdio.h>

#include "core/query.h"
#include "ui/ui.h"

struct report_screen {
	const struct query *query;
	uint64_t mono_ns; /* of the frame that the interval ends with; 0: the last one */
};

/*
 * style gets what belongs between <style> tags, body a heading (h2, id: the panel's name), the
 * panel's help, when that was and a <pre> for each of the n screens.  Closes o->source, a recording,
 * which is played to its end, or to its damage.  stop: asked often; true: give up.  0, or negative
 * errno with one line in error, -EINTR when it was given up.
 */
int ui_report(const struct ui_options *o, const struct report_screen *screens, size_t n, int width,
	      int height, bool (*stop)(void), FILE *style, FILE *body, char *error, size_t size);

#endif
