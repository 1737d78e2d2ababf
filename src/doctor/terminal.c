/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/mem.h"
#include "doctor/check.h"
#include "ui/config.h"
#include "ui/theme.h"

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : "unset";
}

static void terminal_kind_look(struct checks *to)
{
	struct winsize w = { 0 };
	char error[200];

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		check_add(to, "terminal", "TERM", CHECK_INFO, NULL,
			  "%s, stdin and stdout are not both a terminal", variable("TERM"));
		return;
	}
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &w);
	if (terminal_check(error, sizeof(error)))
		check_add(to, "terminal", "TERM", CHECK_LESS,
			  "TERM=xterm-256color probetop; or probetop -b", "%s", error);
	else
		check_add(to, "terminal", "TERM", CHECK_OK, NULL,
			  "%s, %dx%d, COLORTERM %s, NO_COLOR %s", variable("TERM"), w.ws_col,
			  w.ws_row, variable("COLORTERM"), variable("NO_COLOR"));
}

static void settings_look(struct checks *to, const char *theme, const char *path, int none)
{
	CLEANUP(free_ptr) struct config *config = xmalloc(sizeof(*config));
	CLEANUP(free_ptr) struct theme *loaded = xmalloc(sizeof(*loaded));
	char error[400];

	config_none(config);
	if (!none && config_load(config, path, error, sizeof(error))) {
		check_add(to, "terminal", "settings", CHECK_LESS,
			  "mend the file, or probetop --no-config", "%s", error);
		config_none(config);
	}
	if (!theme)
		theme = config->theme[0] ? config->theme : "dark";
	if (theme_load(loaded, theme, error, sizeof(error)))
		check_add(to, "terminal", "theme", CHECK_LESS,
			  strcmp(theme, "dark") ? "probetop --theme dark" :
						  "ninja -C build install; or PROBETOP_THEMES=DIRECTORY "
						  "probetop, the DIRECTORY with dark.theme",
			  "%s", error);
	else
		check_add(to, "terminal", "theme", CHECK_OK, NULL, "%s", theme);
}

void terminal_look(struct checks *to, const char *theme, const char *config, int no_config)
{
	terminal_kind_look(to);
	if (terminal_locale())
		check_add(to, "terminal", "locale", CHECK_OK, NULL, "UTF-8");
	else
		check_add(to, "terminal", "locale", CHECK_INFO, NULL,
			  "not UTF-8: bars and graphs are made of ASCII (LC_ALL=C.UTF-8 probetop)");
	settings_look(to, theme, config, no_config);
}
