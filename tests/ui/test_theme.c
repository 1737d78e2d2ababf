/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contract of the themes that are shipped, and of their files. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "ui/theme.h"

#define CONTRAST_TEXT 4.5 /* WCAG 2.1, 1.4.3 */
#define CONTRAST_GRAPH 3  /* 1.4.11: what is not text */
#define CONTRAST_HIGH 7	  /* 1.4.6 */
#define CONTRAST_FITTED 3 /* of text with fewer colours */

static struct theme load(const char *name)
{
	struct theme t;
	char error[300] = "";

	cr_assert_eq(theme_load(&t, name, error, sizeof(error)), 0, "%s", error);
	return t;
}

/* Shades of a picture, which begin where nothing is, and lines of one: no text. */
static bool is_shade(int role)
{
	return !strncmp(role_name((enum role)role), "heat", 4);
}

static bool is_graph(int role)
{
	return !strncmp(role_name((enum role)role), "graph", 5);
}

static double contrast(const struct theme *t, int role)
{
	return rgb_contrast(theme_rgb(t, (enum role)role, true),
			    theme_rgb(t, (enum role)role, false));
}

static void each_theme(void (*check)(const struct theme *t))
{
	char names[THEMES_MAX][64];
	int n = themes_list(names);

	for (int i = 0; i < n; i++) {
		struct theme t = load(names[i]);

		check(&t);
	}
}

static void each_depth(const struct theme *t, void (*check)(const struct theme *fewer, int colors))
{
	static const int depths[] = { COLORS_DIRECT, 256, 88, 16, 8, 0 };

	for (size_t d = 0; d < sizeof(depths) / sizeof(depths[0]); d++) {
		struct theme fewer = *t;

		theme_fit(&fewer, depths[d]);
		check(&fewer, depths[d]);
	}
}

Test(themes, all_are_there)
{
	static const char *const shipped[] = { "color-blind", "dark",  "high-contrast",
					       "htop",	      "light", "mono" };
	char names[THEMES_MAX][64];
	int n = themes_list(names), found = 0;

	for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++)
		for (int j = 0; j < n; j++)
			found += !strcmp(names[j], shipped[i]);
	cr_assert_eq(found, 6);
}

static void is_complete(const struct theme *t)
{
	cr_expect_str_eq(t->warnings.text, "", "%s: %s", t->name, t->warnings.text);
	cr_expect_str_neq(t->title, "", "%s has no title", t->name);
	for (int i = 0; i < ROLE_COUNT; i++)
		cr_expect(t->given >> i & 1, "%s does not name role %s", t->name,
			  role_name((enum role)i));
}

Test(themes, have_nothing_wrong_and_every_role)
{
	each_theme(is_complete);
}

static void is_readable(const struct theme *t)
{
	for (int i = 0; i < ROLE_COUNT; i++) {
		double least = is_graph(i)			   ? CONTRAST_GRAPH
			       : !strcmp(t->name, "high-contrast") ? CONTRAST_HIGH
								   : CONTRAST_TEXT;

		if (!is_shade(i))
			cr_expect_geq(contrast(t, i), least, "%s: %s has %.1f:1, not %.1f:1",
				      t->name, role_name((enum role)i), contrast(t, i), least);
	}
}

Test(themes, can_be_read)
{
	each_theme(is_readable);
}

/* Bold is brighter there, which only adds to it. */
static void is_readable_with(const struct theme *t, int colors)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (!is_shade(i) && !is_graph(i))
			cr_expect_geq(contrast(t, i), CONTRAST_FITTED,
				      "%s with %d colours: %s has %.1f:1", t->name, colors,
				      role_name((enum role)i), contrast(t, i));
}

static void fewer_is_readable(const struct theme *t)
{
	each_depth(t, is_readable_with);
}

Test(themes, can_be_read_with_fewer_colours)
{
	each_theme(fewer_is_readable);
}

