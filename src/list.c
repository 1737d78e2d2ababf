/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "list.h"

void list_panels(FILE *out, const struct plan *p)
{
	fprintf(out, "%-10s %-20s %-14s %s\n", "PANEL", "GROUP", "SORT", "TITLE");
	for (size_t i = 0; i < p->n; i++) {
		const struct panel *panel = p->queries[i].panel;

		fprintf(out, "%-10s %-20s %-14s %s\n", panel->name, panel->group, panel->sort,
			panel->title);
	}
}

static const char *unit_name(const struct column *c)
{
	static const char *const names[] = {
		[UNIT_NONE] = "number", [UNIT_COUNT] = "count",	    [UNIT_BYTES] = "bytes",
		[UNIT_NS] = "ns",	[UNIT_SECONDS] = "seconds", [UNIT_PERCENT] = "percent",
	};

	return c->kind == COL_STR ? "text" : names[c->unit];
}

void list_columns(FILE *out, const struct plan *p)
{
	fprintf(out, "%-10s %-16s %-8s %-6s %s\n", "PANEL", "COLUMN", "UNIT", "GROUP", "MEANING");
	for (size_t i = 0; i < p->n; i++) {
		const struct panel *panel = p->queries[i].panel;

		for (const struct column *c = panel->columns; c->name; c++) {
			const char *from = column_origin(panel, c);

			if (c->flags & COL_HIDDEN)
				continue;
			fprintf(out, "%-10s %-16s %-8s %-6s %s", panel->name, c->name, unit_name(c),
				c->agg == AGG_KEY || c->agg == AGG_ID ? "yes" : "no", c->help);
			fprintf(out, from ? " (from %s)\n" : "\n", from);
		}
	}
}
