/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/theme_color.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ui/theme.h"

#define DIM_PART 0.6	/* of a dim text's own colour; the rest is the background's */
#define CONTRAST_KEPT 3 /* what had that much still has it with fewer colours */

static const char *const names[] = { "black", "red",	 "green", "yellow",
				     "blue",  "magenta", "cyan",  "white" };

static bool rgb_parse(const char *text, int *ret)
{
	if (strlen(text) != 7 || text[0] != '#')
		return false;
	for (int i = 1; i < 7; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	*ret = COLOR_RGB_FLAG | (int)strtol(text + 1, NULL, 16);
	return true;
}

bool color_parse(const char *text, int *ret)
{
	bool bright = !strncasecmp(text, "bright-", 7);
	size_t digits = strspn(text, "0123456789");

	if (digits && digits <= 3 && !text[digits] && atoi(text) <= 255) {
		*ret = atoi(text);
		return true;
	}
	if (!strcasecmp(text, "default")) {
		*ret = COLOR_DEFAULT;
		return true;
	}
	for (int i = 0; i < 8; i++)
		if (!strcasecmp(text + (bright ? 7 : 0), names[i])) {
			*ret = i + (bright ? 8 : 0);
			return true;
		}
	return rgb_parse(text, ret);
}

uint32_t color_rgb(int color, uint32_t own)
{
	static const uint32_t first[16] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};
	static const uint8_t levels[6] = { 0, 95, 135, 175, 215, 255 };
	int cube = color - 16;

	if (color < 0)
		return own;
	if (color & COLOR_RGB_FLAG)
		return (uint32_t)color & 0xffffff;
	if (color < 16)
		return first[color];
	if (color >= 232)
		return (uint32_t)(8 + 10 * (color - 232)) * 0x010101;
	return (uint32_t)levels[cube / 36] << 16 | (uint32_t)levels[cube / 6 % 6] << 8 |
	       levels[cube % 6];
}

/* A byte of an sRGB colour as light, 0 to 1. */
static double linear(uint32_t rgb, int shift)
{
	double v = (double)(rgb >> shift & 0xff) / 255;

	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

struct oklab {
	double l, a, b;
};

/* Björn Ottosson, "A perceptual color space for image processing", 2020. */
static struct oklab oklab_of(uint32_t rgb)
{
	double r = linear(rgb, 16), g = linear(rgb, 8), b = linear(rgb, 0);
	double l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
	double m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
	double s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);

	return (struct oklab){
		.l = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
		.a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
		.b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
	};
}

static double oklab_distance(struct oklab p, struct oklab q)
{
	/* hue counts twice: OKLab itself makes cyan of a light grey */
	double l = p.l - q.l, x = 2 * (p.a - q.a), y = 2 * (p.b - q.b);

	return sqrt(l * l + x * x + y * y);
}

double rgb_distance(uint32_t a, uint32_t b)
{
	return oklab_distance(oklab_of(a), oklab_of(b));
}

double rgb_lightness(uint32_t rgb)
{
	return oklab_of(rgb).l;
}

static double luminance(uint32_t rgb)
{
	return 0.2126 * linear(rgb, 16) + 0.7152 * linear(rgb, 8) + 0.0722 * linear(rgb, 0);
}

double rgb_contrast(uint32_t a, uint32_t b)
{
	double p = luminance(a) + 0.05, q = luminance(b) + 0.05;

	return p > q ? p / q : q / p;
}

static int nearest(uint32_t rgb, int from, int to)
{
	struct oklab wanted = oklab_of(rgb);
	double least = INFINITY;
	int best = from;

	for (int i = from; i < to; i++) {
		double distance = oklab_distance(wanted, oklab_of(color_rgb(i, 0)));

		if (distance < least) {
			least = distance;
			best = i;
		}
	}
	return best;
}

int color_fit(int color, int colors)
{
	uint32_t rgb = color_rgb(color, 0);

	/* of 88 colours only the first 16 are where they are among 256 */
	colors = colors >= COLORS_DIRECT ? COLORS_DIRECT
		 : colors >= 256	 ? 256
		 : colors >= 16		 ? 16
					 : 8;
	if (color == COLOR_DEFAULT || colors == COLORS_DIRECT || color < colors)
		return color;
	return nearest(rgb, colors == 256 ? 16 : 0, colors);
}

/* Where only bold makes a colour bright.  Bold black is invisible on most black backgrounds. */
static void bright_fit(struct theme_style *style)
{
	int fg = color_fit(style->fg, 16);

	if (fg == 8 && style->bg == COLOR_DEFAULT) {
		style->fg = COLOR_DEFAULT;
		style->attrs |= ROLE_ATTR_DIM;
	} else if (fg >= 8) {
		style->fg = fg - 8;
		style->attrs |= ROLE_ATTR_BOLD;
	}
}

/* Black or white, whichever can be read on it; the terminal's own text on its own background. */
static int readable_on(int bg)
{
	uint32_t rgb = color_rgb(bg, 0);

	if (bg == COLOR_DEFAULT)
		return COLOR_DEFAULT;
	return rgb_contrast(rgb, color_rgb(0, 0)) > rgb_contrast(rgb, color_rgb(7, 0)) ? 0 : 7;
}

static double style_contrast(const struct theme *t, const struct theme_style *style)
{
	return rgb_contrast(color_rgb(style->fg, t->own_fg), color_rgb(style->bg, t->own_bg));
}

static void style_fit(const struct theme *t, struct theme_style *style, int colors)
{
	bool readable = style_contrast(t, style) >= CONTRAST_KEPT;

	if (colors < 16)
		bright_fit(style);
	style->fg = color_fit(style->fg, colors);
	style->bg = color_fit(style->bg, colors);
	if (readable && style_contrast(t, style) < CONTRAST_KEPT)
		style->fg = readable_on(style->bg);
}

void theme_fit(struct theme *t, int colors)
{
	if (colors < 8)
		theme_drop_colors(t);
	for (int i = 0; i < ROLE_COUNT && colors >= 8; i++)
		style_fit(t, &t->style[i], colors);
}

static uint32_t rgb_mix(uint32_t a, uint32_t b, double part)
{
	uint32_t mixed = 0;

	for (int shift = 0; shift < 24; shift += 8) {
		double v = (a >> shift & 0xff) * part + (b >> shift & 0xff) * (1 - part);

		mixed |= (uint32_t)(v + 0.5) << shift;
	}
	return mixed;
}

uint32_t theme_rgb(const struct theme *t, enum role role, bool fg)
{
	const struct theme_style *style = &t->style[role];
	uint32_t text = color_rgb(style->fg, t->own_fg), ground = color_rgb(style->bg, t->own_bg);

	if (style->attrs & ROLE_ATTR_DIM)
		text = rgb_mix(text, ground, DIM_PART);
	return fg == !(style->attrs & ROLE_ATTR_REVERSE) ? text : ground;
}
