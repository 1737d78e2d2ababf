/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What could stand at the cursor of a line that is typed: candidates, and a line about the place. */
#ifndef PROBETOP_COMPLETE_H
#define PROBETOP_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#define CANDIDATES_MAX 64

struct ui;
struct column;
struct value_search;

struct candidate {
	char *text; /* as it is inserted: may hold any byte, the screen sanitises it */
	char *help; /* NULL: none */
};

struct completion {
	size_t from; /* byte of the line: a candidate replaces what is there up to the cursor */
	struct candidate list[CANDIDATES_MAX];
	size_t n;
	char note[300]; /* about what is expected there; empty: nothing to say */
	struct value_search *search; /* for candidates that are to come; NULL: all are there */
};

/*
 * Finds what could stand at byte `cursor` of text: sets from, adds candidates that go on with what
 * is typed from there to the cursor.  c is empty.  What takes long is left to completion_step.
 */
typedef void complete_fn(struct ui *ui, const char *text, size_t cursor, struct completion *c);

/* A copy of text and help (NULL: none); ignored when it is there already, or when the list is full. */
void completion_add(struct completion *c, const char *text, const char *help);
/* The same where text begins with the len bytes at typed. */
void completion_match(struct completion *c, const char *typed, size_t len, const char *text,
		      const char *help);
/* Bytes that all candidates begin with; 0 when there is none. */
size_t completion_common(const struct completion *c);
/* Frees the candidates and empties it; nothing more comes. */
void completion_clear(struct completion *c);
/* Frees the candidates alone. */
void completion_drop(struct completion *c);
/* A slice of the search for more of them. */
void completion_step(struct ui *ui, struct completion *c);
void value_search_free(struct value_search *s); /* NULL is fine */

/* A filter: columns, operators, values that the column has now, the most frequent first. */
complete_fn complete_filter;
/* Names of columns, with commas between them: those that can be grouped by. */
complete_fn complete_group;
/* A column to sort by, after an optional "-". */
complete_fn complete_sort;
/* Values of a column that go on with `typed`, the most frequent first; op: the operator before them; raw:
 * as they are, without quotes. */
void complete_values(struct ui *ui, const struct column *col, const char *op, const char *typed, bool raw,
		     struct completion *c);
/* Processes, with commas between them; a control group: those of the rows of now. */
complete_fn complete_pid;
complete_fn complete_cgroup;
/* Names of panels. */
complete_fn complete_panel;

#endif
