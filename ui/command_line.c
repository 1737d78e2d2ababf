/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key `c`: the whole command in place of the name. */
#include <string.h>

#include "ui/app.h"
#include "ui/bindings.h"

bool shows_command(const struct ui *ui, const struct column *c)
{
	return ui->whole_commands && !strcmp(c->name, "comm") &&
	       panel_column(ui_level(ui)->q.panel, "start_ns");
}

const char *row_command(const struct ui *ui, const void *row)
{
	const struct panel *p = ui_level(ui)->q.panel;
	const struct column *pid = panel_column(p, "pid"), *start = panel_column(p, "start_ns");

	if (!pid || !start || !column_is_known(pid, row) || !column_is_known(start, row))
		return NULL;
	return facts_cmdline(ui_facts(ui), (uint32_t)column_u64(pid, row), column_u64(start, row));
}

void action_command_lines(struct ui *ui, int key)
{
	(void)key;
	ui->whole_commands = !ui->whole_commands;
	ui_message(ui, ROLE_TEXT, ui->whole_commands
					  ? "whole commands, where they are known"
					  : "names of programs");
}
