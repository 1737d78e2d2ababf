/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "mem.h"

#define SIZE_MAX_CELLS 1000 /* SCREEN_MAX */
#define PID_MAX 4194304 /* PID_MAX_LIMIT of a 64-bit kernel */

/* An option that is not a letter starts here. */
enum {
	OPTION_NO_COLOR = OPTION_LONG,
	OPTION_HISTORY,
	OPTION_CONFIG,
	OPTION_NO_CONFIG,
	OPTION_SNAPSHOT,
	OPTION_SIZE,
	OPTION_LIST,
	OPTION_LOOP,
	OPTION_BEGIN,
	OPTION_END,
	OPTION_MAX_ENTRIES,
};

static int complain(struct complaint *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int complain(struct complaint *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->text, c->size, format, args);
	va_end(args);
	return -EINVAL;
}

int duration_parse(uint64_t *ret_ns, const char *text)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "", 1e9 },   { "s", 1e9 },  { "ms", 1e6 },
		      { "us", 1e3 }, { "m", 60e9 }, { "h", 3600e9 } };
	double value;
	char *end;

	/* strtod also takes signs, blanks, hexadecimal and infinity */
	if (!isdigit((unsigned char)text[0]) && text[0] != '.')
		return -EINVAL;
	errno = 0;
	value = strtod(text, &end);
	if (end == text || (size_t)(end - text) != strspn(text, "0123456789."))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name))
			continue;
		if (errno || value * units[i].ns >= 1e19)
			return -ERANGE;
		*ret_ns = (uint64_t)(value * units[i].ns + 0.5);
		return 0;
	}
	return -EINVAL;
}

int size_parse(size_t *ret, const char *text)
{
	static const char units[] = "kmgt";
	size_t digits = strspn(text, "0123456789");
	const char *unit = strchr(units, tolower((unsigned char)text[digits]));
	int shift = text[digits] && unit ? 10 * (int)(unit - units + 1) : 0;
	unsigned long long value;

	if (!digits || (text[digits] && (!unit || text[digits + 1])))
		return -EINVAL;
	errno = 0;
	value = strtoull(text, NULL, 10);
	if (errno || value > SIZE_MAX >> shift)
		return -ERANGE;
	*ret = (size_t)value << shift;
	return 0;
}

/* Decimal digits only, 1..max. */
static int number_parse(uint64_t *ret, const char *text, uint64_t max)
{
	if (!*text || text[strspn(text, "0123456789")])
		return -EINVAL;
	errno = 0;
	*ret = strtoull(text, NULL, 10);
	return errno || !*ret || *ret > max ? -ERANGE : 0;
}

static int set_number(uint64_t *ret, const char *arg, uint64_t max, const char *name,
		      struct complaint *c)
{
	if (number_parse(ret, arg, max))
		return complain(c, "%s wants a number from 1 to %llu, not \"%s\"", name,
				(unsigned long long)max, arg);
	return 0;
}

static int set_panels(struct options *o, const char *arg, struct complaint *c)
{
	CLEANUP(free_ptr) char *text = xstrdup(arg);
	char *rest = text, *name;

	while ((name = strsep(&rest, ","))) {
		if (!*name)
			return complain(c, "--panel wants names with commas between, not \"%s\"",
					arg);
		o->panels = xreallocarray(o->panels, o->n_panels + 1, sizeof(*o->panels));
		o->panels[o->n_panels++] = xstrdup(name);
	}
	return 0;
}

static int set_delay(struct options *o, const char *arg, struct complaint *c)
{
	if (duration_parse(&o->delay_ns, arg) || o->delay_ns < DELAY_MIN_NS ||
	    o->delay_ns > DELAY_MAX_NS)
		return complain(c, "--delay wants 0.1 to 3600 seconds (500ms, 2s, 1m), not \"%s\"",
				arg);
	o->delay_given = true;
	return 0;
}

