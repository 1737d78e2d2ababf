/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filter expressions over columns:
 *
 *   expr  = term { "or" term }      term = factor { ["and"] factor }
 *   factor = "not" factor | "(" expr ")" | COLUMN OP VALUE | WORD
 *   OP    = "=" "!=" "<" "<=" ">" ">=" "~" "!~" "^="
 *
 * ~ is a POSIX extended regular expression, ^= means starts with.  == is =.  Numbers take k M G
 * (1024 for bytes, else 1000), us ms s m h, %, and a decimal exponent.  A WORD matches when any text
 * column contains it.  Values with blanks or parentheses stand in '...' or "...", in which \" and \\
 * stand for " and \.  A cell that is not known matches nothing but != and COL=null; COL!=null matches
 * those that are known; 'null' in quotes is the text.
 */
#ifndef PROBETOP_FILTER_H
#define PROBETOP_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct filter;
struct panel;

struct filter_error {
	size_t column; /* 0-based byte of the text where it is */
	char text[120]; /* one line */
};

/* 0, or with *error set -ENOENT (the panel has no column of the name that is there) or -EINVAL.  An
 * empty text gives *ret = NULL: everything matches. */
int filter_parse(struct filter **ret, const struct panel *p, const char *text,
		 struct filter_error *error);
void filter_free(struct filter *f);
/*
 * A filter is applied twice: filter_keys before grouping looks at those terms of the top-level
 * `and` that use identifying columns alone (AGG_KEY, AGG_ID), so that pid=1 works on rows that are
 * grouped by system call; filter_rest afterwards at the others.  f NULL matches.
 *
 * Where a panel has text that does not identify (the most frequent error), words need both sides:
 * filter_words looks for them in what identifies the row and in the other text of its group.
 */
bool filter_keys(const struct filter *f, const void *row);
bool filter_has_words(const struct filter *f);
bool filter_words(const struct filter *f, const void *row, const void *group);
bool filter_rest(const struct filter *f, const void *row);
/* col=value with the value quoted as needed, appended to buf; for drilling down.  The length
 * appended; -EINVAL when the cell is not known, -ENOSPC; then buf is as before. */
struct column;
int filter_format_equal(char *buf, size_t size, const struct column *c, const void *row);

#endif
