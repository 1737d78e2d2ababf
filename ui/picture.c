/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/picture.h"

#include <string.h>

void picture_text(FILE *out, const struct screen *s, const struct theme *t, const char *title)
{
	(void)t;
	(void)title;
	screen_write(s, out);
}

void xml_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '&')
			fputs("&amp;", out);
		else if (c == '<')
			fputs("&lt;", out);
		else if (c == '>')
			fputs("&gt;", out);
		else if (c == '"')
			fputs("&quot;", out);
		else if (c == '\'')
			fputs("&#39;", out);
		else
			fputc(c < ' ' || c == 0x7f ? '?' : c, out); /* XML cannot hold controls */
	}
}

unsigned int cell_code(const struct cell *c)
{
	const unsigned char *p = (const unsigned char *)c->text;
	unsigned int code = p[0] < 0x80 ? p[0] : p[0] < 0xe0 ? p[0] & 0x1f : p[0] & 0x0f;

	if (p[0] >= 0xf0)
		code = p[0] & 0x07;
	for (p++; (*p & 0xc0) == 0x80; p++)
		code = code << 6 | (*p & 0x3f);
	return code;
}

bool cell_is_ascii(const struct cell *c)
{
	return c->width == 1 && (unsigned char)c->text[0] < 0x80 && !c->text[1];
}

bool block_of(unsigned int code, struct block *ret)
{
	*ret = (struct block){ .width = 1, .height = 1, .opacity = 1 };
	if (code >= 0x2581 && code <= 0x2588) { /* lower eighths */
		ret->height = (double)(code - 0x2580) / 8;
		ret->y = 1 - ret->height;
	} else if (code >= 0x2589 && code <= 0x258f) { /* left eighths */
		ret->width = (double)(0x2590 - code) / 8;
	} else if (code == 0x2590) { /* right half */
		ret->x = ret->width = 0.5;
	} else if (code >= 0x2591 && code <= 0x2593) { /* shades */
		ret->opacity = (double)(code - 0x2590) / 4;
	} else {
		return false;
	}
	return true;
}
