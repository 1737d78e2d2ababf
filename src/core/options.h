/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: what was asked for, as text and numbers; names are looked up by the plan. */
#ifndef PROBETOP_OPTIONS_H
#define PROBETOP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "quantity.h"

enum options_action {
	ACTION_RUN,
	ACTION_HELP,
	ACTION_VERSION,
	ACTION_LIST_PANELS,
	ACTION_LIST_COLUMNS,
	ACTION_LIST_PROBES,
	ACTION_LIST_RECORDING,
	ACTION_DOCTOR,
};

#define KEEP_MIN_NS 60000000000ull
#define MAX_SIZE_MIN (1u << 20)
#define DELAY_MIN_NS 100000000ull
#define DELAY_MAX_NS 3600000000000ull

/* Strings point into argv, but for the arrays, which are owned. */
#define BUDGET 0.05

struct options {
	enum options_action action;
	char **panels; /* owned; n_panels 0: all */
	size_t n_panels;
	uint64_t delay_ns;
	bool delay_given;
	uint64_t iterations; /* 0: no end */
	bool batch; /* asked for, or implied by --format and --output */
	const char *format; /* text, json, csv */
	const char *output; /* NULL: stdout */
	uint32_t *pids; /* owned; n_pids 0: all */
	size_t n_pids;
	const char *cgroup, *filter, *group, *sort; /* NULL: not given */
	size_t rows; /* 0: all */
	bool all; /* also the rows that a panel hides by default */
	const char *record, *replay, *theme; /* NULL: not given */
	const char *config; /* NULL: not given */
	bool no_config;
	const char *begin, *end; /* of the recording; NULL: not given */
	const char *snapshot; /* NULL: not given */
	int width, height; /* of the snapshot; 0: not given */
	bool no_color;
	bool loop; /* a recording on the screen begins again */
	bool history_given;
	const char *record_dir; /* NULL: not given */
	uint64_t keep_ns; /* 0: no bound */
	size_t max_size; /* bytes; 0: no bound */
	const char *bundle; /* NULL: not given */
	bool anonymise;
	size_t history_bytes; /* for going back in time on the screen; 0: not kept */
	double budget; /* share of all CPUs that the probes may take (BUDGET); 0: no bound */
	uint32_t max_entries; /* of every counter map; 0: the default */
	const char *probe_source; /* NULL: the best there is */
};

/* Where a setter says what is wrong with its argument. */
struct complaint {
	char *text;
	size_t size;
};

int options_complain(struct complaint *c, const char *format, ...)
	__attribute__((format(printf, 2, 3))); /* -EINVAL */

/* A row of the table that the parser, the help, the manual and the completions are made from. */
struct option_row {
	int letter; /* from OPTION_LONG on: it has none */
	const char *name, *argument, *help; /* argument NULL: takes none */
	int (*set)(struct options *o, const char *arg, struct complaint *c);
	size_t flag; /* set NULL: where the bool is that becomes true */
};
#define OPTION_LONG 256

/* In the order of the help; NULL behind the last. */
const struct option_row *option_row(size_t i);
/* The words that an argument of this name may be, with blanks between; NULL: it is no such list. */
const char *option_words(const char *argument);

/* 0, or -EINVAL with one line in error.  Call options_done in both cases. */
int options_parse(struct options *o, int argc, char **argv, char *error, size_t size);
void options_done(struct options *o);
void options_help(FILE *out);

#endif
