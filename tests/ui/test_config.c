/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contract: settings are taken as the file says, and what is wrong is named, skipped, never fatal.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/config.h"
#include "ui/settings.h"

static struct config config;

static int index_of(const char *panel)
{
	int i = 0;

	while (panels[i] && strcmp(panels[i]->name, panel))
		i++;
	return i;
}

Test(config, takes_all_there_is)
{
	const struct config_panel *p = &config.panels[index_of("runq")];
	struct keymap m;

	config_parse(
		&config, "config",
		"[general]\ntheme = light\ninterval = 500ms\nhistory = 128M\npanel = tcptop\n"
		"panels = filetop, runq\n  biotop\n[panel runq]\ncolumns = comm pid\n\twait_ns\n"
		"sort = -pid\ngroup = user\n[keys]\npause = _\n");
	cr_assert_str_eq(config.warnings.text, "", "%s", config.warnings.text);
	cr_assert_str_eq(config.theme, "light");
	cr_assert_eq(config.interval_ns, 500000000);
	cr_assert(config.history_given);
	cr_assert_eq(config.history_bytes, 128 << 20);
	cr_assert_eq(config.start, panel_find("tcptop"));
	cr_assert_eq(config.n_order, 3);
	cr_assert_eq(config.order[0], panel_find("filetop"));
	cr_assert_eq(config.order[2], panel_find("biotop"));
	cr_assert_str_eq(p->columns, "comm pid wait_ns");
	cr_assert_str_eq(p->sort, "-pid");
	cr_assert_str_eq(p->group, "user");
	keymap_make(&m, &config.keys, &config.warnings);
	cr_assert_eq(keymap_find(&m, '_')->as, 'z');
}

Test(config, names_what_is_wrong)
{
	config_parse(&config, "config",
		     "early = 1\n[general]\ntheme =\ninterval = 0\nhistory = 1k\npanel = nonsense\n"
		     "panels = runq nonsense\ncolour = red\n[panel nonsense]\ncolumns = pid\n"
		     "[panel runq]\ncolumns = pid nonsense\nsort = nonsense\ngroup = wait_ns\n"
		     "width = 3\n[other]\na = b\n[keys]\nnonsense = x\nno value\n"
		     "[general]\ntheme = dark\n");
	cr_assert(strstr(config.warnings.text, "config:1: no [section] before early"));
	cr_assert(strstr(config.warnings.text, "config:3: theme wants a name"));
	cr_assert(strstr(config.warnings.text, "config:4: interval wants 0.1 to 3600"));
	cr_assert(strstr(config.warnings.text, "config:5: history wants 4M"));
	cr_assert(strstr(config.warnings.text, "config:6: no such panel: nonsense"));
	cr_assert(strstr(config.warnings.text, "config:7: no such panel: nonsense"));
	cr_assert(strstr(config.warnings.text, "config:8: no such setting: colour"));
	cr_assert(strstr(config.warnings.text, "config:10: no such panel: nonsense"));
	cr_assert(strstr(config.warnings.text, "config:12: runq has no column 'nonsense'"));
	cr_assert(strstr(config.warnings.text, "config:13: runq has no column 'nonsense'"));
	cr_assert(strstr(config.warnings.text, "config:14: runq has no column 'wait_ns'"));
	cr_assert_str_eq(config.theme, "dark", "what is right is taken");
	cr_assert_eq(config.n_order, 0);
	cr_assert_str_eq(config.panels[0].columns, "");
}

Test(config, later_files_win)
{
	config_parse(&config, "/etc/probetop/config",
		     "[general]\ntheme = light\ninterval = 2\n[keys]\npause = _\nall = A\n");
	config_parse(&config, "config", "[general]\ninterval = 5\n[keys]\npause = ~\n");
	cr_assert_str_eq(config.theme, "light");
	cr_assert_eq(config.interval_ns, 5000000000);
	cr_assert_eq(config.keys.n, 2);
	cr_assert_eq(config.keys.list[0].keys[0], '~');
}

Test(config, values_are_bounded)
{
	char *text = calloc(1, 60000), *end = text;

	end += sprintf(end, "[panel runq]\ncolumns = pid\n");
	while (end < text + 50000)
		end += sprintf(end, " pid pid pid pid\n");
	config_parse(&config, "config", text);
	cr_assert(strstr(config.warnings.text, "the value is too long: columns"), "%s",
		  config.warnings.text);
	free(text);
}

static char folder[] = "/tmp/test-config-XXXXXX";
static char path[100];

