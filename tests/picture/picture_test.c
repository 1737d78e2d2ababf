/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * picture_test text|ansi|html|svg THEME: one small screen with all that is hard to draw, whatever
 * the panels look like today.
 */
#include <stdio.h>
#include <string.h>

#include "ui/picture.h"

static const struct {
	const char *name;
	picture_fn *draw;
} formats[] = {
	{ "text", picture_text },
	{ "ansi", picture_ansi },
	{ "html", picture_html },
	{ "svg", picture_svg },
};

static void screen_fill_in(struct screen *s)
{
	int x = 0;

	screen_fill(s, 0, 0, s->width, ROLE_HEADING);
	screen_text(s, 0, 0, s->width, ROLE_HEADING, "  PID COMMAND");
	screen_text(s, 0, 8, 5, ROLE_HEADING_SORT, "MMAND");
	screen_text(s, 1, 0, s->width, ROLE_NAME, "<script>alert('&amp;')</script> \"]]>\"");
	screen_text(s, 2, 2, s->width, ROLE_NAME, "日本語 e\u0301 שלום \u202eabc\033[31m");
	screen_text(s, 3, 3, s->width, ROLE_TEXT, "two  blanks   three");
	for (; x <= 8; x++) {
		screen_block(s, 4, x, ROLE_GRAPH, x);
		screen_block_left(s, 4, x + 10, ROLE_GRAPH_HIGH, x);
	}
	screen_text(s, 4, 20, s->width, ROLE_GRAPH_MID, "░▒▓▐ ┌─┐ ⣿");
	screen_text(s, 5, s->width - 1, s->width, ROLE_DIM, "日"); /* no room: nothing */
	screen_text(s, 6, s->width - 4, 4, ROLE_ERROR, "edge");
}

int main(int argc, char **argv)
{
	struct screen s;
	struct theme t;
	char error[300];

	if (argc != 3 || theme_load(&t, argv[2], error, sizeof(error)))
		return 2;
	screen_init(&s, 44, 7, true);
	screen_fill_in(&s);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(formats[i].name, argv[1]))
			formats[i].draw(stdout, &s, &t, "a title with <&>\033\"'");
	screen_done(&s);
	return 0;
}
