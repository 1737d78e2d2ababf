/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours by role, from themes/NAME.theme. */
#ifndef PROBETOP_THEME_H
#define PROBETOP_THEME_H

#include <stddef.h>

#include "ui/ini_text.h"
#include "ui/screen.h"
#include "ui/theme_color.h"

#define THEME_NAME_LEN 256
#define THEMES_MAX 64

struct theme_style {
	int fg, bg;	     /* as color_parse gives them */
	unsigned char attrs; /* enum role_attr */
};

struct theme {
	char name[THEME_NAME_LEN]; /* by which it was loaded */
	char title[80];		   /* one line about it; "": none */
	/* 0xrrggbb that the terminal's own colours are taken for: its text and its background */
	uint32_t own_fg, own_bg;
	struct theme_style style[ROLE_COUNT];
	unsigned long long given; /* bit i: the file names role i */
	struct warnings warnings;
};

/* The built-in theme: attributes, no colours. */
void theme_mono(struct theme *t);
/* Takes the colours away, keeps what is needed to tell roles apart. */
void theme_drop_colors(struct theme *t);
/* A theme from the text of its file.  Roles that it does not name are as in theme_mono; lines that
 * are wrong are skipped, and named as those of `file` in warnings. */
void theme_parse(struct theme *t, const char *file, const char *text);
/*
 * Reads theme `name` (a path when it has a slash) from $PROBETOP_THEMES, the source tree or the
 * installed directory.  Negative errno, and one line in error.
 */
int theme_load(struct theme *t, const char *name, char *error, size_t size);
/* The names that theme_load finds, in alphabetical order; how many. */
int themes_list(char names[THEMES_MAX][64]);

#endif
