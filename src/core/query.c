/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static bool is_key(const struct column *c)
{
	return c->agg == AGG_KEY || c->agg == AGG_ID;
}

/* The next name of a list, after the separators; false at the end. */
static bool list_next(const char **text, const char *separators, char *name, size_t size)
{
	size_t len;

	*text += strspn(*text, separators);
	len = strcspn(*text, separators);
	snprintf(name, size, "%.*s", (int)len, *text);
	*text += len;
	return len > 0;
}

/* "pid, comm, ...": the columns that have a name outside and, if keys, can be grouped by. */
static void columns_list(const struct panel *p, bool keys, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (const struct column *c = p->columns; c->name && at < size; c++) {
		if (c->flags & COL_HIDDEN || (keys && !is_key(c)))
			continue;
		at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? ", " : "", c->name);
	}
}

static int column_missing(const struct panel *p, const char *name, bool keys, char *error,
			  size_t size)
{
	char list[1024];

	columns_list(p, keys, list, sizeof(list));
	snprintf(error, size, "%s has no column '%s'%s; there are: %s", p->name, name,
		 keys ? " to group by" : "", list);
	return panel_column(p, name) ? -EINVAL : -ENOENT;
}

static const struct column *column_sortable(const struct panel *p, const char *name)
{
	const struct column *c = panel_column(p, name);

	return c && c->kind != COL_LAT ? c : NULL;
}

void query_init(struct query *q, const struct panel *p)
{
	char error[1];

	*q = (struct query){ .panel = p };
	query_set_group(q, NULL, error, sizeof(error));
	query_set_sort(q, NULL, error, sizeof(error));
}

void query_done(struct query *q)
{
	filter_free(q->filter);
	free(q->filter_text);
	*q = (struct query){ 0 };
}

void query_copy(struct query *to, const struct query *from)
{
	struct filter_error error;

	*to = *from;
	to->folds = NULL;
	to->filter = NULL;
	to->filter_text = NULL;
	if (from->filter_text)
		query_set_filter(to, from->filter_text, &error);
}

int query_set_group(struct query *q, const char *text, char *error, size_t size)
{
	const struct column *keys[QUERY_KEYS];
	const char *p = text && text[strspn(text, ", ")] ? text : q->panel->group;
	char name[64];
	size_t n = 0;

	while (p && list_next(&p, ", ", name, sizeof(name))) {
		const struct column *c = panel_column(q->panel, name);
		bool twice = false;

		if (!c || !is_key(c))
			return column_missing(q->panel, name, true, error, size);
		for (size_t i = 0; i < n; i++)
			twice |= keys[i] == c;
		if (twice)
			continue;
		if (n == QUERY_KEYS) {
			snprintf(error, size, "more than %d columns to group by", QUERY_KEYS);
			return -EINVAL;
		}
		keys[n++] = c;
	}
	memcpy(q->keys, keys, n * sizeof(keys[0]));
	q->n_keys = n;
	q->tree = NULL;
	return 0;
}

int query_set_columns(struct query *q, const char *text, char *error, size_t size)
{
	const struct column *picked[QUERY_COLUMNS];
	const char *p = text ? text : "";
	char name[64];
	size_t n = 0;

	while (list_next(&p, ", \t", name, sizeof(name))) {
		const struct column *c = panel_column(q->panel, name);
		bool twice = false;

		if (!c || !column_is_exported(c))
			return column_missing(q->panel, name, false, error, size);
		for (size_t i = 0; i < n; i++)
			twice |= picked[i] == c;
		if (!twice && n < QUERY_COLUMNS)
			picked[n++] = c;
	}
	memcpy(q->picked, picked, n * sizeof(picked[0]));
	q->n_picked = n;
	return 0;
}

int query_set_sort(struct query *q, const char *text, char *error, size_t size)
{
	const char *name = text && *text ? text : q->panel->sort;
	bool ascending = name && *name == '-';
	const struct column *c;

	if (!name) {
		q->sort = NULL;
		return 0;
	}
	name += ascending;
	c = column_sortable(q->panel, name);
	if (!c)
		return column_missing(q->panel, name, false, error, size);
	q->sort = c;
	q->ascending = ascending;
	return 0;
}

