/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

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

/* As the collector takes it: a directory below the mount, or a path as the column shows it. */
static void cgroup_print(FILE *out, const char *path)
{
	static const char *const mounts[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };
	size_t len;

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		len = strlen(mounts[i]);
		if (!strncmp(path, mounts[i], len) && (!path[len] || path[len] == '/')) {
			path += len;
			break;
		}
	}
	path += strspn(path, "/");
	for (len = strlen(path); len && path[len - 1] == '/'; len--)
		;
	if (len)
		fprintf(out, "(cgroup=\"/%.*s\" or cgroup^=\"/%.*s/\")", (int)len, path, (int)len,
			path);
	else
		fputs("cgroup^=/", out);
}

char *plan_filter_text(const struct options *o, const struct panel *panel)
{
	const char *and = "";
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return xstrdup("");
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
	fclose(out);
	return text;
}

static int filter_set(struct query *q, const struct options *o, char *error, size_t size)
{
	CLEANUP(free_ptr) char *text = plan_filter_text(o, q->panel);
	struct filter_error e;

	/* the user's part alone first, so that the column in the error is that of the user's text
	 */
	if (!query_set_filter(q, o->filter, &e) && !query_set_filter(q, text, &e))
		return 0;
	snprintf(error, size, "--filter, column %zu: %s", e.column + 1, e.text);
	return -EINVAL;
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

int plan_make(struct plan *p, const struct options *o, char *error, size_t size)
{
	char other[256];

	*p = (struct plan){ 0 };
	if (o->n_panels)
		return named_add(p, o, error, size);
	/* when all complain, the first complaint is the one that is shown */
	for (size_t i = 0; panels[i]; i++)
		panel_add(p, panels[i], o, i ? other : error, i ? sizeof(other) : size);
	return p->n ? 0 : -EINVAL;
}

void plan_done(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		query_done(&p->queries[i]);
	free(p->queries);
	*p = (struct plan){ 0 };
}
