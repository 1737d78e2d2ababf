/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A box of lines in the middle of the screen, one of them selected. */
#ifndef PROBETOP_POPUP_H
#define PROBETOP_POPUP_H

#include "ui/screen.h"

struct popup {
	const char *title;
	int n, current, top;   /* lines, the selected one, the first that is seen */
	int want;	       /* cells of the longest line */
	int x, y, width, rows; /* of the lines on the screen; set by popup_open */
};

/* Makes it wide enough for a line; sanitised text. */
void popup_want(struct popup *p, const char *line);
/* Draws the frame, where there is room for one, and moves top so that current is seen. */
void popup_open(struct popup *p, struct screen *s);
/* Line top + i. */
void popup_line(const struct popup *p, struct screen *s, int i, const char *text);

#endif
