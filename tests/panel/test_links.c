/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every way from a row to other rows names columns that are there, at both ends. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/query.h"

static void expect_group(const struct link *l, const struct panel *from)
{
	const struct panel *to = link_target(l, from);
	char error[300] = "";
	struct query q;

	query_init(&q, to);
	cr_expect(!query_set_group(&q, l->group, error, sizeof(error)), "%s to %s: %s", from->name,
		  to->name, error);
	query_done(&q);
}

static void expect_columns(const struct panel *p, const char *names, const char *of)
{
	char list[128], *save = NULL;

	snprintf(list, sizeof(list), "%s", names ? names : "");
	for (char *n = strtok_r(list, " ", &save); n; n = strtok_r(NULL, " ", &save))
		cr_expect_not_null(panel_column(p, n), "%s of link %s", n, of);
}

Test(links, of_a_panel_alone)
{
	struct link_term terms[LINK_TERMS];

	for (size_t i = 0; panels[i]; i++)
		for (const struct link *l = panels[i]->links; l && l->on; l++) {
			cr_expect(link_terms(l, panels[i], terms), "%s: %s", panels[i]->name, l->on);
			cr_expect_not_null(l->label);
			expect_columns(panels[i], l->when, l->on);
			expect_columns(panels[i], l->unless, l->on);
			expect_group(l, panels[i]);
		}
}

Test(links, shared_ones_lead_somewhere)
{
	struct link_term terms[LINK_TERMS];

	for (const struct link *l = links_shared; l->on; l++) {
		int ways = 0;

		cr_expect_not_null(l->label);
		for (size_t i = 0; panels[i]; i++) {
			if (!link_terms(l, panels[i], terms))
				continue;
			ways += link_target(l, panels[i]) != panels[i] || !l->panel ||
				strchr(l->on, '=') || l->group;
			expect_group(l, panels[i]);
			cr_expect_not_null(strstr(columns_shared, terms[0].there->name), "%s", l->on);
		}
		cr_expect(ways, "no panel has %s", l->on);
	}
}

/* The same name in two panels is the same thing, printed in the same way. */
Test(links, shared_columns_mean_the_same)
{
	char list[128], *save = NULL;

	snprintf(list, sizeof(list), "%s", columns_shared);
	for (char *n = strtok_r(list, " ", &save); n; n = strtok_r(NULL, " ", &save)) {
		const struct column *first = NULL;
		int have = 0;

		for (size_t i = 0; panels[i]; i++) {
			const struct column *c = panel_column(panels[i], n);

			if (!c)
				continue;
			have++;
			first = first ? first : c;
			cr_expect_eq(c->kind, first->kind, "%s of %s", n, panels[i]->name);
		}
		cr_expect(have > 1, "%s is of one panel alone", n);
	}
}

static bool leads(const struct panel *from, const struct panel *to, const struct link *l)
{
	struct link_term terms[LINK_TERMS];

	for (; l && l->on; l++)
		if (link_target(l, from) == to && link_terms(l, from, terms))
			return true;
	return false;
}

Test(links, each_panel_is_reached_and_left)
{
	for (size_t i = 0; panels[i]; i++) {
		int in = 0, out = 0;

		/* programs of the kernel belong to no process */
		if (!strcmp(panels[i]->name, "self"))
			continue;
		for (size_t j = 0; panels[j]; j++) {
			const struct panel *a = panels[i], *b = panels[j];

			if (i == j)
				continue;
			in += leads(b, a, b->links) || leads(b, a, links_shared);
			out += leads(a, b, a->links) || leads(a, b, links_shared);
		}
		cr_expect(in, "no way to %s", panels[i]->name);
		cr_expect(out, "no way from %s", panels[i]->name);
	}
}

/* Whatever knows processes leads to all else that does. */
Test(links, processes_lead_everywhere)
{
	for (size_t i = 0; panels[i]; i++)
		for (size_t j = 0; panels[j]; j++)
			if (panel_column(panels[i], "pid") && panel_column(panels[j], "pid"))
				cr_expect(leads(panels[i], panels[j], links_shared), "%s to %s",
					  panels[i]->name, panels[j]->name);
}

/* From a row of the tree of control groups one comes to all at and below it. */
Test(links, lead_below_a_group)
{
	static const struct {
		const char *cgroup, *filter;
	} cases[] = {
		{ "/a", "(cgroup=/a or cgroup^=/a/)" },
		{ "/", "cgroup^=/" },
		{ "/a b", "(cgroup='/a b' or cgroup^='/a b/')" },
		{ NULL, "cgroup=null" },
	};
	const struct link link = { .panel = "syscount", .on = "cgroup" };
	const struct panel *runq = panel_find("runq");
	struct row_who *row = calloc(1, runq->row_size); /* rows begin with it */
	struct filter_error wrong;
	struct query q, there;
	char buf[100];

	query_init(&q, runq);
	query_init(&there, panel_find("syscount"));
	query_set_tree(&q, &tree_cgroups, NULL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		row->cgroup = cases[i].cgroup;
		cr_assert(link_filter(&link, &q, row, buf, sizeof(buf)));
		cr_expect_str_eq(buf, cases[i].filter, "%s", buf);
		cr_expect_eq(query_set_filter(&there, buf, &wrong), 0, "%s", wrong.text);
		for (size_t size = 1; cases[i].cgroup && size <= strlen(buf); size++) {
			char small[100];

			cr_expect_not(link_filter(&link, &q, row, small, size), "%zu bytes", size);
		}
	}
	query_done(&q);
	query_done(&there);
	free(row);
}
