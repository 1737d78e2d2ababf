/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of options, and what each does with its argument. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "mem.h"
#include "options.h"
#include "words.h"

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
	OPTION_RECORD_DIR,
	OPTION_KEEP,
	OPTION_MAX_SIZE,
	OPTION_BUNDLE,
	OPTION_ANONYMISE,
	OPTION_BUDGET,
	OPTION_LIST,
	OPTION_LOOP,
	OPTION_BEGIN,
	OPTION_END,
	OPTION_DOCTOR,
	OPTION_MAX_ENTRIES,
	OPTION_PROBE_SOURCE,
};

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
		return options_complain(c, "%s wants a number from 1 to %llu, not \"%s\"", name,
				(unsigned long long)max, arg);
	return 0;
}

static int set_panels(struct options *o, const char *arg, struct complaint *c)
{
	CLEANUP(free_ptr) char *text = xstrdup(arg);
	char *rest = text, *name;

	while ((name = strsep(&rest, ","))) {
		if (!*name)
			return options_complain(c, "--panel wants names with commas between, not \"%s\"",
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
		return options_complain(c, "--delay wants 0.1 to 3600 seconds (500ms, 2s, 1m), not \"%s\"",
				arg);
	o->delay_given = true;
	return 0;
}

static int set_iterations(struct options *o, const char *arg, struct complaint *c)
{
	return set_number(&o->iterations, arg, UINT32_MAX, "--iterations", c);
}

const char *option_words(const char *argument)
{
	static const struct {
		const char *argument, *words;
	} lists[] = { { "FORMAT", "text json csv" }, { "WHAT", "panels columns probes recording" },
		    { "SOURCE", "tp_btf tracepoint fentry kprobe basic" } };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!strcmp(lists[i].argument, argument))
			return lists[i].words;
	return NULL;
}

static int set_format(struct options *o, const char *arg, struct complaint *c)
{
	if (!words_have(option_words("FORMAT"), arg))
		return options_complain(c, "--format is text, json or csv, not \"%s\"", arg);
	o->format = arg;
	o->batch = true;
	return 0;
}

static int set_output(struct options *o, const char *arg, struct complaint *c)
{
	if (!*arg)
		return options_complain(c, "--output wants the name of a file");
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
			return options_complain(
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

static int set_probe_source(struct options *o, const char *arg, struct complaint *c)
{
	if (!words_have(option_words("SOURCE"), arg))
		return options_complain(
			c, "--probe-source is tp_btf, tracepoint, fentry, kprobe or basic, not \"%s\"",
			arg);
	o->probe_source = arg;
	return 0;
}

static int set_record_dir(struct options *o, const char *arg, struct complaint *c)
{
	if (!*arg)
		return options_complain(c, "--record-dir wants the name of a directory");
	o->record_dir = arg;
	return 0;
}

static int set_keep(struct options *o, const char *arg, struct complaint *c)
{
	if (duration_parse(&o->keep_ns, arg) || o->keep_ns < KEEP_MIN_NS)
		return options_complain(c,
					"--keep wants a time of 1m or more (90m, 24h, 7d), not \"%s\"",
					arg);
	return 0;
}

static int set_max_size(struct options *o, const char *arg, struct complaint *c)
{
	if (size_parse(&o->max_size, arg) || o->max_size < MAX_SIZE_MIN)
		return options_complain(c, "--max-size wants 1M or more (500M, 2G), not \"%s\"", arg);
	return 0;
}

static int set_bundle(struct options *o, const char *arg, struct complaint *c)
{
	size_t len = strlen(arg), suffix = strlen(".tar.zst");

	if (len <= suffix || strcmp(arg + len - suffix, ".tar.zst"))
		return options_complain(c,
					"--bundle wants the name of a file that ends with .tar.zst, "
					"not \"%s\"",
				arg);
	o->bundle = arg;
	return 0;
}

static int set_history(struct options *o, const char *arg, struct complaint *c)
{
	if (size_parse(&o->history_bytes, arg) ||
	    (o->history_bytes && o->history_bytes < HISTORY_BYTES_MIN))
		return options_complain(c,
					"--history wants 4M or more (64M, 1G), or 0 for none, not \"%s\"",
				arg);
	o->history_given = true;
	return 0;
}

static int set_budget(struct options *o, const char *arg, struct complaint *c)
{
	if (percent_parse(&o->budget, arg))
		return options_complain(c, "--budget wants 0 (none) to 100%% of all CPUs, not \"%s\"", arg);
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
		return options_complain(c,
					"--list is panels, columns, probes or recording, not \"%s\"",
					arg);
	return 0;
}

static int set_help(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->action = ACTION_HELP;
	return 0;
}

static int set_doctor(struct options *o, const char *arg, struct complaint *c)
{
	(void)arg;
	(void)c;
	o->action = ACTION_DOCTOR;
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
			return options_complain(c, "--" #field " wants an argument that is not empty");    \
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
		return options_complain(c, "--size wants WIDTHxHEIGHT, each from 1 to %d, not \"%s\"",
				SIZE_MAX_CELLS, arg);
	o->width = (int)w;
	o->height = (int)h;
	return 0;
}

static int set_sort(struct options *o, const char *arg, struct complaint *c)
{
	if (!arg[*arg == '-'])
		return options_complain(c, "--sort wants a column, not \"%s\"", arg);
	o->sort = arg;
	return 0;
}

/* Of an option that only says yes. */
#define FLAG(member) offsetof(struct options, member)

/* The order is that of the help text. */
static const struct option_row rows[] = {
	{ 'P', "panel", "PANEL[,PANEL]", "panel to open; with -b the panels to print (default: all)",
	  .set = set_panels },
	{ 'd', "delay", "SECS", "interval, 0.1 to 3600; also 500ms, 2s, 1m (default 1)",
	  .set = set_delay },
	{ 'n', "iterations", "N", "stop after N intervals", .set = set_iterations },
	{ 'b', "batch", NULL, "no screen: print every interval to stdout", .flag = FLAG(batch) },
	{ 'f', "format", "FORMAT", "of -b: text (default), json or csv; implies -b", .set = set_format },
	{ 'o', "output", "FILE", "write what -b prints there, - is stdout; implies -b",
	  .set = set_output },
	{ 'p', "pid", "PID[,PID]", "only these processes", .set = set_pids },
	{ 'c', "cgroup", "PATH", "only this control group and below", .set = set_cgroup },
	{ 'F', "filter", "EXPR", "only rows that match: comm~^nginx and read_bytes>1M",
	  .set = set_filter },
	{ 'g', "group", "COL[,COL]", "group rows by these columns", .set = set_group },
	{ 's', "sort", "[-]COL", "sort by this column; - for ascending", .set = set_sort },
	{ 'N', "rows", "N", "print at most N rows a panel (default: all)", .set = set_rows },
	{ 'a', "all", NULL, "also rows that panels hide: sockets and pipes in filetop", .flag = FLAG(all) },
	{ 'w', "record", "FILE", "write samples to a new file", .set = set_record },
	{ 'r', "replay", "FILE", "read samples from there, or from a directory of them",
	  .set = set_replay },
	{ 't', "theme", "THEME", "colours of the screen: dark, light, mono, htop, ..., or a file",
	  .set = set_theme },
	{ OPTION_NO_COLOR, "no-color", NULL, "no colours (as when NO_COLOR is set)",
	  .flag = FLAG(no_color) },
	{ OPTION_CONFIG, "config", "FILE", "settings of the screen, instead of the usual files",
	  .set = set_config },
	{ OPTION_NO_CONFIG, "no-config", NULL, "no settings from files", .flag = FLAG(no_config) },
	{ OPTION_HISTORY, "history", "SIZE", "memory for going back in time: 64M (default); 0: none",
	  .set = set_history },
	{ OPTION_BEGIN, "begin", "TIME", "of a recording, from then on: 14:02:30, -90s, ...",
	  .set = set_begin },
	{ OPTION_END, "end", "TIME", "of a recording, up to then", .set = set_end },
	{ OPTION_LOOP, "loop", NULL, "on the screen: begin a recording again when it ends",
	  .flag = FLAG(loop) },
	{ OPTION_SNAPSHOT, "snapshot", "FILE",
	  "no screen: after -n intervals (default 1) save it as .txt .ansi .html .svg .json .csv",
	  .set = set_snapshot },
	{ OPTION_SIZE, "size", "WxH", "of --snapshot (default: $COLUMNS x $LINES, else 120x40)",
	  .set = set_size },
	{ OPTION_RECORD_DIR, "record-dir", "DIR",
	  "record for ever, into files in this directory (made if need be); output only with -b",
	  .set = set_record_dir },
	{ OPTION_KEEP, "keep", "TIME", "of --record-dir: remove files that are older (24h, 7d)",
	  .set = set_keep },
	{ OPTION_MAX_SIZE, "max-size", "SIZE", "of --record-dir: keep no more than that (2G)",
	  .set = set_max_size },
	{ OPTION_BUNDLE, "bundle", "FILE.tar.zst",
	  "record -n intervals (default 10); pack all panels, a report and the machine's facts",
	  .set = set_bundle },
	{ OPTION_ANONYMISE, "anonymise", NULL,
	  "replace names, addresses and paths in all that is shown and written", .flag = FLAG(anonymise) },
	{ OPTION_BUDGET, "budget", "PERCENT",
	  "of all CPUs that the probes may take: above, the dearest go for a while (default 5%)",
	  .set = set_budget },
	{ OPTION_LIST, "list", "WHAT",
	  "print the panels, columns or probes there are, or what is in a recording",
	  .set = set_list },
	{ OPTION_MAX_ENTRIES, "max-entries", "N", "room in every kernel map; small: to test losses",
	  .set = set_max_entries },
	{ OPTION_PROBE_SOURCE, "probe-source", "SOURCE",
	  "use these probes even where better ones are there; to test them", .set = set_probe_source },
	{ OPTION_DOCTOR, "doctor", NULL,
	  "print what works here, what does not, and what mends it; also -f json",
	  .set = set_doctor },
	{ 'h', "help", NULL, "print this text", .set = set_help },
	{ 'V', "version", NULL, "print the version", .set = set_version },
};

const struct option_row *option_row(size_t i)
{
	return i < sizeof(rows) / sizeof(rows[0]) ? &rows[i] : NULL;
}
