/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion for fish: one line an option. */
#include "manual/manual.h"

static void quoted_print(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void value_print(FILE *out, const struct option_row *row)
{
	enum value value = option_value(row);

	fputs(value == VALUE_FILE ? " -rF" : value == VALUE_THEME ? " -r" : " -x", out);
	switch (value) {
	case VALUE_WORDS:
		fprintf(out, " -a '%s'", option_words(row->argument));
		break;
	case VALUE_PANELS:
		fputs(" -a '(__probetop_list ", out);
		panels_print(out);
		fputs(")'", out);
		break;
	case VALUE_KEYS:
		fputs(" -a '(__probetop_list ", out);
		columns_print(out, COLUMNS_KEYS);
		fputs(")'", out);
		break;
	case VALUE_SORT:
		fputs(" -a '(__probetop_columns) -(__probetop_columns)'", out);
		break;
	case VALUE_FILTER:
		fputs(" -a '(__probetop_columns)'", out);
		break;
	case VALUE_PIDS:
		fputs(" -a '(__fish_append , (__fish_complete_pids))'", out);
		break;
	case VALUE_CGROUP:
		fputs(" -a '(__probetop_cgroups)'", out);
		break;
	case VALUE_THEME:
		fputs(" -a '(__probetop_themes)'", out);
		break;
	default:
		break;
	}
}

static const char functions[] =
	"end\n"
	"# the last one of names with commas between\n"
	"function __probetop_list\n"
	"    set -l before (string replace -rf '^(.*,).*$' '$1' -- (commandline -ct | string "
	"replace -r "
	"'^(-[^=]*=|-\\w)' ''))\n"
	"    for name in $argv\n"
	"        echo \"$before$name\"\n"
	"    end\n"
	"end\n"
	"function __probetop_cgroups\n"
	"    string replace /sys/fs/cgroup '' -- /sys/fs/cgroup/*/ /sys/fs/cgroup/*/*/\n"
	"end\n"
	"function __probetop_themes\n"
	"    set -l dir " PROBETOP_THEME_DIR "\n"
	"    set -q PROBETOP_THEMES; and set dir $PROBETOP_THEMES\n"
	"    for theme in $dir/*.theme\n"
	"        string replace -r '.*/(.*)\\.theme$' '$1' -- $theme\n"
	"    end\n"
	"end\n\n"
	"complete -c probetop -f\n";

void fish_write(FILE *out)
{
	const struct option_row *row;

	fputs("# Completion of probetop for fish; made from its tables.\n\n"
	      "function __probetop_columns\n    string split ' ' '",
	      out);
	columns_print(out, COLUMNS_ALL);
	fputs("'\n", out);
	fputs(functions, out);
	for (size_t i = 0; (row = option_row(i)); i++) {
		fputs("complete -c probetop", out);
		if (row->letter < OPTION_LONG)
			fprintf(out, " -s %c", row->letter);
		fprintf(out, " -l %s -d ", row->name);
		quoted_print(out, row->help);
		if (row->argument)
			value_print(out, row);
		fputc('\n', out);
	}
}
