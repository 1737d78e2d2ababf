/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/complete.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/app.h"

void completion_add(struct completion *c, const char *text, const char *help)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->list[i].text, text))
			return;
	if (c->n == CANDIDATES_MAX)
		return;
	c->list[c->n++] = (struct candidate){
		.text = xstrdup(text),
		.help = help && *help ? xstrdup(help) : NULL,
	};
}

void completion_match(struct completion *c, const char *typed, size_t len, const char *text,
		      const char *help)
{
	if (!strncmp(text, typed, len))
		completion_add(c, text, help);
}

size_t completion_common(const struct completion *c)
{
	size_t same = c->n ? strlen(c->list[0].text) : 0;

	for (size_t i = 1; i < c->n; i++) {
		size_t n = 0;

		while (n < same && c->list[0].text[n] == c->list[i].text[n])
			n++;
		same = n;
	}
	/* never half a character */
	while (same && ((unsigned char)c->list[0].text[same] & 0xc0) == 0x80)
		same--;
	return same;
}

void completion_drop(struct completion *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->list[i].text);
		free(c->list[i].help);
	}
	c->n = 0;
}

void completion_clear(struct completion *c)
{
	completion_drop(c);
	value_search_free(c->search);
	*c = (struct completion){ 0 };
}

/* The name that ends at the cursor. */
static size_t name_start(const char *text, size_t cursor)
{
	while (cursor && !strchr(", -", text[cursor - 1]))
		cursor--;
	return cursor;
}

void complete_group(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	c->from = name_start(text, cursor);
	for (const struct column *col = ui_level(ui)->q.panel->columns; col->name; col++)
		if (!(col->flags & COL_HIDDEN) && (col->agg == AGG_KEY || col->agg == AGG_ID))
			completion_match(c, text + c->from, cursor - c->from, col->name, col->help);
}

void complete_sort(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	c->from = name_start(text, cursor);
	for (const struct column *col = ui_level(ui)->q.panel->columns; col->name; col++)
		if (column_is_exported(col))
			completion_match(c, text + c->from, cursor - c->from, col->name, col->help);
}

void complete_panel(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	(void)ui;
	for (size_t i = 0; panels[i]; i++)
		completion_match(c, text, cursor, panels[i]->name, panels[i]->title);
}
