/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "core/options.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char error[200];

/* Splits a line at its blanks, as a shell would that knows no quotes. */
static int parse(struct options *o, const char *line)
{
	static char text[400];
	char *argv[32] = { "probetop" }, *rest = text, *word;
	int argc = 1;

	error[0] = 0;
	snprintf(text, sizeof(text), "%s", line);
	while ((word = strsep(&rest, " ")))
		if (*word)
			argv[argc++] = word;
	return options_parse(o, argc, argv, error, sizeof(error));
}

Test(options, defaults)
{
	struct options o;

	cr_assert_eq(parse(&o, ""), 0);
	cr_expect_eq(o.action, ACTION_RUN);
	cr_expect_eq(o.delay_ns, 1000000000);
	cr_expect_str_eq(o.format, "text");
	cr_expect_not(o.batch || o.iterations || o.rows || o.n_panels || o.n_pids || o.filter ||
		      o.output);
	options_done(&o);
}

Test(options, all_short)
{
	struct options o;

	cr_assert_eq(parse(&o, "-P runq,cpus -d 500ms -n 3 -b -f json -o out -p 1,22 -c /a -F x=1 "
			       "-g pid,comm "
			       "-s -pid -N 7 -w rec -r old -t light --no-color -a"),
		     0, "%s", error);
	cr_expect_eq(o.n_panels, 2);
	cr_expect_str_eq(o.panels[1], "cpus");
	cr_expect_eq(o.delay_ns, 500000000);
	cr_expect_eq(o.iterations, 3);
	cr_expect(o.batch && o.no_color && o.all);
	cr_expect_str_eq(o.format, "json");
	cr_expect_str_eq(o.output, "out");
	cr_expect_eq(o.n_pids, 2);
	cr_expect_eq(o.pids[1], 22);
	cr_expect_str_eq(o.cgroup, "/a");
	cr_expect_str_eq(o.filter, "x=1");
	cr_expect_str_eq(o.group, "pid,comm");
	cr_expect_str_eq(o.sort, "-pid");
	cr_expect_eq(o.rows, 7);
	cr_expect_str_eq(o.record, "rec");
	cr_expect_str_eq(o.replay, "old");
	cr_expect_str_eq(o.theme, "light");
	options_done(&o);
}

Test(options, all_long)
{
	struct options o;

	cr_assert_eq(parse(&o, "--panel=runq --panel cpus --delay=2 --iterations=1 --batch "
			       "--format=csv --output=- "
			       "--pid=5 --pid=6 --cgroup=a --filter=b --group=c --sort=d --rows=1 "
			       "--record=e "
			       "--replay=f --theme=g --max-entries=64 --probe-source=basic"),
		     0, "%s", error);
	cr_expect_eq(o.n_panels, 2);
	cr_expect_eq(o.n_pids, 2);
	cr_expect_eq(o.max_entries, 64);
	cr_expect_str_eq(o.probe_source, "basic");
	cr_expect_null(o.output, "- is stdout");
	options_done(&o);
}

Test(options, format_and_output_imply_batch)
{
	struct options o;

	cr_assert_eq(parse(&o, "-f text"), 0);
	cr_expect(o.batch);
	cr_assert_eq(parse(&o, "-o x"), 0);
	cr_expect(o.batch);
}

Test(options, actions)
{
	static const struct {
		const char *line;
		enum options_action action;
	} good[] = {
		{ "--list panels", ACTION_LIST_PANELS }, { "--list=columns", ACTION_LIST_COLUMNS },
		{ "--list recording -r x", ACTION_LIST_RECORDING }, { "--list probes", ACTION_LIST_PROBES },
		{ "-h", ACTION_HELP },
		{ "--help --nonsense", ACTION_HELP },	 { "-V", ACTION_VERSION },
		{ "--version", ACTION_VERSION },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct options o;

		cr_expect_eq(parse(&o, good[i].line), 0, "%s: %s", good[i].line, error);
		cr_expect_eq(o.action, good[i].action, "%s", good[i].line);
		options_done(&o);
	}
}

