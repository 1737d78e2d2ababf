/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours as numbers: what a theme says, what a picture needs. */
#ifndef PROBETOP_THEME_COLOR_H
#define PROBETOP_THEME_COLOR_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screen.h"

struct theme;

#define COLOR_DEFAULT (-1)	  /* the terminal's own */
#define COLOR_RGB_FLAG 0x01000000 /* or 0..255: one of the palette; with the flag: 0xrrggbb */

/* 0xrrggbb, of the palette as xterm has it; own: of the terminal's own colour. */
uint32_t color_rgb(int color, uint32_t own);
/*
 * 0xrrggbb of a role's text (fg) or of what it stands on, as it looks on the screen: with reverse
 * and dim applied, the terminal's own colours as the theme takes them to be.
 */
uint32_t theme_rgb(const struct theme *t, enum role role, bool fg);

#endif
