/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* strcasestr */
/* Filters that are made of the selected row: `=` only rows like this, `!` all but those. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"

#define TERM_MAX 1100

/* A term that all rows share would change nothing, or leave none. */
static bool tells_rows_apart(const struct table *t, const struct column *c, const void *row)
{
	for (size_t i = 0; i < t->n; i++)
		if (column_compare(c, table_row(t, i), row))
			return true;
	return t->n == 1;
}

static void pick_add(struct pick_menu *m, const struct column *c, const void *row, bool other)
{
	char term[TERM_MAX] = "", *at;

	for (int i = 0; i < m->n; i++)
		if (m->columns[i] == c)
			return;
	if (m->n == PICKS_MAX || c->flags & COL_HIDDEN || !column_identifies(c, row) ||
	    (c->kind != COL_STR && c->agg != AGG_KEY && c->agg != AGG_ID) ||
	    filter_format_equal(term, sizeof(term) - 1, c, row) < 0)
		return;
	at = term + strlen(c->name);
	if (other) {
		memmove(at + 1, at, strlen(at) + 1);
		*at = '!';
	}
	m->columns[m->n] = c;
	m->terms[m->n++] = xstrdup(term);
}

void picks_clear(struct pick_menu *m)
{
	for (int i = 0; i < m->n; i++)
		free(m->terms[i]);
	m->n = 0;
}

/* What the screen begins with says best what a row is; then what is not shown. */
static void picks_make(struct ui *ui, const void *row, bool other)
{
	const struct query *q = &ui_level(ui)->q;
	const struct column *columns[64];
	int n = (int)query_columns(q, columns, 64);

	picks_clear(&ui->picks);
	for (int i = 0; i < n; i++)
		if (tells_rows_apart(ui->table, columns[i], row))
			pick_add(&ui->picks, columns[i], row, other);
	for (const struct column *c = q->panel->columns; c->name; c++)
		if (c->kind != COL_LAT && tells_rows_apart(ui->table, c, row))
			pick_add(&ui->picks, c, row, other);
}

/* Whether an "or" may stand in it: one too many only costs parentheses. */
static bool has_or(const char *filter)
{
	for (const char *p = filter; (p = strcasestr(p, "or")); p += 2)
		if ((p == filter || !isalnum((unsigned char)p[-1])) &&
		    !isalnum((unsigned char)p[2]) && p[2] != '_')
			return true;
	return false;
}

static void pick_push(struct level *l, const char *term)
{
	const char *before = l->q.filter_text;
	/* what picking has made has its parentheses */
	bool whole = l->pick && before && !strcmp(l->pick->after, before);
	struct pick *p = xcalloc(1, sizeof(*p));

	p->before = xstrdup(before ? before : "");
	p->after = !before			? xstrdup(term) :
		   whole || !has_or(before) ? xasprintf("%s and %s", before, term) :
					      xasprintf("(%s) and %s", before, term);
	p->below = l->pick;
	l->pick = p;
}

static void pick_drop(struct level *l)
{
	struct pick *p = l->pick;

	l->pick = p->below;
	free(p->before);
	free(p->after);
	free(p);
}

void picks_drop(struct level *l)
{
	while (l->pick)
		pick_drop(l);
}

bool pick_undo(struct ui *ui)
{
	struct level *l = ui_level(ui);
	bool is_there = l->pick && l->q.filter_text && !strcmp(l->q.filter_text, l->pick->after);

	if (is_there)
		filter_set(ui, l->pick->before);
	/* what was typed since then is not undone */
	if (is_there)
		pick_drop(l);
	else
		picks_drop(l);
	return is_there;
}

static void pick_chosen(struct ui *ui, int index)
{
	struct level *l = ui_level(ui);

	pick_push(l, ui->picks.terms[index]);
	recall_add(&ui->filters, l->pick->after);
	filter_set(ui, l->pick->after);
}

void action_pick(struct ui *ui, int key)
{
	const void *row = level_row(ui);

	if (row)
		picks_make(ui, row, key == '!');
	if (!row || !ui->picks.n)
		ui_message(ui, ROLE_WARNING, "no row here to pick from");
	else if (ui->picks.n == 1)
		pick_chosen(ui, 0);
	else
		view_push(ui, view_menu_new(key == '!' ? "Not this" : "Only this",
					    (const char *const *)ui->picks.terms, ui->picks.n, 0,
					    pick_chosen));
}
