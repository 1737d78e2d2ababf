/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/look.h"

#include <errno.h>
#include <string.h>

#include "ui/app.h"

void look_set(struct ui *ui, const struct theme *theme)
{
	ui->theme = *theme;
	ui->dirty = true;
	if (ui->theme_changed)
		ui->theme_changed(ui);
}

int look_use(struct ui *ui, const char *name, char *error, size_t size)
{
	struct theme theme;
	int r = theme_load(&theme, name, error, size);

	if (r)
		return r;
	if (ui->options.no_color)
		theme_drop_colors(&theme);
	look_set(ui, &theme);
	return 0;
}

int look_init(struct ui *ui, char *error, size_t size)
{
	const struct config *c = ui->options.config;
	int r;

	if (ui->options.theme) {
		r = look_use(ui, ui->options.theme, error, size);
		warnings_join(&ui->warnings, &ui->theme.warnings);
		return r;
	}
	/* without being asked for on the command line, a missing theme is no reason to stop */
	r = c && c->theme[0] ? look_use(ui, c->theme, error, size) : -ENOENT;
	if (r && c && c->theme[0])
		warnings_add(&ui->warnings, "%s: %s", c->theme_place, error);
	if (r && look_use(ui, "dark", error, size))
		theme_mono(&ui->theme);
	warnings_join(&ui->warnings, &ui->theme.warnings);
	return 0;
}

static int lines_count(const char *text)
{
	int n = *text != '\0';

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

void look_warn(struct ui *ui)
{
	const struct warnings *w = &ui->warnings;
	int more = lines_count(w->text) + w->more - 1;
	char and[32] = "";

	if (!w->text[0])
		return;
	if (more)
		snprintf(and, sizeof(and), " (and %d more)", more);
	ui_message(ui, ROLE_WARNING, "%.*s%s", (int)strcspn(w->text, "\n"), w->text, and);
}

void look_warn_at_end(const struct ui *ui, FILE *out)
{
	const char *line = ui->warnings.text;

	for (size_t len; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		fprintf(out, "probetop: %.*s\n", (int)len, line);
	}
	if (ui->warnings.more)
		fprintf(out, "probetop: and %d more of these\n", ui->warnings.more);
}
