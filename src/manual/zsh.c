/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion for zsh: one _arguments. */
#include "manual/manual.h"

/* In single quotes and in brackets of _arguments. */
static void help_print(FILE *out, const char *help)
{
	for (; *help; help++) {
		if (*help == '\'')
			fputs("'\\''", out);
		else if (*help == '[' || *help == ']' || *help == ':' || *help == '\\')
			fprintf(out, "\\%c", *help);
		else
			fputc(*help, out);
	}
}

static void action_print(FILE *out, const struct option_row *row)
{
	enum value value = option_value(row);

	fprintf(out, ":%s:", row->name);
	switch (value) {
	case VALUE_WORDS:
		fprintf(out, "(%s)", option_words(row->argument));
		break;
	case VALUE_PANELS:
		fputs("_sequence compadd - ", out);
		panels_print(out);
		break;
	case VALUE_KEYS:
		fputs("_sequence compadd - ", out);
		columns_print(out, COLUMNS_KEYS);
		break;
	case VALUE_SORT:
		fputs("_probetop_sort", out);
		break;
	case VALUE_FILTER:
		fputs("_probetop_filter", out);
		break;
	case VALUE_PIDS:
		fputs("_sequence _pids", out);
		break;
	case VALUE_CGROUP:
		fputs("_path_files -W /sys/fs/cgroup -/", out);
		break;
	case VALUE_THEME:
		fputs("_probetop_themes", out);
		break;
	case VALUE_FILE:
		fputs("_files", out);
		break;
	case VALUE_ANY:
	case VALUE_NONE:
		break;
	}
}

static void option_print(FILE *out, const struct option_row *row)
{
	const char *equals = row->argument ? "=" : "";
	bool letter = row->letter < OPTION_LONG;

	fputs("    ", out);
	if (letter)
		fprintf(out, "'(-%c --%s)'{-%c%s,--%s%s}'[", row->letter, row->name, row->letter,
			row->argument ? "+" : "", row->name, equals);
	else
		fprintf(out, "'--%s%s[", row->name, equals);
	help_print(out, row->help);
	fputc(']', out);
	if (row->argument)
		action_print(out, row);
	fputs("' \\\n", out);
}

static void columns_function(FILE *out, const char *name, const char *how)
{
	fprintf(out, "%s() {\n    local -a columns=(", name);
	columns_print(out, COLUMNS_ALL);
	fprintf(out, ")\n%s}\n", how);
}

void zsh_write(FILE *out)
{
	const struct option_row *row;

	fputs("#compdef probetop\n# Completion of probetop for zsh; made from its tables.\n\n",
	      out);
	columns_function(out, "_probetop_sort", "    compset -P '-'\n    compadd -a columns\n");
	columns_function(out, "_probetop_filter", "    compadd -S '' -a columns\n");
	fputs("_probetop_themes() {\n"
	      "    local -a themes=(${PROBETOP_THEMES:-" PROBETOP_THEME_DIR "}/*.theme(N:t:r))\n"
	      "    compadd -a themes\n    _files\n}\n\n_arguments -s -S \\\n",
	      out);
	for (size_t i = 0; (row = option_row(i)); i++)
		option_print(out, row);
	fputs("    && return 0\n", out);
}
