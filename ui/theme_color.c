/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/theme_color.h"

#include "ui/theme.h"

#define DIM_PART 0.6 /* of a dim text's own colour; the rest is the background's */

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