static void differ_with(const struct theme *t, int colors)
{
	static const enum role pairs[][2] = {
		{ ROLE_SELECTED, ROLE_TEXT },	     { ROLE_TAB_CURRENT, ROLE_TAB },
		{ ROLE_HEADING, ROLE_HEADING_SORT }, { ROLE_POPUP, ROLE_POPUP_SELECTED },
		{ ROLE_ERROR, ROLE_TEXT },	     { ROLE_WARNING, ROLE_TEXT },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct theme_style *a = &t->style[pairs[i][0]], *b = &t->style[pairs[i][1]];

		cr_expect(a->fg != b->fg || a->bg != b->bg || a->attrs != b->attrs,
			  "%s with %d colours: %s is as %s", t->name, colors,
			  role_name(pairs[i][0]), role_name(pairs[i][1]));
	}
}

static void fewer_differ(const struct theme *t)
{
	each_depth(t, differ_with);
}

Test(themes, what_matters_stands_out)
{
	each_theme(fewer_differ);
}

Test(themes, mono_has_no_colour)
{
	struct theme t = load("mono"), built_in;

	theme_mono(&built_in);
	for (int i = 0; i < ROLE_COUNT; i++) {
		const char *name = role_name((enum role)i);

		cr_expect_eq(t.style[i].fg, COLOR_DEFAULT, "%s", name);
		cr_expect_eq(t.style[i].bg, COLOR_DEFAULT, "%s", name);
		cr_expect_eq(t.style[i].attrs, built_in.style[i].attrs,
			     "%s: the file and the built-in theme differ", name);
	}
}

/*
 * What a colour looks like to who lacks one kind of cones: Machado, Oliveira, Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, severity 1.
 */
static uint32_t seen_as(uint32_t rgb, const double m[9])
{
	double in[3], v;
	uint32_t seen = 0;

	for (int i = 0; i < 3; i++) {
		in[i] = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;
		in[i] = in[i] <= 0.04045 ? in[i] / 12.92 : pow((in[i] + 0.055) / 1.055, 2.4);
	}
	for (int i = 0; i < 3; i++) {
		v = m[3 * i] * in[0] + m[3 * i + 1] * in[1] + m[3 * i + 2] * in[2];
		v = fmin(1, fmax(0, v));
		v = v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055;
		seen = seen << 8 | (uint32_t)(v * 255 + 0.5);
	}
	return seen;
}

/* What of a role carries its colour: the background where it has one. */
static double lightness_of(const struct theme *t, enum role role, const double eyes[9])
{
	bool ground = color_rgb(t->style[role].bg, t->own_bg) != t->own_bg;

	return rgb_lightness(seen_as(theme_rgb(t, role, !ground), eyes));
}

static const struct {
	const char *name;
	double m[9];
} eyes[] = {
	{ "all cones", { 1, 0, 0, 0, 1, 0, 0, 0, 1 } },
	{ "protanopia",
	  { 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116,
	    1.051998 } },
	{ "deuteranopia",
	  { 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940,
	    0.968881 } },
	{ "tritanopia",
	  { 1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
	    0.303900 } },
};

Test(themes, colour_blind_is_told_apart_by_lightness)
{
	/* roles that differ in what they mean, not in where they stand */
	static const enum role apart[][2] = {
		{ ROLE_GRAPH, ROLE_GRAPH_MID },
		{ ROLE_GRAPH_MID, ROLE_GRAPH_HIGH },
		{ ROLE_GRAPH, ROLE_GRAPH_HIGH },
		{ ROLE_WARNING, ROLE_ERROR },
		{ ROLE_STATE, ROLE_ERROR },
		{ ROLE_TEXT, ROLE_WARNING },
		{ ROLE_SMALL, ROLE_LARGE },
		{ ROLE_NUMBER, ROLE_LARGE },
		{ ROLE_TEXT, ROLE_DIM },
		{ ROLE_SELECTED, ROLE_ERROR },
		{ ROLE_HEADING, ROLE_HEADING_SORT },
		{ ROLE_TAB, ROLE_TAB_CURRENT },
	};
	struct theme t = load("color-blind");

	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		for (size_t e = 0; e < sizeof(eyes) / sizeof(eyes[0]); e++) {
			enum role a = apart[i][0], b = apart[i][1];
			double by = fabs(lightness_of(&t, a, eyes[e].m) -
					 lightness_of(&t, b, eyes[e].m));

			cr_expect(by >= 0.1 || t.style[a].attrs != t.style[b].attrs,
				  "%s: lightness of %s and %s differs by %.2f", eyes[e].name,
				  role_name(a), role_name(b), by);
		}
}

