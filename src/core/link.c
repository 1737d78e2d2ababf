/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "query.h"
#include "words.h"

const struct panel *link_target(const struct link *link, const struct panel *from)
{
	return link->panel ? panel_find(link->panel) : from;
}

size_t link_terms(const struct link *link, const struct panel *from, struct link_term *terms)
{
	const struct panel *to = link_target(link, from);
	char list[256], *save = NULL;
	size_t n = 0;

	snprintf(list, sizeof(list), "%s", link->on);
	for (char *name = strtok_r(list, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		char *here = strchr(name, '=');

		if (here)
			*here++ = '\0';
		if (n == LINK_TERMS || !to)
			return 0;
		terms[n].there = panel_column(to, name);
		terms[n].here = panel_column(from, here ? here : name);
		if (!terms[n].there || !terms[n].here)
			return 0;
		n++;
	}
	return n;
}

/* Whether the row has one of the columns in a list; kept: because all rows in it must have it, not
 * because they happen to. */
static bool row_has(const struct query *q, const char *list, const void *row, bool kept)
{
	char names[128], *save = NULL;

	snprintf(names, sizeof(names), "%s", list);
	for (char *n = strtok_r(names, " ", &save); n; n = strtok_r(NULL, " ", &save)) {
		const struct column *c = panel_column(q->panel, n);

		if (c && column_identifies(c, row) &&
		    (!kept || column_is_kept(c, q->keys, q->n_keys)))
			return true;
	}
	return false;
}

static bool is_key(const struct query *q, const struct column *c)
{
	for (size_t i = 0; i < q->n_keys; i++)
		if (q->keys[i] == c)
			return true;
	return false;
}

/* Appends what is at or below the row in its tree: (cgroup=/a or cgroup^=/a/). */
static bool term_below(const struct link_term *t, const void *row, char *buf, size_t size)
{
	const char *path = column_str(t->here, row);
	bool root = !strcmp(path, "/");
	char name[64], *below = xasprintf("%s/", root ? "" : path);
	const struct column begins = { .name = name, .kind = COL_STR }; /* of a row of one text */
	struct column named = *t->here;
	size_t at = strlen(buf);
	bool fits = true;

	/* "cgroup^" makes "cgroup^=..." */
	snprintf(name, sizeof(name), "%s^", t->there->name);
	named.name = t->there->name;
	if (!root) {
		at += (size_t)snprintf(buf + at, size - at, "(");
		fits = at < size && filter_format_equal(buf, size, &named, row) >= 0;
		at = strlen(buf);
		at += (size_t)snprintf(buf + at, size - at, " or ");
	}
	fits = fits && at < size && filter_format_equal(buf, size, &begins, &below) >= 0;
	at = strlen(buf);
	free(below);
	return fits && (root || snprintf(buf + at, size - at, ")") < (int)(size - at));
}

/* Appends "there=value"; false where the row does not say which. */
static bool term_add(const struct link_term *t, const struct query *from, const void *row,
		     char *buf, size_t size)
{
	const struct tree_kind *tree = query_tree(from);
	struct column named = *t->here;
	size_t at = strlen(buf);

	if (at)
		at += (size_t)snprintf(buf + at, size - at, " and ");
	if (at >= size)
		return false;
	if (!column_is_known(t->here, row) && is_key(from, t->here))
		return snprintf(buf + at, size - at, "%s=null", t->there->name) < (int)(size - at);
	if (tree && tree->sums && is_key(from, t->here) && column_identifies(t->here, row))
		return term_below(t, row, buf, size);
	named.name = t->there->name;
	return column_identifies(t->here, row) && filter_format_equal(buf, size, &named, row) >= 0;
}

bool link_filter(const struct link *link, const struct query *from, const void *row, char *buf,
		 size_t size)
{
	struct link_term terms[LINK_TERMS];
	size_t n = link_terms(link, from->panel, terms);

	buf[0] = '\0';
	if ((link->when && !row_has(from, link->when, row, false)) ||
	    (link->unless && row_has(from, link->unless, row, true)))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct column *here = terms[i].here;

		/* what the rows of a sum happen to have in common does not tell what it is */
		if (!link->when && !column_is_kept(here, from->keys, from->n_keys))
			return false;
		if (!term_add(&terms[i], from, row, buf, size))
			return false;
	}
	return n > 0;
}

bool link_filter_keys(const struct panel *to, const char *shared, const struct query *from,
		      const void *row, char *buf, size_t size)
{
	size_t terms = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < from->n_keys; i++) {
		const struct column *here = from->keys[i];
		struct link_term t = { panel_column(to, here->name), here };
		size_t at = strlen(buf);

		if (!t.there || (to != from->panel && !words_have(shared, here->name)))
			continue;
		/* a key that says nothing on this row narrows nothing */
		if (term_add(&t, from, row, buf, size))
			terms++;
		else
			buf[at] = '\0';
	}
	return terms > 0;
}
