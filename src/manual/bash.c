/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion for bash: plain bash, so that it works without the bash-completion package as well. */
#include "manual/manual.h"

static const char head[] =
	"# Completion of probetop for bash; made from its tables.\n"
	"\n"
	"# _probetop_list WORD NAMES [PREFIX]: the last one of names with commas between\n"
	"_probetop_list() {\n"
	"    local before=\n"
	"    [[ $1 == *,* ]] && before=${1%,*},\n"
	"    mapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$2\" -- \"${1##*,}\")\n"
	"    compopt -o nospace 2>/dev/null\n"
	"}\n"
	"_probetop_files() {\n"
	"    mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n"
	"    compopt -o filenames 2>/dev/null\n"
	"}\n"
	"# as paths below the root of the control groups\n"
	"_probetop_cgroups() {\n"
	"    local root=/sys/fs/cgroup\n"
	"    mapfile -t COMPREPLY < <(compgen -d -- \"$root/${1#/}\")\n"
	"    COMPREPLY=(\"${COMPREPLY[@]#\"$root\"}\")\n"
	"    compopt -o filenames -o nospace 2>/dev/null\n"
	"}\n"
	"_probetop_themes() {\n"
	"    local names\n"
	"    names=$(cd \"${PROBETOP_THEMES:-" PROBETOP_THEME_DIR "}\" 2>/dev/null &&\n"
	"        printf '%s\\n' *.theme)\n"
	"    mapfile -t COMPREPLY < <(compgen -W \"${names//.theme/}\" -- \"$1\"; compgen -f -- "
	"\"$1\")\n"
	"    compopt -o filenames 2>/dev/null\n"
	"}\n"
	"\n"
	"_probetop() {\n"
	"    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	"    # bash cuts --name=value at the =\n"
	"    if [[ $word == = ]]; then\n"
	"        word=\n"
	"    elif [[ $before == = ]] && ((COMP_CWORD > 1)); then\n"
	"        before=${COMP_WORDS[COMP_CWORD-2]}\n"
	"    fi\n"
	"    COMPREPLY=()\n"
	"    case $before in\n";

static void names_print(FILE *out, enum value value, const struct option_row *row)
{
	if (value == VALUE_PANELS)
		panels_print(out);
	else if (value == VALUE_WORDS)
		fputs(option_words(row->argument), out);
	else
		columns_print(out, value == VALUE_KEYS ? COLUMNS_KEYS : COLUMNS_ALL);
}

static void value_print(FILE *out, const struct option_row *row)
{
	static const struct {
		const char *before, *after;
		bool names;
	} how[] = {
		[VALUE_ANY] = { ":", "", false },
		[VALUE_WORDS] = { "mapfile -t COMPREPLY < <(compgen -W '", "' -- \"$word\")",
				  true },
		[VALUE_PANELS] = { "_probetop_list \"$word\" '", "'", true },
		[VALUE_KEYS] = { "_probetop_list \"$word\" '", "'", true },
		[VALUE_SORT] = { "local minus=${word%%[!-]*}; mapfile -t COMPREPLY < <(compgen -P "
				 "\"${minus:0:1}\" -W '",
				 "' -- \"${word#-}\")", true },
		[VALUE_FILTER] = { "mapfile -t COMPREPLY < <(compgen -W '",
				   "' -- \"$word\"); compopt -o nospace 2>/dev/null", true },
		[VALUE_PIDS] = { "_probetop_list \"$word\" \"$(cd /proc && printf '%s ' [0-9]*)\"",
				 "", false },
		[VALUE_CGROUP] = { "_probetop_cgroups \"$word\"", "", false },
		[VALUE_THEME] = { "_probetop_themes \"$word\"", "", false },
		[VALUE_FILE] = { "_probetop_files \"$word\"", "", false },
	};
	enum value value = option_value(row);

	fprintf(out, "        %s", how[value].before);
	if (how[value].names)
		names_print(out, value, row);
	fprintf(out, "%s\n        return ;;\n", how[value].after);
}

void bash_write(FILE *out)
{
	const struct option_row *row;

	fputs(head, out);
	for (size_t i = 0; (row = option_row(i)); i++) {
		if (option_value(row) == VALUE_NONE)
			continue;
		fputs("    ", out);
		if (row->letter < OPTION_LONG)
			fprintf(out, "-%c | ", row->letter);
		fprintf(out, "--%s)\n", row->name);
		value_print(out, row);
	}
	fputs("    esac\n    mapfile -t COMPREPLY < <(compgen -W '", out);
	for (size_t i = 0; (row = option_row(i)); i++) {
		if (row->letter < OPTION_LONG)
			fprintf(out, "-%c ", row->letter);
		fprintf(out, "--%s ", row->name);
	}
	fputs("' -- \"$word\")\n}\ncomplete -F _probetop probetop\n", out);
}