static void shades_go_one_way(const struct theme *t)
{
	static const enum role heat[] = { ROLE_HEAT1, ROLE_HEAT2, ROLE_HEAT3, ROLE_HEAT4,
					  ROLE_HEAT5 };

	for (size_t e = 0; e < sizeof(eyes) / sizeof(eyes[0]) && strcmp(t->name, "mono"); e++) {
		double first = lightness_of(t, heat[0], eyes[e].m);
		double sign = lightness_of(t, heat[4], eyes[e].m) > first ? 1 : -1;

		for (int i = 1; i < 5; i++)
			cr_expect_gt(sign * (lightness_of(t, heat[i], eyes[e].m) -
					     lightness_of(t, heat[i - 1], eyes[e].m)),
				     0.02, "%s, %s: %s", t->name, eyes[e].name, role_name(heat[i]));
	}
}

Test(themes, more_heat_is_always_lighter_or_always_darker)
{
	each_theme(shades_go_one_way);
}

Test(theme_file, wrong_lines_are_named_and_skipped)
{
	struct theme t;

	theme_parse(&t, "x.theme",
		    "[theme]\ntitle = A\nbackground = #102030\nforeground = default\ncolour = 1\n"
		    "[roles]\ntext = #123456, 7, bold underline\nnonsense = red, blue\n"
		    "dim = mauve\nvalue = red, blue, shiny\nlabel =\n  red\ntab = red\n"
		    "[other]\na = b\n");
	cr_assert_str_eq(t.warnings.text,
			 "x.theme:4: no such colour: default\nx.theme:5: no such setting: colour\n"
			 "x.theme:8: no such role: nonsense\nx.theme:9: no such colour: mauve\n"
			 "x.theme:10: no such attribute: shiny\nx.theme:11: a colour is missing\n"
			 "x.theme:12: a blank in front continues the line before\n"
			 "x.theme:15: no such section: other",
			 "%s", t.warnings.text);
	cr_assert_str_eq(t.title, "A");
	cr_assert_eq(t.own_bg, 0x102030);
	cr_assert_eq(t.style[ROLE_TEXT].fg, COLOR_RGB_FLAG | 0x123456);
	cr_assert_eq(t.style[ROLE_TEXT].bg, 7);
	cr_assert_eq(t.style[ROLE_TEXT].attrs, ROLE_ATTR_BOLD | ROLE_ATTR_UNDERLINE);
	cr_assert_eq(t.style[ROLE_VALUE].fg, COLOR_DEFAULT, "as in mono");
	cr_assert_eq(t.given, 1ull << ROLE_TEXT | 1ull << ROLE_TAB);
}

Test(theme_file, that_is_none_is_refused)
{
	struct theme t;
	char error[300];

	cr_assert_neq(theme_load(&t, "absent", error, sizeof(error)), 0);
	cr_assert(strstr(error, "no theme 'absent'") && strstr(error, "dark"), "%s", error);
	cr_assert_neq(theme_load(&t, "/dev/zero", error, sizeof(error)), 0);
	cr_assert_neq(theme_load(&t, "/", error, sizeof(error)), 0);
}
