/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choosing a theme: what is looked at is shown at once, and goes again when it is not taken. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"
#include "ui/look.h"

void complete_theme(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	char names[THEMES_MAX][64];
	int n = themes_list(names);

	(void)ui;
	for (int i = 0; i < n; i++) {
		struct theme theme;
		char error[300];

		if (!theme_load(&theme, names[i], error, sizeof(error)))
			completion_match(c, text, cursor, names[i], theme.title);
	}
}

/* Names alone: a path would be opened with every letter that is typed. */
bool theme_check(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size)
{
	char names[THEMES_MAX][64];
	int n = themes_list(names);

	(void)ui;
	*ret_at = 0;
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], arg))
			return true;
	snprintf(error, size, "no such theme: Tab shows all");
	return false;
}

void theme_preview(struct ui *ui, const char *arg)
{
	char error[300];

	if (!arg) {
		if (ui->theme_before)
			look_set(ui, ui->theme_before);
		free(ui->theme_before);
		ui->theme_before = NULL;
		return;
	}
	if (!ui->theme_before) {
		ui->theme_before = xmalloc(sizeof(*ui->theme_before));
		*ui->theme_before = ui->theme;
	}
	look_use(ui, arg, error, sizeof(error));
}

void theme_run(struct ui *ui, const char *arg)
{
	char error[300];

	if (!*arg) {
		action_theme_menu(ui, 'C');
		return;
	}
	free(ui->theme_before);
	ui->theme_before = NULL;
	if (look_use(ui, arg, error, sizeof(error)))
		ui_message(ui, ROLE_ERROR, "%s", error);
	else if (ui->theme.warnings.text[0])
		ui_message(ui, ROLE_WARNING, "%.*s", (int)strcspn(ui->theme.warnings.text, "\n"),
			   ui->theme.warnings.text);
	else
		ui_message(ui, ROLE_TEXT, "theme %s%s", arg,
			   ui->options.no_color ? ", without its colours" : "");
}

/* The list is made again: the menu keeps labels, not names. */
static void theme_at(struct ui *ui, int index, void (*use)(struct ui *ui, const char *name))
{
	char names[THEMES_MAX][64];

	if (index < themes_list(names))
		use(ui, names[index]);
}

static void menu_moved(struct ui *ui, int index)
{
	theme_at(ui, index, theme_preview);
}

static void menu_chosen(struct ui *ui, int index)
{
	theme_at(ui, index, theme_run);
}

static void menu_left(struct ui *ui)
{
	theme_preview(ui, NULL);
}

void action_theme_menu(struct ui *ui, int key)
{
	char names[THEMES_MAX][64], text[THEMES_MAX][160];
	const char *labels[THEMES_MAX];
	int n = themes_list(names), current = 0;
	struct view *menu;

	(void)key;
	for (int i = 0; i < n; i++) {
		struct theme theme;
		char error[300];
		int r = theme_load(&theme, names[i], error, sizeof(error));

		snprintf(text[i], sizeof(text[i]), "%-14s %s", names[i], r ? "" : theme.title);
		labels[i] = text[i];
		if (!strcmp(names[i], ui->theme.name))
			current = i;
	}
	if (!n) {
		ui_message(ui, ROLE_WARNING, "no themes are installed");
		return;
	}
	menu = view_menu_new("Themes", labels, n, current, menu_chosen);
	view_menu_watch(menu, menu_moved, menu_left);
	view_push(ui, menu);
}
