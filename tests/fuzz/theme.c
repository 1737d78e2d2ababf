/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as a theme, on every terminal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void theme_check(const struct theme *t, int colors)
{
	for (int i = 0; i < ROLE_COUNT; i++) {
		const struct theme_style *s = &t->style[i];

		if (colors < COLORS_DIRECT && (s->fg >= 256 || s->bg >= 256))
			abort();
		if (s->fg < COLOR_DEFAULT || s->bg < COLOR_DEFAULT)
			abort();
		if (theme_rgb(t, (enum role)i, true) > 0xffffff)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int depths[] = { COLORS_DIRECT, 256, 88, 16, 8, 0 };
	char *text = xstrndup((const char *)data, size);
	struct theme t;

	theme_parse(&t, "x.theme", text);
	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
		struct theme fewer = t;

		theme_fit(&fewer, depths[i]);
		theme_check(&fewer, depths[i]);
	}
	if (strlen(t.warnings.text) >= sizeof(t.warnings.text))
		abort();
	free(text);
	return 0;
}
