/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A screen as a file that others look at, in the theme's colours: for terminals (ANSI), for
 * browsers (HTML) and as a drawing (SVG).  All are UTF-8 and need nothing else: no network, no
 * fonts of ours. Cells are sanitised already; what XML forbids or means something else by is
 * escaped here.
 */
#ifndef PROBETOP_PICTURE_H
#define PROBETOP_PICTURE_H

#include <stdio.h>

#include "ui/screen.h"
#include "ui/theme.h"

/* One way to draw.  title: one line, as it comes; formats without a place for it leave it out. */
typedef void picture_fn(FILE *out, const struct screen *s, const struct theme *t,
			const char *title);

picture_fn picture_text, picture_ansi, picture_html, picture_svg;

/* A page of several screens: head, as many bodies as wanted, foot; of the head, what stands between
 * <style> tags. */
void picture_html_style(FILE *out, const struct theme *t);
void picture_html_head(FILE *out, const struct theme *t, const char *title);
void picture_html_body(FILE *out, const struct screen *s);
void picture_html_foot(FILE *out);

/* What follows is shared by the drawings. */

/* Text in XML and HTML, between tags and in quotes. */
void xml_text(FILE *out, const char *text);

/* What a block element or a shade fills: parts of the cell from the upper left, 0 to 1. */
struct block {
	double x, y, width, height;
	double opacity;
};
/* The block elements that screens have, for drawings that do not leave them to a font. */
#define BLOCKS_FIRST 0x2581
#define BLOCKS_LAST 0x2593
/* False: the code point is not one of them, but a letter or sign. */
bool block_of(unsigned int code, struct block *ret);
unsigned int cell_code(const struct cell *c); /* the code point of its first character */
bool cell_is_ascii(const struct cell *c);

#endif