static int set_iterations(struct options *o, const char *arg, struct complaint *c)
{
	return set_number(&o->iterations, arg, UINT32_MAX, "--iterations", c);
}

static int set_batch(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->batch = true;
	return 0;
}

const char *option_words(const char *argument)
{
	static const struct {
		const char *argument, *words;
	} lists[] = { { "FORMAT", "text json csv" }, { "WHAT", "panels columns probes recording" } };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!strcmp(lists[i].argument, argument))
			return lists[i].words;
	return NULL;
}

static bool words_have(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == len && !strncmp(at, word, len))
			return true;
	return false;
}

static int set_format(struct options *o, const char *arg, struct complaint *c)
{
	if (!words_have(option_words("FORMAT"), arg))
		return complain(c, "--format is text, json or csv, not \"%s\"", arg);
	o->format = arg;
	o->batch = true;
	return 0;
}

static int set_output(struct options *o, const char *arg, struct complaint *c)
{
	if (!*arg)
		return complain(c, "--output wants the name of a file");
	o->output = strcmp(arg, "-") ? arg : NULL;
	o->batch = true;
	return 0;
}

static int set_pids(struct options *o, const char *arg, struct complaint *c)
{
	CLEANUP(free_ptr) char *text = xstrdup(arg);
	char *rest = text, *word;
	uint64_t pid;

	while ((word = strsep(&rest, ","))) {
		if (number_parse(&pid, word, PID_MAX))
			return complain(
				c, "--pid wants process ids with commas between, not \"%s\"", arg);
		o->pids = xreallocarray(o->pids, o->n_pids + 1, sizeof(*o->pids));
		o->pids[o->n_pids++] = (uint32_t)pid;
	}
	return 0;
}

static int set_rows(struct options *o, const char *arg, struct complaint *c)
{
	uint64_t rows = 0;
	int r = set_number(&rows, arg, UINT32_MAX, "--rows", c);

	o->rows = rows;
	return r;
}

static int set_max_entries(struct options *o, const char *arg, struct complaint *c)
{
	uint64_t entries = 0;
	int r = set_number(&entries, arg, 1 << 24, "--max-entries", c);

	o->max_entries = (uint32_t)entries;
	return r;
}

static int set_all(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->all = true;
	return 0;
}

static int set_no_color(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->no_color = true;
	return 0;
}

static int set_loop(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->loop = true;
	return 0;
}

static int set_history(struct options *o, const char *arg, struct complaint *c)
{
	if (size_parse(&o->history_bytes, arg) ||
	    (o->history_bytes && o->history_bytes < HISTORY_BYTES_MIN))
		return complain(c, "--history wants 4M or more (64M, 1G), or 0 for none, not \"%s\"",
				arg);
	o->history_given = true;
	return 0;
}

static int set_no_config(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->no_config = true;
	return 0;
}

static int set_list(struct options *o, const char *arg, struct complaint *c)
{
	if (!strcmp(arg, "panels"))
		o->action = ACTION_LIST_PANELS;
	else if (!strcmp(arg, "columns"))
		o->action = ACTION_LIST_COLUMNS;
	else if (!strcmp(arg, "probes"))
		o->action = ACTION_LIST_PROBES;
	else if (!strcmp(arg, "recording"))
		o->action = ACTION_LIST_RECORDING;
	else
		return complain(c, "--list is panels, columns, probes or recording, not \"%s\"", arg);
	return 0;
}

static int set_help(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->action = ACTION_HELP;
	return 0;
}

static int set_version(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->action = ACTION_VERSION;
	return 0;
}

