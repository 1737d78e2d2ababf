/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours by role, from themes/NAME.theme. */
#ifndef PROBETOP_THEME_H
#define PROBETOP_THEME_H

#include <stddef.h>

#include "ui/screen.h"
#include "ui/theme_color.h"

struct theme_style {
	short fg, bg;	     /* 0..255 or COLOR_DEFAULT */
	unsigned char attrs; /* enum role_attr */
};

struct theme {
	/* 0xrrggbb that the terminal's own colours are taken for: its text and its background */
	uint32_t own_fg, own_bg;
	struct theme_style style[ROLE_COUNT];
	char warnings[512]; /* lines "FILE:LINE: what"; empty: none */
};

/* The built-in theme: attributes, no colours. */
void theme_mono(struct theme *t);
/*
 * Reads theme `name` (a path when it has a slash) from $PROBETOP_THEMES, the source tree or the
 * installed directory.  Roles that it does not name are as in theme_mono; lines that are wrong are
 * skipped and named in warnings.  Negative errno, and one line in error.
 */
int theme_load(struct theme *t, const char *name, char *error, size_t size);
/* Takes the colours away, keeps what is needed to tell roles apart. */
void theme_drop_colors(struct theme *t);

#endif
