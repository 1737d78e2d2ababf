/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "filter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_node.h"

void filter_node_free(struct filter_node *n)
{
	if (!n)
		return;
	filter_node_free(n->left);
	filter_node_free(n->right);
	if (n->has_regex)
		regfree(&n->regex);
	free(n->text);
	free(n);
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	filter_node_free(f->root);
	free(f->keys);
	free(f->words);
	free(f->rest);
	free(f);
}

static bool text_matches(const struct filter_node *n, const char *cell)
{
	switch (n->op) {
	case OP_EQ:
		return !strcmp(cell, n->text);
	case OP_NE:
		return strcmp(cell, n->text);
	case OP_MATCH:
		return !regexec(&n->regex, cell, 0, NULL, 0);
	case OP_NO_MATCH:
		return regexec(&n->regex, cell, 0, NULL, 0);
	case OP_PREFIX:
		return !strncmp(cell, n->text, strlen(n->text));
	default:
		return false;
	}
}

static bool number_matches(const struct filter_node *n, long double cell)
{
	switch (n->op) {
	case OP_EQ:
		return cell == n->number;
	case OP_NE:
		return cell != n->number;
	case OP_LT:
		return cell < n->number;
	case OP_LE:
		return cell <= n->number;
	case OP_GT:
		return cell > n->number;
	case OP_GE:
		return cell >= n->number;
	default:
		return false;
	}
}

static bool compare_matches(const struct filter_node *n, const void *row)
{
	const struct column *c = n->column;
	bool known = column_is_known(c, row);

	if (n->op == OP_NULL || n->op == OP_NOT_NULL)
		return known == (n->op == OP_NOT_NULL);
	if (!known)
		return n->op == OP_NE;
	switch (c->kind) {
	case COL_STR:
		return text_matches(n, column_str(c, row));
	case COL_F64:
		return number_matches(n, column_number(c, row));
	}
	return number_matches(n, column_u64(c, row));
}

/* row has the cells that identify, group the others; they may be the same. */
static bool word_matches(const struct filter_node *n, const void *row, const void *group)
{
	for (const struct column *c = n->panel->columns; c->name; c++) {
		const char *cell;

		if (c->kind != COL_STR || c->flags & COL_HIDDEN)
			continue;
		cell = column_str(c, c->agg == AGG_KEY || c->agg == AGG_ID ? row : group);
		if (cell && strstr(cell, n->text))
			return true;
	}
	return false;
}

static bool node_matches(const struct filter_node *n, const void *row)
{
	switch (n->type) {
	case NODE_AND:
		return node_matches(n->left, row) && node_matches(n->right, row);
	case NODE_OR:
		return node_matches(n->left, row) || node_matches(n->right, row);
	case NODE_NOT:
		return !node_matches(n->left, row);
	case NODE_COMPARE:
		return compare_matches(n, row);
	case NODE_WORD:
		return word_matches(n, row, row);
	}
	return false;
}

static bool all_match(struct filter_node *const *terms, size_t n, const void *row)
{
	for (size_t i = 0; i < n; i++)
		if (!node_matches(terms[i], row))
			return false;
	return true;
}

bool filter_keys(const struct filter *f, const void *row)
{
	return !f || all_match(f->keys, f->n_keys, row);
}

bool filter_has_words(const struct filter *f)
{
	return f && f->n_words;
}

bool filter_words(const struct filter *f, const void *row, const void *group)
{
	for (size_t i = 0; i < f->n_words; i++)
		if (!word_matches(f->words[i], row, group))
			return false;
	return true;
}

bool filter_rest(const struct filter *f, const void *row)
{
	return !f || all_match(f->rest, f->n_rest, row);
}

struct writer {
	char *buf;
	size_t at, size;
};

static void put(struct writer *w, char c)
{
	if (w->at + 1 < w->size)
		w->buf[w->at] = c;
	w->at++;
}

static void put_text(struct writer *w, const char *s)
{
	while (*s)
		put(w, *s++);
}

static void put_quoted(struct writer *w, const char *s)
{
	char quote = strchr(s, '\'') ? '"' : '\'';

	if (*s && strcmp(s, "null") && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789_-./:@%+,")]) {
		put_text(w, s);
		return;
	}
	put(w, quote);
	for (; *s; s++) {
		if (quote == '"' && (*s == '"' || *s == '\\'))
			put(w, '\\');
		put(w, *s);
	}
	put(w, quote);
}

int filter_format_equal(char *buf, size_t size, const struct column *c, const void *row)
{
	struct writer w = { .buf = buf, .at = strnlen(buf, size), .size = size };
	size_t start = w.at;
	char number[32];

	if (!column_is_known(c, row) || c->kind == COL_LAT)
		return -EINVAL;
	put_text(&w, c->name);
	put(&w, '=');
	if (c->kind == COL_STR) {
		put_quoted(&w, column_str(c, row));
	} else {
		if (c->kind == COL_F64)
			snprintf(number, sizeof(number), "%.17g", column_number(c, row));
		else
			snprintf(number, sizeof(number), "%" PRIu64, column_u64(c, row));
		put_text(&w, number);
	}
	if (w.at >= size) {
		/* half a condition would match something else */
		if (start < size)
			buf[start] = '\0';
		return -ENOSPC;
	}
	buf[w.at] = '\0';
	return (int)(w.at - start);
}
