/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line that `:` opens: finds the command of the table, and hands it its argument. */
#include "ui/command.h"

#include <stdio.h>
#include <string.h>

#include "ui/app.h"
#include "ui/bindings.h"

#define LINE_MAX_BYTES 2048

struct command_line {
	size_t name, name_len, arg; /* bytes of the line */
	char text[LINE_MAX_BYTES];  /* the argument */
};

static void line_split(struct command_line *l, const char *line)
{
	size_t len;

	l->name = strspn(line, " ");
	l->name_len = strcspn(line + l->name, " ");
	l->arg = l->name + l->name_len;
	l->arg += strspn(line + l->arg, " ");
	snprintf(l->text, sizeof(l->text), "%s", line + l->arg);
	for (len = strlen(l->text); len && l->text[len - 1] == ' '; len--)
		l->text[len - 1] = '\0';
}

/* The one with this name, or the only one that begins so; *ret_n: how many do. */
static const struct command *command_find(const char *name, size_t len, size_t *ret_n)
{
	const struct command *found = NULL;

	*ret_n = 0;
	for (const struct command *c = commands; c->name; c++) {
		if (strncmp(c->name, name, len))
			continue;
		if (!c->name[len]) {
			*ret_n = 1;
			return c;
		}
		found = c;
		++*ret_n;
	}
	return *ret_n == 1 ? found : NULL;
}

static bool command_check(struct ui *ui, const char *line, size_t *ret_at, char *error, size_t size)
{
	struct command_line l;
	const struct command *c;
	size_t n, at = 0;

	line_split(&l, line);
	*ret_at = l.name;
	if (!l.name_len)
		return true;
	c = command_find(line + l.name, l.name_len, &n);
	if (!c) {
		snprintf(error, size, n ? "more than one command begins so: Tab" :
					  "no such command: Tab shows all");
		return false;
	}
	if (c->of_rows && ui_level(ui)->page) {
		snprintf(error, size, "not on a page: Enter opens the panel of a section");
		return false;
	}
	*ret_at = l.arg;
	if (l.text[0] ? !c->args : c->args && !c->optional) {
		snprintf(error, size, l.text[0] ? "%s takes nothing" : "%s %s: %s", c->name,
			 c->args, c->help);
		return false;
	}
	if (!c->check || !l.text[0] || c->check(ui, l.text, &at, error, size))
		return true;
	*ret_at = l.arg + at;
	return false;
}

static void names_complete(const char *line, const struct command_line *l, size_t cursor,
			   struct completion *found)
{
	char help[200];

	found->from = l->name;
	for (const struct command *c = commands; c->name; c++) {
		snprintf(help, sizeof(help), "%s%s%s", c->args ? c->args : "", c->args ? ": " : "",
			 c->help);
		completion_match(found, line + l->name, cursor - l->name, c->name, help);
	}
}

static void command_complete(struct ui *ui, const char *line, size_t cursor,
			     struct completion *found)
{
	struct command_line l;
	const struct command *c;
	size_t n;

	line_split(&l, line);
	if (cursor <= l.name + l.name_len) {
		if (cursor >= l.name)
			names_complete(line, &l, cursor, found);
		return;
	}
	c = command_find(line + l.name, l.name_len, &n);
	if (!c || !c->complete || cursor < l.arg)
		return;
	c->complete(ui, line + l.arg, cursor - l.arg, found);
	found->from += l.arg;
	if (!found->n && !found->search && !found->note[0])
		snprintf(found->note, sizeof(found->note), "%s %s: %s", c->name,
			 c->args ? c->args : "", c->help);
}

static void preview_end(struct ui *ui)
{
	if (ui->previewed)
		ui->previewed->preview(ui, NULL);
	ui->previewed = NULL;
}

static void command_changed(struct ui *ui, const char *line)
{
	struct command_line l;
	const struct command *c;
	char error[300];
	size_t n, at;

	line_split(&l, line);
	c = command_find(line + l.name, l.name_len, &n);
	if (c && (!c->preview || !l.text[0] ||
		  !command_check(ui, line, &at, error, sizeof(error))))
		c = NULL;
	if (ui->previewed != c)
		preview_end(ui);
	ui->previewed = c;
	if (c)
		c->preview(ui, l.text);
}

static void command_done(struct ui *ui, const char *line)
{
	struct command_line l;
	const struct command *c;
	size_t n;

	line_split(&l, line);
	c = command_find(line + l.name, l.name_len, &n);
	if (c != ui->previewed)
		preview_end(ui);
	ui->previewed = NULL;
	if (c && l.name_len)
		c->run(ui, l.text);
}

void action_command(struct ui *ui, int key)
{
	(void)key;
	view_push(ui, view_prompt_new(ui, &(struct prompt){
						  .label = "Command",
						  .complete = command_complete,
						  .recall = &ui->commands,
						  .check = command_check,
						  .changed = command_changed,
						  .done = command_done,
						  .left = preview_end,
					  }));
}
