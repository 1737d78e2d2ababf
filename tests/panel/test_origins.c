/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the help says of columns: each has a meaning, and a place where its values come from. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/panel.h"

Test(origins, every_column_says_what_it_means_and_where_it_comes_from)
{
	for (const struct panel *const *p = panels; *p; p++)
		for (const struct column *c = (*p)->columns; c->name; c++) {
			const char *from = column_origin(*p, c);

			if (c->flags & COL_HIDDEN)
				continue;
			cr_expect(c->help[0], "%s.%s means nothing", (*p)->name, c->name);
			cr_expect(from && from[0], "%s.%s comes from nowhere", (*p)->name, c->name);
		}
}

Test(origins, names_only_columns_that_there_are)
{
	for (const struct panel *const *p = panels; *p; p++)
		for (const struct origin *o = (*p)->origins; o->columns; o++) {
			char names[400], *save = NULL;

			snprintf(names, sizeof(names), "%s", o->columns);
			if (!strcmp(names, "*"))
				continue;
			for (char *n = strtok_r(names, " ", &save); n; n = strtok_r(NULL, " ", &save))
				cr_expect(panel_column(*p, n), "%s has no column %s", (*p)->name, n);
		}
}

Test(origins, a_whole_name_is_asked_for)
{
	const struct panel *p = panel_find("tcptop");

	cr_assert_str_eq(column_origin(p, panel_column(p, "bytes")),
			 "sock_send_length and sock_recv_length");
	cr_assert_str_eq(column_origin(p, panel_column(p, "tx_bytes")), "sock_send_length");
}
