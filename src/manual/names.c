/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "manual/manual.h"

enum value option_value(const struct option_row *row)
{
	static const struct {
		const char *argument;
		enum value value;
	} values[] = {
		{ "PANEL[,PANEL]", VALUE_PANELS }, { "COL[,COL]", VALUE_KEYS },
		{ "[-]COL", VALUE_SORT },	   { "EXPR", VALUE_FILTER },
		{ "PID[,PID]", VALUE_PIDS },	   { "PATH", VALUE_CGROUP },
		{ "THEME", VALUE_THEME },	   { "FILE", VALUE_FILE },
	};

	if (!row->argument)
		return VALUE_NONE;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!strcmp(row->argument, values[i].argument))
			return values[i].value;
	return option_words(row->argument) ? VALUE_WORDS : VALUE_ANY;
}

void panels_print(FILE *out)
{
	for (const struct panel *const *p = panels; *p; p++)
		fprintf(out, "%s%s", p == panels ? "" : " ", (*p)->name);
}

static const struct column *column_before(const struct panel *p, const char *name)
{
	for (const struct panel *const *before = panels; *before != p; before++) {
		const struct column *c = panel_column(*before, name);

		if (c && column_is_exported(c))
			return c;
	}
	return NULL;
}

bool column_is_common(const struct panel *p, const struct column *c)
{
	const struct column *before = column_before(p, c->name);

	return before && !strcmp(before->help, c->help);
}

void columns_print(FILE *out, enum which which)
{
	bool first = true;

	for (const struct panel *const *p = panels; *p; p++)
		for (const struct column *c = (*p)->columns; c->name; c++) {
			bool key = c->agg == AGG_KEY || c->agg == AGG_ID;

			if (!column_is_exported(c) || (which == COLUMNS_KEYS && !key) ||
			    column_before(*p, c->name))
				continue;
			fprintf(out, "%s%s", first ? "" : " ", c->name);
			first = false;
		}
}
