/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contract: a colour becomes the one that looks most like it of those that a terminal has. */
#include <criterion/criterion.h>

#include "ui/theme.h"

#define RGB(v) (COLOR_RGB_FLAG | (v))

Test(color, is_parsed)
{
	static const struct {
		const char *text;
		int color;
	} good[] = {
		{ "default", COLOR_DEFAULT },
		{ "red", 1 },
		{ "bright-red", 9 },
		{ "Bright-White", 15 },
		{ "0", 0 },
		{ "255", 255 },
		{ "#000000", RGB(0) },
		{ "#fF8001", RGB(0xff8001) },
	};
	static const char *const bad[] = { "",	      "256",	  "-1",	     "0x1",
					   "#fff",    "#ff80011", "#gg0000", "#-12345",
					   "bright-", "bright-7", "mauve",   "1000000" };
	int color;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		cr_assert(color_parse(good[i].text, &color), "%s", good[i].text);
		cr_assert_eq(color, good[i].color, "%s", good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(color_parse(bad[i], &color), "%s", bad[i]);
}

Test(color, palette_is_that_of_xterm)
{
	cr_assert_eq(color_rgb(1, 0), 0xcd0000);
	cr_assert_eq(color_rgb(16, 0), 0x000000);
	cr_assert_eq(color_rgb(231, 0), 0xffffff);
	cr_assert_eq(color_rgb(208, 0), 0xff8700);
	cr_assert_eq(color_rgb(232, 0), 0x080808);
	cr_assert_eq(color_rgb(255, 0), 0xeeeeee);
	cr_assert_eq(color_rgb(RGB(0x123456), 0), 0x123456);
	cr_assert_eq(color_rgb(COLOR_DEFAULT, 0xabcdef), 0xabcdef);
}

Test(color, distance_is_that_of_the_eye)
{
	cr_assert_float_eq(rgb_distance(0x000000, 0xffffff), 1, 0.001);
	cr_assert_float_eq(rgb_distance(0x336699, 0x336699), 0, 1e-9);
	cr_assert_float_eq(rgb_contrast(0x000000, 0xffffff), 21, 0.001);
	cr_assert_float_eq(rgb_contrast(0x777777, 0xffffff), 4.478, 0.001);
	/* published value of OKLab for pure red */
	cr_assert_float_eq(rgb_lightness(0xff0000), 0.628, 0.001);
	/* both far in bytes, green far nearer to yellow than to blue */
	cr_assert_lt(rgb_distance(0x00ff00, 0xffff00), rgb_distance(0x00ff00, 0x0000ff));
}

Test(color, fits_the_terminal)
{
	static const struct {
		int color, colors, fitted;
	} cases[] = {
		{ RGB(0xff8700), COLORS_DIRECT, RGB(0xff8700) },
		{ RGB(0xff8700), 256, 208 },
		{ RGB(0xfe8801), 256, 208 },
		{ RGB(0x808080), 256, 244 },
		{ RGB(0xfefefe), 256, 231 },
		{ RGB(0xfefefe), 16, 15 },
		{ RGB(0xe6e6e6), 8, 7 },
		{ RGB(0xb4b4b4), 8, 7 }, /* no colour where there was none */
		{ RGB(0xc00000), 8, 1 },
		{ RGB(0x00c8c8), 8, 6 },
		{ 208, 256, 208 },
		{ 196, 16, 9 },
		{ 200, 88, 13 }, /* 88 colours have others in their cube */
		{ 12, 256, 12 },
		{ 232, 8, 0 },
		{ COLOR_DEFAULT, 256, COLOR_DEFAULT },
		{ COLOR_DEFAULT, 8, COLOR_DEFAULT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_assert_eq(color_fit(cases[i].color, cases[i].colors), cases[i].fitted,
			     "%x in %d: %d, not %d", (unsigned int)cases[i].color, cases[i].colors,
			     color_fit(cases[i].color, cases[i].colors), cases[i].fitted);
}

static struct theme_style fitted(struct theme_style style, int colors)
{
	struct theme t;

	theme_mono(&t);
	t.style[ROLE_TEXT] = style;
	theme_fit(&t, colors);
	return t.style[ROLE_TEXT];
}

Test(color, bright_becomes_bold)
{
	struct theme_style s = fitted((struct theme_style){ 10, COLOR_DEFAULT, 0 }, 8);

	cr_assert_eq(s.fg, 2);
	cr_assert_eq(s.attrs, ROLE_ATTR_BOLD);
	/* bold black is black on many terminals */
	s = fitted((struct theme_style){ 8, COLOR_DEFAULT, 0 }, 8);
	cr_assert_eq(s.fg, COLOR_DEFAULT);
	cr_assert_eq(s.attrs, ROLE_ATTR_DIM);
	s = fitted((struct theme_style){ 10, COLOR_DEFAULT, 0 }, 16);
	cr_assert_eq(s.fg, 10);
	cr_assert_eq(s.attrs, 0);
}

Test(color, text_never_vanishes_in_its_background)
{
	/* both are nearest to white */
	struct theme_style s = fitted((struct theme_style){ RGB(0x5f5f5f), RGB(0xe8e8e8), 0 }, 8);

	cr_assert_eq(s.bg, 7);
	cr_assert_eq(s.fg, 0);
	/* dark grey can be read on black, the black that is nearest to it cannot */
	s = fitted((struct theme_style){ RGB(0x606060), COLOR_DEFAULT, 0 }, 8);
	cr_assert_neq(s.fg, 0);
}

Test(color, none_leaves_attributes)
{
	struct theme t;

	theme_mono(&t);
	t.style[ROLE_SELECTED] = (struct theme_style){ 0, 6, 0 };
	theme_fit(&t, 0);
	cr_assert_eq(t.style[ROLE_SELECTED].fg, COLOR_DEFAULT);
	cr_assert_eq(t.style[ROLE_SELECTED].bg, COLOR_DEFAULT);
	cr_assert_eq(t.style[ROLE_SELECTED].attrs, ROLE_ATTR_REVERSE, "the selection still shows");
}

Test(color, role_as_it_looks)
{
	struct theme t;

	theme_mono(&t);
	t.own_fg = 0xeeeeee;
	t.own_bg = 0x111111;
	cr_assert_eq(theme_rgb(&t, ROLE_TEXT, true), 0xeeeeee);
	cr_assert_eq(theme_rgb(&t, ROLE_TEXT, false), 0x111111);
	t.style[ROLE_TEXT] =
		(struct theme_style){ RGB(0x102030), COLOR_DEFAULT, ROLE_ATTR_REVERSE };
	cr_assert_eq(theme_rgb(&t, ROLE_TEXT, true), 0x111111);
	cr_assert_eq(theme_rgb(&t, ROLE_TEXT, false), 0x102030);
	t.style[ROLE_TEXT] = (struct theme_style){ RGB(0xffffff), RGB(0x000000), ROLE_ATTR_DIM };
	cr_assert_eq(theme_rgb(&t, ROLE_TEXT, true), 0x999999);
	cr_assert_eq(theme_rgb(&t, ROLE_TEXT, false), 0x000000);
}
