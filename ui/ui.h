/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive screen: everything between a source of frames and a terminal. */
#ifndef PROBETOP_UI_H
#define PROBETOP_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/panel.h"
#include "core/selection.h"
#include "core/source.h"

struct config;

struct ui_options {
	const struct panel *panel; /* opened first; NULL: the first of all */
	struct source *source;	   /* live or a recording; ui_run closes it, also when it fails */
	uint64_t interval_ns;	   /* between two frames */
	/* As on the command line, NULL or "": the panel's own.  group and sort are those of the
	 * panel opened first; filter holds on every panel that has the columns it names. */
	const char *group, *sort, *filter;
	struct selection only; /* from the start; borrowed.  A live source has it already */
	const char *record;  /* write samples there from the start; NULL: not before key `w` */
	const char *theme;   /* name, or path with a slash; NULL: that of config, else dark */
	const struct config *config; /* NULL: none; stays as it is until the screen ends */
	bool no_color;	     /* attributes only, whatever the theme */
	bool all;	     /* also rows that panels hide by default */
	size_t history_bytes; /* memory for going back in time when live; 0: none */
	bool as_recorded; /* a recording plays as fast as it was made, not a frame an interval */
	bool loop;	  /* a recording that has ended begins again */
	size_t rows;	  /* of a table that ui_snapshot writes, at most; 0: all */
	uint64_t iterations; /* stop after so many intervals; 0: run until told to quit */
};

/*
 * Runs until the user quits, a signal ends it, the terminal goes away or the iterations are done;
 * the terminal is as before on every way out.  Needs a terminal on stdin and stdout.  0, or
 * negative errno with one line in error: not a terminal, unknown TERM, bad filter, ...
 */
int ui_run(const struct ui_options *o, char *error, size_t size);

/*
 * The same without a terminal: after o->iterations intervals (1 or more) what would be on a screen
 * of that size goes to a new file, in the format that the ending of path asks for; path gets the
 * whole path.  A signal that asks to end saves what there is.  0, or negative errno with one line
 * in error.
 */
int ui_snapshot(const struct ui_options *o, int width, int height, char *path, size_t path_size,
		char *error, size_t size);

#endif
