/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For cat and less -R: the colours as the theme names them, so that a palette stays the reader's.
 */
#include <string.h>

#include "ui/picture.h"

static void color_put(FILE *out, int color, bool fg)
{
	if (color == COLOR_DEFAULT)
		return;
	if (color & COLOR_RGB_FLAG)
		fprintf(out, ";%d;2;%d;%d;%d", fg ? 38 : 48, color >> 16 & 0xff, color >> 8 & 0xff,
			color & 0xff);
	else if (color < 8)
		fprintf(out, ";%d", (fg ? 30 : 40) + color);
	else if (color < 16)
		fprintf(out, ";%d", (fg ? 90 : 100) + color - 8);
	else
		fprintf(out, ";%d;5;%d", fg ? 38 : 48, color);
}

static void style_put(FILE *out, const struct theme_style *style)
{
	static const struct {
		unsigned char attr;
		int code;
	} codes[] = { { ROLE_ATTR_BOLD, 1 },
		      { ROLE_ATTR_DIM, 2 },
		      { ROLE_ATTR_UNDERLINE, 4 },
		      { ROLE_ATTR_REVERSE, 7 } };

	fputs("\033[0", out);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (style->attrs & codes[i].attr)
			fprintf(out, ";%d", codes[i].code);
	color_put(out, style->fg, true);
	color_put(out, style->bg, false);
	fputc('m', out);
}

/* A blank that nobody can see. */
static bool is_nothing(const struct cell *c, const struct theme *t)
{
	const struct theme_style *style = &t->style[c->role];

	return !strcmp(c->text, " ") && style->bg == COLOR_DEFAULT &&
	       !(style->attrs & (ROLE_ATTR_REVERSE | ROLE_ATTR_UNDERLINE));
}

static bool style_same(const struct theme_style *a, const struct theme_style *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attrs == b->attrs;
}

static void line_put(FILE *out, const struct screen *s, const struct theme *t, int y)
{
	static const struct theme_style plain = { COLOR_DEFAULT, COLOR_DEFAULT, 0 };
	const struct theme_style *now = &plain;
	int end = s->width;

	while (end > 0 && is_nothing(screen_cell(s, y, end - 1), t))
		end--;
	for (int x = 0; x < end; x++) {
		const struct cell *c = screen_cell(s, y, x);
		const struct theme_style *style = &t->style[c->role];

		if (!style_same(now, style))
			style_put(out, style);
		now = style;
		fputs(c->text, out);
	}
	fputs(style_same(now, &plain) ? "\n" : "\033[0m\n", out);
}

void picture_ansi(FILE *out, const struct screen *s, const struct theme *t, const char *title)
{
	(void)title;
	for (int y = 0; y < s->height; y++)
		line_put(out, s, t, y);
}
