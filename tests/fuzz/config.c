/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as settings: read, turned into keys, and changed as saving changes it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/config.h"
#include "ui/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No key may do two things, whatever the file says. */
static void keymap_check(const struct keymap *m)
{
	for (int i = 0; i < m->n; i++)
		for (int j = 0; j < i; j++)
			if (m->entries[i].key == m->entries[j].key &&
			    (m->entries[i].binding != m->entries[j].binding ||
			     m->entries[i].as != m->entries[j].as))
				abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct setting settings[] = {
		{ "general", "theme", "light", true },
		{ "panel runq", "columns", "pid comm wait_ns", true },
	};
	char *text = xstrndup((const char *)data, size), *edited, *again;
	struct config *c = xcalloc(1, sizeof(*c));
	struct keymap m;

	config_parse(c, "config", text);
	keymap_make(&m, &c->keys, &c->warnings);
	keymap_check(&m);
	for (int i = 0; i < c->n_order; i++)
		if (!c->order[i])
			abort();
	edited = config_edit(text, settings, sizeof(settings) / sizeof(settings[0]));
	again = config_edit(edited, settings, sizeof(settings) / sizeof(settings[0]));
	if (strcmp(edited, again))
		abort();
	free(again);
	free(edited);
	free(text);
	free(c);
	return 0;
}
