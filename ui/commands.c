/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/options.h"
#include "ui/app.h"
#include "ui/bindings.h"
#include "ui/command.h"
#include "ui/look.h"
#include "ui/settings.h"
#include "ui/snapshot.h"

static bool panel_check(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size)
{
	(void)ui;
	*ret_at = 0;
	if (panel_find(arg))
		return true;
	snprintf(error, size, "no such panel: Tab shows all");
	return false;
}

static void panel_run(struct ui *ui, const char *arg)
{
	level_open(ui, panel_find(arg));
}

static void on_run(struct ui *ui, const char *arg)
{
	level_open_on(ui, panel_find(arg));
}

static bool pid_check(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size)
{
	struct selection only = { 0 };
	int r = selection_add_pids(&only, arg, ret_at, error, size);

	(void)ui;
	selection_done(&only);
	return r == 0;
}

/* Keeps the group that is asked for. */
static void pid_run(struct ui *ui, const char *arg)
{
	struct selection only = { .cgroup = ui->asked.cgroup ? xstrdup(ui->asked.cgroup) : NULL };
	char error[100];
	size_t at;

	selection_add_pids(&only, arg, &at, error, sizeof(error));
	select_ask(ui, &only);
}

static void cgroup_run(struct ui *ui, const char *arg)
{
	struct selection only;

	selection_copy(&only, &ui->asked);
	free(only.cgroup);
	only.cgroup = *arg ? xstrdup(arg) : NULL;
	only.as_shown = false;
	select_ask(ui, &only);
}

static bool sort_check(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size)
{
	struct query q;
	int r;

	query_init(&q, ui_level(ui)->q.panel);
	r = query_set_sort(&q, arg, error, size);
	query_done(&q);
	*ret_at = *arg == '-';
	return r == 0;
}

static void sort_run(struct ui *ui, const char *arg)
{
	char error[300];

	if (query_set_sort(&ui_level(ui)->q, arg, error, sizeof(error)))
		ui_message(ui, ROLE_ERROR, "%s", error);
	ui_refresh(ui);
}

static bool delay_check(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size)
{
	uint64_t ns;
	int r = duration_parse(&ns, arg);

	(void)ui;
	*ret_at = 0;
	if (r || ns < DELAY_MIN_NS || ns > DELAY_MAX_NS)
		snprintf(error, size, "not 0.1 to 3600 seconds, such as 2, 0.5, 500ms, 1m");
	return !r && ns >= DELAY_MIN_NS && ns <= DELAY_MAX_NS;
}

static void delay_run(struct ui *ui, const char *arg)
{
	uint64_t ns;

	if (!duration_parse(&ns, arg))
		interval_set(ui, ns);
}

static void record_run(struct ui *ui, const char *arg)
{
	if (!*arg)
		action_record(ui, 'w');
	else if (ui->recorder)
		ui_message(ui, ROLE_WARNING, "recording into %s already: w ends that",
			   ui->record_path);
	else
		record_start(ui, arg);
}

static void help_run(struct ui *ui, const char *arg)
{
	(void)arg;
	action_help(ui, '?');
}

static void quit_run(struct ui *ui, const char *arg)
{
	(void)arg;
	action_quit(ui, 'q');
}

static void save_settings_run(struct ui *ui, const char *arg)
{
	(void)arg;
	action_settings_save(ui, 'W');
}

const struct command commands[] = {
	{ .name = "cgroup",
	  .args = "PATH",
	  .help = "count only this control group and those below it; nothing: all",
	  .optional = true,
	  .complete = complete_cgroup,
	  .run = cgroup_run },
	{ .name = "columns",
	  .args = "COL COL ...",
	  .help = "show these columns; nothing: choose them",
	  .optional = true,
	  .complete = complete_columns,
	  .check = columns_check,
	  .of_rows = true,
	  .run = columns_run },
	{ .name = "delay",
	  .args = "SECS",
	  .help = "interval: 2, 0.5, 500ms, 1m",
	  .check = delay_check,
	  .run = delay_run },
	{ .name = "filter",
	  .args = "EXPR",
	  .help = "show only rows that match; nothing: all rows",
	  .optional = true,
	  .complete = complete_filter,
	  .check = filter_check,
	  .of_rows = true,
	  .run = filter_type },
	{ .name = "goto",
	  .args = "TIME",
	  .help = "back to a time: 14:02:30, -90s, 3m ago",
	  .check = goto_check,
	  .run = goto_set },
	{ .name = "group",
	  .args = "COL[,COL]",
	  .help = "group rows by columns; nothing: as usual",
	  .optional = true,
	  .complete = complete_group,
	  .check = group_check,
	  .of_rows = true,
	  .run = group_set },
	{ .name = "help", .help = "keys, columns, filters", .run = help_run },
	{ .name = "on",
	  .args = "PANEL",
	  .help = "open a panel on what the selected row is about",
	  .complete = complete_panel,
	  .check = panel_check,
	  .run = on_run },
	{ .name = "panel",
	  .args = "NAME",
	  .help = "open a panel",
	  .complete = complete_panel,
	  .check = panel_check,
	  .run = panel_run },
	{ .name = "pid",
	  .args = "PID[,PID]",
	  .help = "count only these processes; nothing: all",
	  .optional = true,
	  .complete = complete_pid,
	  .check = pid_check,
	  .run = pid_run },
	{ .name = "quit", .help = "quit", .run = quit_run },
	{ .name = "record",
	  .args = "FILE",
	  .help = "record samples into a new file; nothing: start and stop, as w does",
	  .optional = true,
	  .run = record_run },
	{ .name = "save-settings",
	  .help = "write what is set now to the file of settings",
	  .run = save_settings_run },
	{ .name = "search",
	  .args = "TEXT",
	  .help = "select the next row that contains a text",
	  .of_rows = true,
	  .run = search_set },
	{ .name = "snapshot",
	  .args = "FILE",
	  .help = "save the screen (.txt .ansi .html .svg) or all rows (.json .csv); nothing: as S",
	  .optional = true,
	  .complete = complete_ending,
	  .check = snapshot_check,
	  .run = snapshot_run },
	{ .name = "sort",
	  .args = "[-]COL",
	  .help = "sort by a column, the largest first; -: the smallest",
	  .complete = complete_sort,
	  .check = sort_check,
	  .of_rows = true,
	  .run = sort_run },
	{ .name = "theme",
	  .args = "NAME",
	  .help = "colours of the screen, seen while you type; nothing: a menu",
	  .optional = true,
	  .complete = complete_theme,
	  .check = theme_check,
	  .preview = theme_preview,
	  .run = theme_run },
	{ .name = NULL },
};
