/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings at work: given to the screen at its start, and saved as they are later. */
#ifndef PROBETOP_SETTINGS_H
#define PROBETOP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/complete.h"
#include "ui/config.h"

struct ui;

/* Of options.config, which may be NULL: columns, groups, orders, keys, panels. */
void settings_apply(struct ui *ui);

/* Shows these columns on all levels of a panel from now on; n 0: the panel's own. */
void columns_set(struct ui *ui, const struct panel *p, const struct column *const *columns,
		 size_t n);
/* As they are set for a panel, also when that is its own choice; how many. */
size_t columns_get(const struct ui *ui, const struct panel *p,
		   const struct column *ret[QUERY_COLUMNS]);
/* For a query that is new on the screen. */
void columns_inherit(const struct ui *ui, struct query *q);

/* The command `columns`. */
complete_fn complete_columns;
bool columns_check(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size);
void columns_run(struct ui *ui, const char *arg);

/* What one line of the file says. */
struct setting {
	char section[64], name[16], value[CONFIG_VALUE];
	bool wanted; /* also where the file does not have it yet */
};

/*
 * The text of a file with these settings: lines that have them are changed, others stay as they
 * are, comments included, and what is missing comes at the end of its section.  The caller frees.
 */
char *config_edit(const char *text, const struct setting *settings, size_t n);
/*
 * Writes what is on the screen now to the user's file: a new one takes the place of the old, which
 * stays as NAME.bak.  0, and the path in text; or negative errno, and one line.
 */
int settings_save(struct ui *ui, char *text, size_t size);

#endif
