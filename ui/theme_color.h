/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours as numbers: what a theme says, what a terminal has, what a picture needs.  All pure. */
#ifndef PROBETOP_THEME_COLOR_H
#define PROBETOP_THEME_COLOR_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screen.h"

struct theme;

#define COLOR_DEFAULT (-1)	  /* the terminal's own */
#define COLOR_RGB_FLAG 0x01000000 /* or 0..255: one of the palette; with the flag: 0xrrggbb */
#define COLORS_DIRECT 0x01000000  /* as many as terminals have that take any 0xrrggbb */

/* default, a name, bright-NAME, 0..255 or #rrggbb; false: none of these. */
bool color_parse(const char *text, int *ret);
/* 0xrrggbb, of the palette as xterm has it; own: of the terminal's own colour. */
uint32_t color_rgb(int color, uint32_t own);

/* How different two colours look: Euclidean in OKLab with twice the hue, 0 the same, 1 black and
 * white. */
double rgb_distance(uint32_t a, uint32_t b);
/* OKLab's lightness, 0 black to 1 white. */
double rgb_lightness(uint32_t rgb);
/* WCAG 2: 1 the same, 21 black and white. */
double rgb_contrast(uint32_t a, uint32_t b);

/*
 * The colour that looks most like it of those that a terminal with `colors` has: COLORS_DIRECT,
 * 256, 16 or 8.  The first 8 or 16 are what the user made of them, so that only a colour that a
 * theme takes from there itself stays one of those while there are others.
 */
int color_fit(int color, int colors);
/* The theme as a terminal with so many colours can show it; below 8 there are attributes alone.
 * Bright colours become bold where there are 8, and text never gets the colour it stands on. */
void theme_fit(struct theme *t, int colors);

/*
 * 0xrrggbb of a role's text (fg) or of what it stands on, as it looks on the screen: with reverse
 * and dim applied, the terminal's own colours as the theme takes them to be.
 */
uint32_t theme_rgb(const struct theme *t, enum role role, bool fg);

#endif