int query_set_filter(struct query *q, const char *text, struct filter_error *error)
{
	struct filter *f = NULL;
	int r = filter_parse(&f, q->panel, text ? text : "", error);

	if (r)
		return r;
	filter_free(q->filter);
	free(q->filter_text);
	q->filter = f;
	q->filter_text = f ? xstrdup(text) : NULL;
	return 0;
}

int query_set_tree(struct query *q, const struct tree_kind *tree, const struct tree_folds *folds)
{
	if (tree && !tree_suits(tree, q->panel))
		return -ENOENT;
	q->tree = tree;
	q->folds = folds;
	if (tree) {
		q->keys[0] = panel_column(q->panel, tree->key);
		q->n_keys = 1;
	}
	return 0;
}

const struct tree_kind *query_tree(const struct query *q)
{
	return q->tree && q->n_keys == 1 && !strcmp(q->keys[0]->name, q->tree->key) ? q->tree : NULL;
}

bool query_by_thread(const struct query *q)
{
	for (size_t i = 0; i < q->n_keys; i++)
		if (!strcmp(q->keys[i]->name, "tid"))
			return true;
	return false;
}

static bool query_has_key(const struct query *q, const struct column *c)
{
	for (size_t i = 0; i < q->n_keys; i++)
		if (q->keys[i] == c)
			return true;
	return false;
}

/* The panel's default grouping keeps it, this one does not: it would be empty in most rows. */
static bool grouped_away(const struct query *q, const struct column *c)
{
	struct query usual;

	if (!is_key(c) || column_is_kept(c, q->keys, q->n_keys))
		return false;
	if (c->agg == AGG_ID)
		return true;
	query_init(&usual, q->panel);
	return column_is_kept(c, usual.keys, usual.n_keys);
}

/* The panel's default grouping: its screen columns already begin with what matters. */
static bool grouped_as_usual(const struct query *q)
{
	struct query usual;

	query_init(&usual, q->panel);
	for (size_t i = 0; i < q->n_keys; i++)
		if (!query_has_key(&usual, q->keys[i]))
			return false;
	return q->n_keys == usual.n_keys;
}

/* For a key that is a number: the first text that comes with it, as comm with pid.  NULL where the
 * screen begins with such columns anyway. */
static const struct column *key_text(const struct query *q, const struct column *key)
{
	const char *at = q->panel->screen ? q->panel->screen : "";
	const struct column *first;
	char name[64];

	first = list_next(&at, ", ", name, sizeof(name)) ? panel_column(q->panel, name) : NULL;
	if (first && column_is_kept(first, &key, 1))
		return NULL;
	at = key->with ? key->with : "";
	while (key->kind != COL_STR && list_next(&at, " ", name, sizeof(name))) {
		const struct column *c = panel_column(q->panel, name);

		if (c && c->kind == COL_STR && !(c->flags & COL_HIDDEN))
			return c;
	}
	return NULL;
}

struct column_list {
	const struct column **columns;
	size_t n, max;
};

static void list_add(struct column_list *l, const struct column *c)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->columns[i] == c)
			return;
	if (l->n < l->max)
		l->columns[l->n++] = c;
}

size_t query_columns(const struct query *q, const struct column **ret, size_t max)
{
	struct column_list l = { .columns = ret, .max = max };
	const char *at = q->panel->screen ? q->panel->screen : "";
	const char *beside = query_tree(q) ? q->tree->beside : NULL;
	char name[64];

	for (size_t i = 0; i < q->n_keys && !grouped_as_usual(q); i++) {
		const struct column *key = q->keys[i], *text = key_text(q, key);

		if (key->flags & COL_HIDDEN)
			continue;
		list_add(&l, key);
		if (text)
			list_add(&l, text);
		/* the last part of a path says less than what it stands for */
		text = beside ? panel_column(q->panel, beside) : NULL;
		if (text)
			list_add(&l, text);
	}
	for (size_t i = 0; i < q->n_picked; i++)
		if (query_has_key(q, q->picked[i]) || !grouped_away(q, q->picked[i]))
			list_add(&l, q->picked[i]);
	while (!q->n_picked && list_next(&at, ", ", name, sizeof(name))) {
		const struct column *c = panel_column(q->panel, name);

		if (c && (query_has_key(q, c) || !grouped_away(q, c)))
			list_add(&l, c);
	}
	return l.n;
}
