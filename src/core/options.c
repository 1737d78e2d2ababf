/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "mem.h"
int options_complain(struct complaint *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->text, c->size, format, args);
	va_end(args);
	return -EINVAL;
}

static size_t rows_count(void)
{
	size_t n = 0;

	while (option_row(n))
		n++;
	return n;
}

/* Room for all rows and what ends them. */
static void getopt_tables(char *letters, struct option *names)
{
	const struct option_row *row;

	/* a colon in front: a missing argument is told apart from an unknown option */
	*letters++ = ':';
	for (size_t i = 0; (row = option_row(i)); i++) {
		*names++ = (struct option){
			.name = row->name,
			.has_arg = row->argument ? required_argument : no_argument,
			.val = row->letter,
		};
		if (row->letter >= OPTION_LONG)
			continue;
		*letters++ = (char)row->letter;
		if (row->argument)
			*letters++ = ':';
	}
	*letters = 0;
	*names = (struct option){ 0 };
}

static const struct option_row *row_find(int letter)
{
	const struct option_row *row;
	size_t i = 0;

	while ((row = option_row(i++)) && row->letter != letter)
		;
	return row;
}

/* getopt gave ':' or '?' for argv[at]. */
static int reject(int c, char **argv, int at, struct complaint *out)
{
	const struct option_row *row = optopt ? row_find(optopt) : NULL;

	if (c == ':' && row)
		return options_complain(out, "--%s needs an argument: %s", row->name, row->argument);
	if (row)
		return options_complain(out, "--%s takes no argument", row->name);
	if (optopt)
		return options_complain(out, "unknown option -%c; --help lists all", optopt);
	return options_complain(out, "unknown option %s; --help lists all", argv[at]);
}

static int row_take(const struct option_row *row, struct options *o, const char *arg,
		    struct complaint *c)
{
	if (row->set)
		return row->set(o, arg, c);
	*(bool *)((char *)o + row->flag) = true;
	return 0;
}

/* Options that say nothing, or contradict, without others. */
static int options_check(const struct options *o, struct complaint *c)
{
	const struct {
		bool wrong;
		const char *why;
	} rules[] = {
		{ (o->keep_ns || o->max_size) && !o->record_dir,
		  "--keep and --max-size need --record-dir" },
		{ o->record_dir && o->replay, "--record-dir records the kernel, --replay does not" },
		{ o->record_dir && o->record, "--record-dir and --record are one too many" },
		{ o->bundle && (o->record || o->record_dir || o->batch),
		  "--bundle has a recording and all formats in it: no -b, -f, -o, -w" },
		{ o->snapshot && (o->bundle || o->record_dir),
		  "--snapshot is of a screen, which --bundle and --record-dir have not" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong)
			return options_complain(c, "%s", rules[i].why);
	return 0;
}

int options_parse(struct options *o, int argc, char **argv, char *error, size_t size)
{
	struct complaint complaint = { error, size };
	size_t n = rows_count();
	CLEANUP(free_ptr) struct option *names = xcalloc(n + 1, sizeof(*names));
	CLEANUP(free_ptr) char *letters = xcalloc(2, n + 1);
	int c, r;

	*o = (struct options){ .delay_ns = 1000000000,
			       .format = "text",
			       .history_bytes = HISTORY_BYTES,
			       .budget = BUDGET };
	getopt_tables(letters, names);
	optind = 0; /* glibc: begins anew, also after an earlier call */
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (c == '?' || c == ':')
			return reject(c, argv, optind - 1, &complaint);
		r = row_take(row_find(c), o, optarg, &complaint);
		if (r)
			return r;
		/* like everybody's: what stands after --help does not matter */
		if (o->action == ACTION_HELP || o->action == ACTION_VERSION)
			return 0;
	}
	if (optind < argc)
		return options_complain(&complaint, "unexpected argument \"%s\"; --help lists the options",
				argv[optind]);
	return options_check(o, &complaint);
}

void options_done(struct options *o)
{
	for (size_t i = 0; i < o->n_panels; i++)
		free(o->panels[i]);
	free(o->panels);
	free(o->pids);
	*o = (struct options){ 0 };
}

void options_help(FILE *out)
{
	const struct option_row *row;

	fputs("usage: probetop [options]\n"
	      "top for always-on eBPF probes: run queues, block I/O, files, TCP, system calls.\n"
	      "Interactive when stdout is a terminal, else as with -b.\n\n",
	      out);
	for (size_t i = 0; (row = option_row(i)); i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", row->name, row->argument ? " " : "",
			 row->argument ? row->argument : "");
		if (row->letter < OPTION_LONG)
			fprintf(out, "  -%c, %-22s %s\n", row->letter, left, row->help);
		else
			fprintf(out, "      %-22s %s\n", left, row->help);
	}
	fputs("\nFilters: COL OP VALUE with = != < <= > >= ~ !~ ^=, and or not ( ); a word matches "
	      "any text.\n"
	      "Two in a row are joined by and; COL=null is what is not known; text with blanks in quotes.\n"
	      "Exit status: 0 done, 1 could not run, 2 wrong usage.\n",
	      out);
}