static void file_make(const char *text, mode_t mode)
{
	FILE *out;

	cr_assert(mkdtemp(folder));
	setenv("XDG_CONFIG_HOME", folder, 1);
	snprintf(path, sizeof(path), "%s/probetop", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/probetop/config", folder);
	out = fopen(path, "w");
	fputs(text, out);
	fclose(out);
	chmod(path, mode);
}

static void file_remove(void)
{
	char name[100];

	unlink(path);
	snprintf(name, sizeof(name), "%s/probetop", folder);
	rmdir(name);
	rmdir(folder);
}

Test(config_file, is_read)
{
	char error[300];

	file_make("[general]\ntheme = htop\n", 0644);
	cr_assert_eq(config_load(&config, NULL, error, sizeof(error)), 0);
	cr_assert_str_eq(config.theme, "htop");
	cr_assert_str_eq(config.path, path);
	file_remove();
}

Test(config_file, that_everybody_writes_is_not_read)
{
	char error[300] = "";

	file_make("[general]\ntheme = htop\n", 0666);
	cr_assert_eq(config_load(&config, NULL, error, sizeof(error)), 0);
	cr_assert_str_eq(config.theme, "");
	cr_assert(strstr(config.warnings.text, "everybody may write to it"));
	cr_assert_neq(config_load(&config, path, error, sizeof(error)), 0);
	cr_assert(strstr(error, "everybody may write to it"), "%s", error);
	file_remove();
}

Test(config_file, of_somebody_else_is_not_read)
{
	char error[300] = "";

	if (geteuid())
		cr_skip_test("only root can give files away");
	file_make("[general]\ntheme = htop\n", 0644);
	cr_assert_eq(chown(path, 1000, 1000), 0);
	cr_assert_eq(config_load(&config, NULL, error, sizeof(error)), 0);
	cr_assert_str_eq(config.theme, "");
	cr_assert(strstr(config.warnings.text, "belongs to somebody else"));
	file_remove();
}

Test(config_file, that_is_none_is_an_error_when_named)
{
	char error[300] = "";

	cr_assert_neq(config_load(&config, "/tmp", error, sizeof(error)), 0);
	cr_assert_neq(config_load(&config, "/nonexistent/config", error, sizeof(error)), 0);
	cr_assert(strstr(error, "/nonexistent/config: No such file"), "%s", error);
	cr_assert_neq(config_load(&config, "/dev/zero", error, sizeof(error)), 0);
}

static const struct setting settings[] = {
	{ "general", "theme", "light", true },
	{ "general", "interval", "1000ms", false },
	{ "panel runq", "columns", "pid comm", true },
};

static void edits(const char *text, const char *wanted)
{
	char *got = config_edit(text, settings, sizeof(settings) / sizeof(settings[0])), *again;

	cr_expect_str_eq(got, wanted, "%s", got);
	again = config_edit(got, settings, sizeof(settings) / sizeof(settings[0]));
	cr_expect_str_eq(again, got, "saving twice changes nothing: %s", again);
	free(again);
	free(got);
}

Test(config_edit, changes_what_it_knows_and_nothing_else)
{
	edits("", "[general]\ntheme = light\n\n[panel runq]\ncolumns = pid comm\n");
	edits("# mine\n[general]\n; old\nTheme: dark ; best\nunknown = 1\nbroken\n\n[keys]\nall = "
	      "x",
	      "# mine\n[general]\n; old\ntheme = light\nunknown = 1\nbroken\n\n[keys]\nall = x\n"
	      "\n[panel runq]\ncolumns = pid comm\n");
	edits("[panel runq]\ncolumns = a\n b\n# c\n\td\nsort = e\n\n\n[general]\ninterval = 7\n",
	      "[panel runq]\ncolumns = pid comm\n# c\nsort = e\n\n\n[general]\n"
	      "interval = 1000ms\ntheme = light\n");
	edits("[general]\ntheme = a\n[panel runq]\n\n[general]\ntheme = b\n",
	      "[general]\ntheme = light\n[panel runq]\ncolumns = pid comm\n\n[general]\n");
}

/* An indented line goes on with the value before it, if there is one: also what looks like a section. */
Test(config_edit, indented_sections)
{
	edits("[general]\n\n  [panel runq]\ncolumns = a\n",
	      "[general]\ntheme = light\n\n[panel runq]\ncolumns = pid comm\n");
	edits("[general]\nunknown = 1\n  [panel runq]\n[panel runq]\n",
	      "[general]\nunknown = 1\n  [panel runq]\ntheme = light\n[panel runq]\ncolumns = pid comm\n");
	edits("[general]\nunknown ; = 1\ntheme = dark\n",
	      "[general]\nunknown ; = 1\ntheme = light\n\n[panel runq]\ncolumns = pid comm\n");
}

Test(config_edit, long_values_go_on_in_the_next_line)
{
	struct setting s = { "panel runq", "columns", "", true };
	char *text;

	for (int i = 0; i < 25; i++)
		strcat(s.value, " wait_max_ns pid");
	text = config_edit("", &s, 1);
	for (const char *p = text; *p; p += strcspn(p, "\n") + 1)
		cr_assert_lt(strcspn(p, "\n"), 120);
	config_parse(&config, "config", text);
	cr_assert_str_eq(config.warnings.text, "");
	cr_assert_str_eq(config.panels[index_of("runq")].columns, s.value + 1);
	free(text);
}
