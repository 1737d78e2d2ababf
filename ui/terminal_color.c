/* SPDX-License-Identifier: GPL-2.0-or-later */
#define NCURSES_WIDECHAR 1
#include "ui/terminal_color.h"

#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

/* What the library knows as colours of this terminal's palette, when it takes any 0xrrggbb. */
static int palette_size(void)
{
	static const int sizes[] = { 256, 16 };

	/* in direct colour the numbers stand behind a 2, of the palette behind a 5 or alone */
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const char *sequence = tiparm(set_a_foreground, sizes[i] - 1);

		if (sequence && !strstr(sequence, "8;2;") && !strstr(sequence, "8:2:"))
			return sizes[i];
	}
	return 8;
}

/* The number that the library has for a colour; numbers below palette are not 0xrrggbb. */
static int color_number(int color, int palette)
{
	int rgb = (int)color_rgb(color, 0);

	if (COLORS < COLORS_DIRECT || color < palette)
		return color;
	/* what would look like a number of the palette gets a hair of green */
	return rgb < palette ? rgb | 0x000100 : rgb;
}

void terminal_styles(const struct theme *theme, attr_t attrs[ROLE_COUNT], short pairs[ROLE_COUNT])
{
	bool colors = has_colors() && start_color() == OK,
	     own = colors && use_default_colors() == OK;
	int palette = colors && COLORS >= COLORS_DIRECT ? palette_size() : COLORS;
	struct theme fitted = *theme;

	theme_fit(&fitted, colors ? COLORS : 0);
	for (int i = 0; i < ROLE_COUNT; i++) {
		const struct theme_style *style = &fitted.style[i];
		int fg = color_number(style->fg, palette), bg = color_number(style->bg, palette);

		if (colors) {
			if (!own) {
				fg = fg == COLOR_DEFAULT ? COLOR_WHITE : fg;
				bg = bg == COLOR_DEFAULT ? COLOR_BLACK : bg;
			}
			pairs[i] = (short)(i + 1);
			init_extended_pair(pairs[i], fg, bg);
		}
		attrs[i] = (style->attrs & ROLE_ATTR_BOLD ? A_BOLD : 0) |
			   (style->attrs & ROLE_ATTR_DIM ? A_DIM : 0) |
			   (style->attrs & ROLE_ATTR_UNDERLINE ? A_UNDERLINE : 0) |
			   (style->attrs & ROLE_ATTR_REVERSE ? A_REVERSE : 0);
	}
}

SCREEN *terminal_open_direct(FILE *out)
{
	static const char *const endings[] = { "-direct256", "-direct" };
	const char *colorterm = getenv("COLORTERM"), *term = getenv("TERM");
	char name[80];
	SCREEN *screen = NULL;
	int base = term ? (int)strcspn(term, "-") : 0, why;

	if (!colorterm || (strcmp(colorterm, "truecolor") && strcmp(colorterm, "24bit")) || !base)
		return NULL;
	if (!strncmp(term, "xterm-", 6) && strcmp(term, "xterm-256color")) {
		/* xterm-kitty is no xterm */
		term += 6;
		base = (int)strcspn(term, "-");
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]) && !screen; i++) {
		snprintf(name, sizeof(name), "%.*s%s", base, term, endings[i]);
		if (setupterm(name, STDOUT_FILENO, &why) != OK || why != 1)
			continue;
		del_curterm(cur_term);
		screen = newterm(name, out, stdin);
	}
	return screen;
}
