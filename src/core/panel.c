/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "panel.h"

#include <string.h>

const struct panel *panel_find(const char *name)
{
	for (const struct panel *const *p = panels; *p; p++)
		if (!strcmp((*p)->name, name))
			return *p;
	return NULL;
}

const struct column *panel_column(const struct panel *p, const char *name)
{
	for (const struct column *c = p->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}
