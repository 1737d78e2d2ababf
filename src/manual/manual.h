/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is made of the tables at build time: the manual and the completions of shells.  Starts nothing;
 * runs on the machine that builds.
 */
#ifndef PROBETOP_MANUAL_H
#define PROBETOP_MANUAL_H

#include <stdbool.h>
#include <stdio.h>

#include "core/options.h"
#include "core/panel.h"

/* What an option takes, as completions see it. */
enum value {
	VALUE_NONE,
	VALUE_ANY, /* a number, a text */
	VALUE_WORDS, /* of option_words */
	VALUE_PANELS, /* with commas between, as the next one */
	VALUE_KEYS, /* columns to group by */
	VALUE_SORT, /* any column, - in front or not */
	VALUE_FILTER, /* begins with a column */
	VALUE_PIDS,
	VALUE_CGROUP,
	VALUE_THEME,
	VALUE_FILE,
};
enum value option_value(const struct option_row *row);

/* Names of all panels, or of their columns, each once, with blanks between. */
void panels_print(FILE *out);
enum which { COLUMNS_ALL, COLUMNS_KEYS };
void columns_print(FILE *out, enum which which);
/* Does a panel before this one have a column of this name that means the same? */
bool column_is_common(const struct panel *p, const struct column *c);

/* Copies the template; lines @options@, @keys@, @panels@, @columns@ are replaced.  0 or 1. */
int man_write(FILE *out, FILE *template);
void bash_write(FILE *out);
void zsh_write(FILE *out);
void fish_write(FILE *out);

#endif
