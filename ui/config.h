/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user's settings for the screen: one INI file of the system's, one of the user's. */
#ifndef PROBETOP_CONFIG_H
#define PROBETOP_CONFIG_H

#include <limits.h>
#include <stdint.h>

#include "core/query.h"
#include "ui/keymap.h"
#include "ui/theme.h"

#define CONFIG_PANELS 16
#define CONFIG_VALUE 1024 /* bytes of one value, with its end */

/* "": the panel's own.  All of it is known to be right for the panel. */
struct config_panel {
	char columns[CONFIG_VALUE], group[256], sort[80];
};

struct config {
	char theme[THEME_NAME_LEN]; /* "": not given */
	char theme_place[80];	    /* "config:3": where that is said */
	uint64_t interval_ns;	    /* 0: not given */
	size_t history_bytes;	    /* when history_given */
	bool history_given;
	const struct panel *start; /* NULL: not given */
	/* in the order of the tabs; 0: all, as they come */
	const struct panel *order[CONFIG_PANELS];
	int n_order;
	struct config_panel panels[CONFIG_PANELS]; /* in the order of panels[] */
	struct key_lines keys;
	struct warnings warnings;
	char path[PATH_MAX]; /* the user's file, also when there is none yet; "": nowhere */
};

/* Adds what a text says to what c has: later lines win.  file, as warnings name it, must stay. */
void config_parse(struct config *c, const char *file, const char *text);

/*
 * Reads /etc/probetop/config and the user's own file ($XDG_CONFIG_HOME, else ~/.config) after it;
 * or path alone, when it is not NULL.  A file that somebody else could have written is not read,
 * and warned of.  A path that cannot be read: negative errno, and one line in error.
 */
int config_load(struct config *c, const char *path, char *error, size_t size);
/* Reads nothing, but knows where to save. */
void config_none(struct config *c);

#endif
