/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of a column among all rows of now, whatever the filter lets through.  Of many rows they
 * are sought in slices, when there is nothing else to do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "ui/app.h"

#define VALUE_MAX_BYTES 300 /* longer ones are better found with ~ */
#define TRIES 2 /* before it is done in one go: intervals are shorter than that takes */

/* One value, and in how many rows it is. */
struct value {
	const void *row;
	size_t n;
};

struct value_search {
	const struct column *col;
	char op[4];
	char *typed; /* of the value */
	bool raw; /* values stand alone, as they are */
	struct query q;
	struct query_run run;
	const struct frame *cur; /* the frame that it is about, */
	uint64_t frame; /* and its number */
	int tries;
	struct value *values; /* NULL: the query is under way */
	size_t at; /* values before that are candidates, or are not */
};

void value_search_free(struct value_search *s)
{
	if (!s)
		return;
	query_run_done(&s->run);
	free(s->values);
	free(s->typed);
	free(s);
}

/* The most frequent first, then in the order of the rows. */
static int value_compare(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : (x->row > y->row) - (x->row < y->row);
}

/* As it is written behind an operator; false: unknown, or too long. */
static bool value_format(char *buf, size_t size, const struct column *col, const void *row)
{
	size_t name = strlen(col->name) + 1;

	buf[0] = '\0';
	if (filter_format_equal(buf, size, col, row) < 0)
		return false;
	memmove(buf, buf + name, strlen(buf + name) + 1);
	return true;
}

/* A pattern must not mean something else than the text that it was made of. */
static bool value_is_plain(const struct column *col, const void *row)
{
	const char *text = column_is_known(col, row) ? column_str(col, row) : "";

	return !text[strcspn(text, "\\^$.[]|()*+?{}")];
}

/* A number says little: who or what it is comes from the text that grouping by it keeps. */
static const char *value_help(const struct table *t, const struct column *col, const void *row)
{
	for (const struct column *c = t->panel->columns; c->name && col->kind != COL_STR; c++)
		if (c->kind == COL_STR && !(c->flags & COL_HIDDEN) && column_is_kept(c, &col, 1) &&
		    column_is_known(c, row))
			return column_str(c, row);
	return NULL;
}

static void value_add(const struct value_search *s, const struct value *v, struct completion *c)
{
	const struct column *col = s->col;
	const char *who = value_help(&s->run.grouped, col, v->row);
	const char *raw = s->typed + strspn(s->typed, "'\"");
	char text[VALUE_MAX_BYTES], help[400];

	if (strchr(s->op, '~') && !value_is_plain(col, v->row))
		return;
	if (!value_format(text, sizeof(text), col, v->row))
		return;
	/* typed with a quote or without one: what counts is the text */
	if (strncmp(text, s->typed, strlen(s->typed)) != 0 &&
	    (col->kind != COL_STR || strncmp(column_str(col, v->row), raw, strlen(raw)) != 0))
		return;
	snprintf(help, sizeof(help), "%s%s%zu row%s", who ? who : "", who ? ", " : "", v->n,
		 v->n == 1 ? "" : "s");
	completion_add(c, s->raw && col->kind == COL_STR ? column_str(col, v->row) : text, help);
}

static void search_begin(struct ui *ui, struct value_search *s, const struct query_run *like)
{
	free(s->values);
	s->values = NULL;
	s->at = 0;
	s->cur = ui_frame(ui);
	s->frame = ui_frame_id(ui);
	s->tries++;
	s->q.keep = ui_level(ui)->q.keep;
	query_begin(&s->run, &s->q, ui_frame_before(ui), ui_frame(ui), ui_facts(ui), like);
}

static void values_count(struct value_search *s)
{
	const struct table *t = &s->run.grouped;

	s->values = xcalloc(t->n + 1, sizeof(*s->values));
	for (size_t i = 0; i < t->n; i++)
		s->values[i].row = table_row(t, i);
	for (size_t i = 0; i < s->run.rows->n; i++)
		s->values[t->groups[i]].n++;
	qsort(s->values, t->n, sizeof(*s->values), value_compare);
}

/* One step of the query, or over `rows` values; false: that was the last one. */
static bool search_step(struct value_search *s, struct completion *c, size_t rows)
{
	size_t n = s->run.grouped.n;

	if (!s->values) {
		if (!query_step(&s->run, rows))
			values_count(s);
		return true;
	}
	for (; rows && s->at < n && c->n < CANDIDATES_MAX; rows--)
		value_add(s, &s->values[s->at++], c);
	return s->at < n && c->n < CANDIDATES_MAX;
}

static void search_end(struct completion *c)
{
	value_search_free(c->search);
	c->search = NULL;
}

void completion_step(struct ui *ui, struct completion *c)
{
	struct value_search *s = c->search;

	if (!ui_frame_before(ui) || !ui_frame(ui)) {
		search_end(c);
		return;
	}
	if (s->frame != ui_frame_id(ui) || s->cur != ui_frame(ui)) {
		/* what was found points into rows that are gone */
		completion_drop(c);
		search_begin(ui, s, NULL);
	}
	while (search_step(s, c, ui->work.slice))
		if (s->tries <= TRIES)
			return;
	search_end(c);
}

void complete_values(struct ui *ui, const struct column *col, const char *op, const char *typed, bool raw,
		     struct completion *c)
{
	struct value_search *s;
	bool few;

	if (!ui_frame_before(ui) || !ui_frame(ui))
		return;
	s = c->search = xcalloc(1, sizeof(*s));
	s->col = col;
	s->raw = raw;
	s->typed = xstrdup(typed);
	snprintf(s->op, sizeof(s->op), "%s", op);
	s->q = ui_level(ui)->q;
	s->q.filter = NULL;
	s->q.filter_text = NULL;
	s->q.tree = NULL;
	s->q.sort = NULL;
	s->q.limit = 0;
	if (col->agg == AGG_KEY || col->agg == AGG_ID) {
		s->q.keys[0] = col;
		s->q.n_keys = 1;
	}
	query_run_init(&s->run);
	few = query_records(&s->q, ui_frame(ui)) < ui->work.large;
	/* the rows that are shown were made of the same records */
	search_begin(ui, s, few && !ui->work.on ? query_pair_shown(&ui->query) : NULL);
	while (few && search_step(s, c, SIZE_MAX))
		;
	if (few)
		search_end(c);
}

/* Values of a column alone; the word to complete begins at c->from. */
static void complete_value(struct ui *ui, const char *column, const char *text, size_t cursor,
			   struct completion *c)
{
	CLEANUP(free_ptr) char *typed = xstrndup(text + c->from, cursor - c->from);
	const struct column *col = panel_column(ui_level(ui)->q.panel, column);

	if (col)
		complete_values(ui, col, "=", typed, true, c);
}

void complete_pid(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	for (c->from = cursor; c->from && text[c->from - 1] != ','; c->from--)
		;
	complete_value(ui, "pid", text, cursor, c);
}

void complete_cgroup(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	complete_value(ui, "cgroup", text, cursor, c);
}
