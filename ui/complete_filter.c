/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completes a filter: what may follow at the cursor. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "ui/app.h"

enum place { PLACE_TERM, PLACE_OP, PLACE_VALUE, PLACE_JOIN };

/* Where the cursor is in `COLUMN OP VALUE and ...`. */
struct cursor_place {
	enum place place;
	size_t from; /* byte where the word begins that the cursor is in or behind */
	char name[64];
	char op[4];
};

static const struct {
	const char *text, *help;
	bool for_text, for_numbers;
} operators[] = {
	{ "=", "is", true, true },
	{ "!=", "is not", true, true },
	{ "~", "matches a regular expression", true, false },
	{ "!~", "does not match", true, false },
	{ "^=", "starts with", true, false },
	{ ">", "is more than", false, true },
	{ ">=", "is at least", false, true },
	{ "<", "is less than", false, true },
	{ "<=", "is at most", false, true },
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool is_operator(const char *op)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (!strcmp(operators[i].text, op))
			return true;
	return false;
}

/* Behind the value that begins at `at`; *open: its quote is not closed. */
static size_t value_skip(const char *text, size_t at, bool *open)
{
	char quote = text[at];

	*open = false;
	if (quote != '"' && quote != '\'')
		return at + strcspn(text + at, " \t()");
	for (at++; text[at] && text[at] != quote; at++)
		if (quote == '"' && text[at] == '\\' && text[at + 1])
			at++;
	*open = !text[at];
	return *open ? at : at + 1;
}

static bool is_keyword(const char *name)
{
	return !strcmp(name, "and") || !strcmp(name, "or") || !strcmp(name, "not");
}

/* Each takes what stands at p->from and says what is next; false: the cursor is in it. */
static bool term_take(struct cursor_place *p, const char *text)
{
	size_t at = p->from, len = 0;
	bool open;

	while (is_name(text[at + len]))
		len++;
	if (!text[at + len])
		return false;
	if (text[at] == '(' || text[at] == ')') {
		p->place = text[at] == '(' ? PLACE_TERM : PLACE_JOIN;
		p->from++;
	} else if (!len) {
		at = value_skip(text, at, &open);
		if (open)
			return false;
		p->from = at;
		p->place = PLACE_JOIN;
	} else {
		snprintf(p->name, sizeof(p->name), "%.*s", (int)len, text + at);
		p->from += len;
		p->place = is_keyword(p->name) ? PLACE_TERM : PLACE_OP;
	}
	return true;
}

static bool op_take(struct cursor_place *p, const char *text)
{
	size_t len = strspn(text + p->from, "=!<>~^");
	bool open;

	snprintf(p->op, sizeof(p->op), "%.*s", (int)len, text + p->from);
	if (!text[p->from + len] && !is_operator(p->op))
		return false;
	if (len) {
		p->from += len;
		p->place = PLACE_VALUE;
		return true;
	}
	/* it was a word, and may go on with what is not a part of names */
	p->from = value_skip(text, p->from, &open);
	p->place = PLACE_JOIN;
	return true;
}

static bool value_take(struct cursor_place *p, const char *text)
{
	bool open;
	size_t end = value_skip(text, p->from, &open);

	if (end == p->from || open || (!text[end] && text[p->from] != '"' && text[p->from] != '\''))
		return false;
	p->from = end;
	p->place = PLACE_JOIN;
	return true;
}

/* text ends at the cursor. */
static void place_find(struct cursor_place *p, const char *text)
{
	static bool (*const take[])(struct cursor_place *, const char *) = {
		[PLACE_TERM] = term_take,
		[PLACE_OP] = op_take,
		[PLACE_VALUE] = value_take,
		[PLACE_JOIN] = term_take,
	};

	*p = (struct cursor_place){ .place = PLACE_TERM };
	do
		p->from += strspn(text + p->from, " \t");
	while (take[p->place](p, text));
}

static void terms_add(const struct panel *panel, const struct cursor_place *p, const char *typed,
		      struct completion *c)
{
	size_t len = strlen(typed);

	for (const struct column *col = panel->columns; col->name; col++)
		if (column_is_exported(col))
			completion_match(c, typed, len, col->name, col->help);
	if (p->place == PLACE_JOIN) {
		completion_match(c, typed, len, "and", "both must hold");
		completion_match(c, typed, len, "or", "one must hold");
	} else {
		completion_match(c, typed, len, "not", "must not hold");
	}
}

static void note_column(struct completion *c, const struct column *col)
{
	snprintf(c->note, sizeof(c->note), "%s: %s", col->name, col->help);
}

static void operators_add(const struct column *col, const char *typed, struct completion *c)
{
	bool text = col->kind == COL_STR;

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (text ? operators[i].for_text : operators[i].for_numbers)
			completion_match(c, typed, strlen(typed), operators[i].text,
					 operators[i].help);
	note_column(c, col);
}

static void values_complete(struct ui *ui, const struct column *col, const struct cursor_place *p,
			    const char *typed, struct completion *c)
{
	static const char *const examples[] = {
		[UNIT_COUNT] = "100, 5k",  [UNIT_BYTES] = "64k, 1M", [UNIT_NS] = "10ms, 2s",
		[UNIT_SECONDS] = "30, 5m", [UNIT_PERCENT] = "50",
	};

	note_column(c, col);
	if (col->kind != COL_STR && col->unit != UNIT_NONE)
		snprintf(c->note, sizeof(c->note), "%s: %s; such as %s", col->name, col->help,
			 examples[col->unit]);
	else
		complete_values(ui, col, p->op, typed, false, c);
}

void complete_filter(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	CLEANUP(free_ptr) char *before = xstrndup(text, cursor);
	const struct panel *panel = ui_level(ui)->q.panel;
	struct cursor_place p;
	const struct column *col;
	const char *typed;

	place_find(&p, before);
	typed = before + p.from;
	c->from = p.from;
	if (p.place == PLACE_OP || p.place == PLACE_VALUE) {
		col = panel_column(panel, p.name);
		if (!col || !column_is_exported(col))
			return;
		if (p.place == PLACE_OP)
			operators_add(col, typed, c);
		else
			values_complete(ui, col, &p, typed, c);
		return;
	}
	terms_add(panel, &p, typed, c);
	col = panel_column(panel, typed);
	if (c->n != 1 || !col || !column_is_exported(col))
		return;
	/* the name is complete: on with what follows it */
	completion_clear(c);
	c->from = cursor;
	operators_add(col, "", c);
}