/* The line, and a word that the complaint must have. */
static const char *const bad[][2] = {
	{ "--nonsense", "--nonsense" },
	{ "-x", "-x" },
	{ "-bx", "-x" },
	{ "--delay", "--delay" },
	{ "-d", "--delay" },
	{ "-d 0", "0.1" },
	{ "-d 0.09", "0.1" },
	{ "-d 3601", "3600" },
	{ "-d -1", "-1" },
	{ "-d 1x", "1x" },
	{ "-d nan", "nan" },
	{ "-d 0x10", "0x10" },
	{ "-d 1e1", "1e1" },
	{ "-d inf", "inf" },
	{ "-d 1.5.2", "1.5.2" },
	{ "-d 99999999999999999999", "3600" },
	{ "-d 61m", "61m" },
	{ "-d 99ms", "99ms" },
	{ "-d .", "\".\"" },
	{ "-n 0", "--iterations" },
	{ "-n -1", "-1" },
	{ "-n 1.5", "1.5" },
	{ "-n x", "\"x\"" },
	{ "-n 99999999999999999999999", "--iterations" },
	{ "-N 0", "--rows" },
	{ "-N 2x", "2x" },
	{ "-p 0", "--pid" },
	{ "-p 1,,2", "1,,2" },
	{ "-p 1,", "1," },
	{ "-p abc", "abc" },
	{ "-p 4194305", "4194305" },
	{ "-p -1", "-1" },
	{ "-P runq,", "runq," },
	{ "-P ,", "--panel" },
	{ "-f xml", "xml" },
	{ "--list all", "all" },
	{ "--list", "--list" },
	{ "extra", "extra" },
	{ "-b -- extra", "extra" },
	{ "--batch=1", "--batch" },
	{ "--filter", "--filter" },
	{ "--begin", "--begin" },
	{ "--end=", "--end" },
	{ "--history 3M", "4M" },
	{ "--history 64MB", "64MB" },
	{ "--history -1", "-1" },
	{ "--history 99999999999999T", "--history" },
	{ "--budget lots", "lots" },
	{ "--budget 101%", "101%" },
	{ "--budget -1%", "-1%" },
	{ "--budget 5%%", "5%%" },
	{ "--budget %", "\"%\"" },
	{ "--max-entries 0", "--max-entries" },
	{ "--probe-source kprobes", "kprobes" },
	{ "--cgroup=", "--cgroup" },
	{ "--record=", "--record" },
	{ "--replay=", "--replay" },
	{ "--output=", "--output" },
};

Test(options, bad_ones_say_what_is_wrong_in_one_line)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct options o;

		cr_expect_eq(parse(&o, bad[i][0]), -EINVAL, "%s", bad[i][0]);
		cr_expect(strstr(error, bad[i][1]), "%s: \"%s\" lacks \"%s\"", bad[i][0], error,
			  bad[i][1]);
		cr_expect_not(strchr(error, '\n'), "%s", bad[i][0]);
		options_done(&o);
	}
}

Test(options, durations)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{ "1", 1000000000 },	   { "0.1", 100000000 },    { "2s", 2000000000 },
		{ "500ms", 500000000 },	   { "1m", 60000000000 },   { "1h", 3600000000000 },
		{ ".25", 250000000 },	   { "1.5m", 90000000000 }, { "100us", 100000 },
		{ "3600", 3600000000000 },
	};
	uint64_t ns;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		cr_expect_eq(duration_parse(&ns, good[i].text), 0, "%s", good[i].text);
		cr_expect_eq(ns, good[i].ns, "%s", good[i].text);
	}
	cr_expect_eq(duration_parse(&ns, ""), -EINVAL);
	cr_expect_eq(duration_parse(&ns, " 1"), -EINVAL);
	cr_expect_eq(duration_parse(&ns, "1 s"), -EINVAL);
	cr_expect_eq(duration_parse(&ns, "99999999999999999999h"), -ERANGE);
}

Test(options, sizes)
{
	size_t size;
	struct options o;

	cr_expect_eq(size_parse(&size, "0"), 0);
	cr_expect_eq(size, 0);
	cr_expect_eq(size_parse(&size, "5000"), 0);
	cr_expect_eq(size, 5000);
	cr_expect_eq(size_parse(&size, "64M"), 0);
	cr_expect_eq(size, 64 << 20);
	cr_expect_eq(size_parse(&size, "2g"), 0);
	cr_expect_eq(size, 2ull << 30);
	cr_expect_eq(size_parse(&size, "M"), -EINVAL);
	cr_expect_eq(size_parse(&size, ""), -EINVAL);
	cr_expect_eq(size_parse(&size, "1MiB"), -EINVAL);
	cr_expect_eq(size_parse(&size, "99999999999G"), -ERANGE);
	cr_assert_eq(parse(&o, "--history 0"), 0);
	cr_expect_eq(o.history_bytes, 0);
	options_done(&o);
}

Test(options, help_names_every_option)
{
	static const char *const names[] = {
		"-P, --panel",	"-d, --delay", "-n, --iterations", "-b, --batch",  "-f, --format",
		"-o, --output", "-p, --pid",   "-c, --cgroup",	   "-F, --filter", "-g, --group",
		"-s, --sort",	"-N, --rows",  "-a, --all",	   "-w, --record", "-r, --replay",
		"-t, --theme",	"--no-color",  "--history",  "--config",    "--no-config",
		"--list",	"-h, --help",  "-V, --version",
	};
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	options_help(out);
	fclose(out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect(strstr(text, names[i]), "%s", names[i]);
	free(text);
}

Test(options, budget)
{
	struct options o;

	cr_assert_eq(parse(&o, ""), 0);
	cr_expect_float_eq(o.budget, 0.05, 1e-12);
	cr_assert_eq(parse(&o, "--budget 0.1%"), 0, "%s", error);
	cr_expect_float_eq(o.budget, 0.001, 1e-12);
	cr_assert_eq(parse(&o, "--budget 2"), 0, "%s", error);
	cr_expect_float_eq(o.budget, 0.02, 1e-12);
	cr_assert_eq(parse(&o, "--budget 0"), 0, "%s", error);
	cr_expect_float_eq(o.budget, 0, 1e-12);
}