/* nothing: what an argument may not consist of alone. */
#define SET_TEXT(field, nothing)                                                                   \
	static int set_##field(struct options *o, const char *arg, struct complaint *c)            \
	{                                                                                          \
		if (!arg[strspn(arg, nothing)])                                                    \
			return complain(c, "--" #field " wants an argument that is not empty");    \
		o->field = arg;                                                                    \
		return 0;                                                                          \
	}
SET_TEXT(cgroup, "")
SET_TEXT(config, "")
SET_TEXT(filter, " \t\r\n")
SET_TEXT(group, ", ")
SET_TEXT(record, "")
SET_TEXT(replay, "")
SET_TEXT(begin, " ")
SET_TEXT(end, " ")
SET_TEXT(snapshot, "")
SET_TEXT(theme, "")

static int set_size(struct options *o, const char *arg, struct complaint *c)
{
	const char *x = strchr(arg, 'x');
	CLEANUP(free_ptr) char *width = x ? xstrndup(arg, (size_t)(x - arg)) : NULL;
	uint64_t w, h;

	if (!x || number_parse(&w, width, SIZE_MAX_CELLS) ||
	    number_parse(&h, x + 1, SIZE_MAX_CELLS))
		return complain(c, "--size wants WIDTHxHEIGHT, each from 1 to %d, not \"%s\"",
				SIZE_MAX_CELLS, arg);
	o->width = (int)w;
	o->height = (int)h;
	return 0;
}

static int set_sort(struct options *o, const char *arg, struct complaint *c)
{
	if (!arg[*arg == '-'])
		return complain(c, "--sort wants a column, not \"%s\"", arg);
	o->sort = arg;
	return 0;
}

/* The order is that of the help text. */
static const struct option_row rows[] = {
	{ 'P', "panel", "PANEL[,PANEL]", "panel to open; with -b the panels to print (default: all)",
	  set_panels },
	{ 'd', "delay", "SECS", "interval, 0.1 to 3600; also 500ms, 2s, 1m (default 1)",
	  set_delay },
	{ 'n', "iterations", "N", "stop after N intervals", set_iterations },
	{ 'b', "batch", NULL, "no screen: print every interval to stdout", set_batch },
	{ 'f', "format", "FORMAT", "of -b: text (default), json or csv; implies -b", set_format },
	{ 'o', "output", "FILE", "write what -b prints there, - is stdout; implies -b",
	  set_output },
	{ 'p', "pid", "PID[,PID]", "only these processes", set_pids },
	{ 'c', "cgroup", "PATH", "only this control group and below", set_cgroup },
	{ 'F', "filter", "EXPR", "only rows that match: comm~^nginx and read_bytes>1M",
	  set_filter },
	{ 'g', "group", "COL[,COL]", "group rows by these columns", set_group },
	{ 's', "sort", "[-]COL", "sort by this column; - for ascending", set_sort },
	{ 'N', "rows", "N", "print at most N rows a panel (default: all)", set_rows },
	{ 'a', "all", NULL, "also rows that panels hide: sockets and pipes in filetop", set_all },
	{ 'w', "record", "FILE", "write samples to a new file", set_record },
	{ 'r', "replay", "FILE", "read samples from there instead of from the kernel", set_replay },
	{ 't', "theme", "THEME", "colours of the screen: dark, light, mono, htop, ... or a file",
	  set_theme },
	{ OPTION_NO_COLOR, "no-color", NULL, "no colours (as when NO_COLOR is set)", set_no_color },
	{ OPTION_CONFIG, "config", "FILE", "settings of the screen, instead of the usual files",
	  set_config },
	{ OPTION_NO_CONFIG, "no-config", NULL, "no settings from files", set_no_config },
	{ OPTION_HISTORY, "history", "SIZE", "memory for going back in time: 64M (default); 0: none",
	  set_history },
	{ OPTION_BEGIN, "begin", "TIME", "of a recording, from then on: 14:02:30, -90s, ...", set_begin },
	{ OPTION_END, "end", "TIME", "of a recording, up to then", set_end },
	{ OPTION_LOOP, "loop", NULL, "on the screen: begin a recording again when it ends", set_loop },
	{ OPTION_SNAPSHOT, "snapshot", "FILE",
	  "no screen: after -n intervals (default 1) save it as .txt .ansi .html .svg .json .csv",
	  set_snapshot },
	{ OPTION_SIZE, "size", "WxH", "of --snapshot (default: $COLUMNS x $LINES, else 120x40)",
	  set_size },
	{ OPTION_LIST, "list", "WHAT", "print the panels, columns or probes there are, or what is in a recording", set_list },
	{ OPTION_MAX_ENTRIES, "max-entries", "N", "room in every kernel map; small: to test losses",
	  set_max_entries },
	{ 'h', "help", NULL, "print this text", set_help },
	{ 'V', "version", NULL, "print the version", set_version },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static void getopt_tables(char *letters, struct option *names)
{
	/* a colon in front: a missing argument is told apart from an unknown option */
	*letters++ = ':';
	for (size_t i = 0; i < N_ROWS; i++) {
		names[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].argument ? required_argument : no_argument,
			.val = rows[i].letter,
		};
		if (rows[i].letter >= OPTION_LONG)
			continue;
		*letters++ = (char)rows[i].letter;
		if (rows[i].argument)
			*letters++ = ':';
	}
	*letters = 0;
	names[N_ROWS] = (struct option){ 0 };
}

const struct option_row *option_row(size_t i)
{
	return i < N_ROWS ? &rows[i] : NULL;
}

static const struct option_row *row_find(int letter)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

/* getopt gave ':' or '?' for argv[at]. */
static int reject(int c, char **argv, int at, struct complaint *out)
{
	const struct option_row *row = optopt ? row_find(optopt) : NULL;

	if (c == ':' && row)
		return complain(out, "--%s needs an argument: %s", row->name, row->argument);
	if (row)
		return complain(out, "--%s takes no argument", row->name);
	if (optopt)
		return complain(out, "unknown option -%c; --help lists all", optopt);
	return complain(out, "unknown option %s; --help lists all", argv[at]);
}

int options_parse(struct options *o, int argc, char **argv, char *error, size_t size)
{
	struct complaint complaint = { error, size };
	struct option names[N_ROWS + 1];
	char letters[2 * N_ROWS + 2];
	int c, r;

	*o = (struct options){ .delay_ns = 1000000000,
			       .format = "text",
			       .history_bytes = HISTORY_BYTES };
	getopt_tables(letters, names);
	optind = 0; /* glibc: begins anew, also after an earlier call */
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (c == '?' || c == ':')
			return reject(c, argv, optind - 1, &complaint);
		r = row_find(c)->set(o, optarg, &complaint);
		if (r)
			return r;
		/* like everybody's: what stands after --help does not matter */
		if (o->action == ACTION_HELP || o->action == ACTION_VERSION)
			return 0;
	}
	if (optind < argc)
		return complain(&complaint, "unexpected argument \"%s\"; --help lists the options",
				argv[optind]);
	return 0;
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
	fputs("usage: probetop [options]\n"
	      "top for always-on eBPF probes: run queues, block I/O, files, TCP, system calls.\n"
	      "Interactive when stdout is a terminal, else as with -b.\n\n",
	      out);
	for (size_t i = 0; i < N_ROWS; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", rows[i].name, rows[i].argument ? " " : "",
			 rows[i].argument ? rows[i].argument : "");
		if (rows[i].letter < OPTION_LONG)
			fprintf(out, "  -%c, %-22s %s\n", rows[i].letter, left, rows[i].help);
		else
			fprintf(out, "      %-22s %s\n", left, rows[i].help);
	}
	fputs("\nFilters: COL OP VALUE with = != < <= > >= ~ !~ ^=, and or not ( ); a word matches "
	      "any text.\n"
	      "Two in a row are joined by and; COL=null is what is not known; text with blanks in quotes.\n"
	      "Exit status: 0 done, 1 could not run, 2 wrong usage.\n",
	      out);
}
