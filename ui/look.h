/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The theme in use, and what was wrong with files that say how probetop looks. */
#ifndef PROBETOP_LOOK_H
#define PROBETOP_LOOK_H

#include <stdio.h>

#include "ui/complete.h"
#include "ui/theme.h"

struct ui;

/* The theme of the options; negative errno, and one line in error. */
int look_init(struct ui *ui, char *error, size_t size);
/* Loads a theme and shows it from now on; negative errno, and one line in error: as it was. */
int look_use(struct ui *ui, const char *name, char *error, size_t size);
/* The one that is given, in place of the one in use. */
void look_set(struct ui *ui, const struct theme *theme);
/* What was wrong with files that were read: on the message line; after the screen, all of it. */
void look_warn(struct ui *ui);
void look_warn_at_end(const struct ui *ui, FILE *out);

/* The command `theme`, and the key for it. */
complete_fn complete_theme;
bool theme_check(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size);
void theme_preview(struct ui *ui, const char *arg);
void theme_run(struct ui *ui, const char *arg);

#endif
