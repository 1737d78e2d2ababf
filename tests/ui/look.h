/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is on a screen, as text. */
#ifndef TESTS_UI_LOOK_H
#define TESTS_UI_LOOK_H

#include <stdio.h>
#include <stdlib.h>

#include "ui/app.h"

static struct screen screen;
static char *text;
static size_t text_size;

/* Drawn anew; valid until the next call. */
static const char *look(struct ui *ui)
{
	FILE *out;

	free(text);
	out = open_memstream(&text, &text_size);
	ui_draw(ui, &screen);
	screen_write(&screen, out);
	fclose(out);
	return text;
}

#endif
