/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "plan.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/selection.h"

static bool panel_has(const struct panel *panel, const char *column)
{
	return !panel || panel_column(panel, column);
}

static void pids_print(FILE *out, const struct options *o)
{
	for (size_t i = 0; i < o->n_pids; i++)
		fprintf(out, "%spid=%u", i ? " or " : "(", o->pids[i]);
	fputc(')', out);
}

static void cgroup_print(FILE *out, const char *path)
{
	char shown[PATH_MAX];

	cgroup_path_shown(shown, sizeof(shown), path);
	if (shown[0])
		fprintf(out, "(cgroup=\"%s\" or cgroup^=\"%s/\")", shown, shown);
	else
		fputs("cgroup^=/", out);
}

/* A recording cannot be filtered by the kernel: there --pid and --cgroup become terms of the filter.
 * The caller frees. */
static char *plan_filter_text(const struct options *o, const struct panel *panel)
{
	const char *and = "";
	char *text;
	size_t size;
	FILE *out = mem_stream(&text, &size);

	if (o->replay && o->n_pids && panel_has(panel, "pid")) {
		pids_print(out, o);
		and = " and ";
	}
	if (o->replay && o->cgroup && panel_has(panel, "cgroup")) {
		fputs(and, out);
		cgroup_print(out, o->cgroup);
		and = " and ";
	}
	if (o->filter && o->filter[strspn(o->filter, " ")])
		fprintf(out, *and? "%s(%s)" : "%s%s", and, o->filter);
	mem_stream_close(out);
	return text;
}

static int filter_set(struct query *q, const struct options *o, char *error, size_t size)
{
	CLEANUP(free_ptr) char *text = plan_filter_text(o, q->panel);
	struct filter_error e;
	int r;

	/* the user's part alone first, so that the column in the error is that of the user's text
	 */
	r = query_set_filter(q, o->filter, &e);
	if (!r)
		r = query_set_filter(q, text, &e);
	if (r)
		snprintf(error, size, "--filter, column %zu: %s", e.column + 1, e.text);
	return r;
}

static int query_make(struct query *q, const struct panel *panel, const struct options *o,
		      char *error, size_t size)
{
	int r;

	query_init(q, panel);
	q->all = o->all;
	q->limit = o->rows;
	r = query_set_group(q, o->group, error, size);
	if (!r)
		r = query_set_sort(q, o->sort, error, size);
	return r ? r : filter_set(q, o, error, size);
}

static int panel_add(struct plan *p, const struct panel *panel, const struct options *o,
		     char *error, size_t size)
{
	int r;

	p->queries = xreallocarray(p->queries, p->n + 1, sizeof(*p->queries));
	r = query_make(&p->queries[p->n], panel, o, error, size);
	if (r) {
		query_done(&p->queries[p->n]);
		return r;
	}
	p->n++;
	p->streams |= panel->streams;
	return 0;
}

static bool panel_is_in(const struct plan *p, const struct panel *panel)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->queries[i].panel == panel)
			return true;
	return false;
}

static int named_add(struct plan *p, const struct options *o, char *error, size_t size)
{
	int r = 0;

	for (size_t i = 0; i < o->n_panels && !r; i++) {
		const struct panel *panel = panel_find(o->panels[i]);

		if (!panel) {
			snprintf(error, size, "no panel \"%s\"; --list panels names them",
				 o->panels[i]);
			return -EINVAL;
		}
		if (!panel_is_in(p, panel))
			r = panel_add(p, panel, o, error, size);
	}
	return r;
}

static bool column_is_anywhere(const char *name, size_t len)
{
	CLEANUP(free_ptr) char *copy = xstrndup(name, len);

	for (const struct panel *const *p = panels; *p; p++)
		if (panel_column(*p, copy))
			return true;
	return false;
}

/* The first column of the filter that no panel has; NULL: none. */
static const char *filter_column_missing(const char *filter, size_t *ret_len)
{
	struct filter_error e;
	struct filter *f;
	const char *name;

	for (const struct panel *const *p = panels; *p && filter; p++) {
		if (filter_parse(&f, *p, filter, &e) != -ENOENT)
			continue;
		name = filter + e.column;
		for (*ret_len = 0; isalnum((unsigned char)name[*ret_len]) || name[*ret_len] == '_';)
			++*ret_len;
		if (!column_is_anywhere(name, *ret_len))
			return name;
	}
	return NULL;
}

/* The first column of the options that no panel has; NULL: none. */
static const char *column_missing(const struct options *o, size_t *ret_len)
{
	const char *name = o->group ? o->group + strspn(o->group, ", ") : "";

	for (; *name; name += *ret_len, name += strspn(name, ", ")) {
		*ret_len = strcspn(name, ", ");
		if (!column_is_anywhere(name, *ret_len))
			return name;
	}
	name = o->sort ? o->sort + (*o->sort == '-') : "";
	*ret_len = strlen(name);
	if (*name && !column_is_anywhere(name, *ret_len))
		return name;
	return filter_column_missing(o->filter, ret_len);
}

/* Every panel lacks a column; first says which one of them, and would put the blame on that panel. */
static void columns_blame(const struct options *o, const char *first, char *error, size_t size)
{
	size_t len;
	const char *name = column_missing(o, &len);

	if (name)
		snprintf(error, size, "no panel has a column '%.*s'; --list columns names them all",
			 len < 60 ? (int)len : 60, name);
	else
		snprintf(error, size, "no panel has all of these columns: %s", first);
}

static int all_add(struct plan *p, const struct options *o, char *error, size_t size)
{
	char text[1200], first[1200];
	int kept = 0;

	for (size_t i = 0; panels[i]; i++) {
		int r = panel_add(p, panels[i], o, text, sizeof(text));

		/* of the complaints, one of a panel that has the columns is to the point */
		if (!r || (kept && (kept != -ENOENT || r == -ENOENT)))
			continue;
		memcpy(first, text, sizeof(first));
		kept = r;
	}
	if (p->n)
		return 0;
	if (kept == -ENOENT)
		columns_blame(o, first, error, size);
	else
		snprintf(error, size, "%s", first);
	return -EINVAL;
}

int plan_make(struct plan *p, const struct options *o, char *error, size_t size)
{
	*p = (struct plan){ 0 };
	if (o->n_panels)
		return named_add(p, o, error, size);
	return o->snapshot ? panel_add(p, panels[0], o, error, size) : all_add(p, o, error, size);
}

void plan_done(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		query_done(&p->queries[i]);
	free(p->queries);
	*p = (struct plan){ 0 };
}
