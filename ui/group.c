/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key `g`: what rows are. */
#include <stdio.h>
#include <string.h>

#include "ui/app.h"
#include "ui/bindings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct choice {
	const char *label;
	const char *group; /* as on the command line; NULL: the tree, or the panel's own */
	const struct tree_kind *tree;
};

/* Only those are offered of which the panel has all columns. */
static const struct choice choices[] = {
	{ .label = "as usual" },
	{ .label = "thread", .group = "tid" },
	{ .label = "process", .group = "pid" },
	{ .label = "program", .group = "comm" },
	{ .label = "user", .group = "user" },
	{ .label = "control group", .group = "cgroup" },
	{ .label = "container", .group = "container" },
	{ .label = "processes as a tree", .tree = &tree_parents },
	{ .label = "groups as a tree", .tree = &tree_cgroups },
	{ .label = "CPU", .group = "cpu" },
	{ .label = "disk", .group = "disk" },
	{ .label = "file", .group = "file" },
	{ .label = "file system", .group = "fs" },
	{ .label = "connection", .group = "cookie" },
	{ .label = "remote address", .group = "raddr" },
	{ .label = "system call", .group = "syscall" },
};

static bool choice_query(struct query *q, const struct panel *p, const struct choice *c)
{
	char error[300];

	query_init(q, p);
	return c->tree ? query_set_tree(q, c->tree, NULL) == 0 :
			 query_set_group(q, c->group, error, sizeof(error)) == 0;
}

/* The choices that the panel has, and then none for "other columns"; returns how many. */
static int choices_list(const struct panel *p, const struct choice **ret)
{
	int n = 0;

	for (size_t i = 0; i < COUNT(choices); i++) {
		struct query q;

		if (choice_query(&q, p, &choices[i]))
			ret[n++] = &choices[i];
		query_done(&q);
	}
	return n;
}

static bool is_current(const struct query *now, const struct choice *c)
{
	struct query q;
	bool same = choice_query(&q, now->panel, c) && query_tree(&q) == query_tree(now) &&
		    q.n_keys == now->n_keys &&
		    !memcmp(q.keys, now->keys, q.n_keys * sizeof(q.keys[0]));

	query_done(&q);
	return same;
}

static void group_chosen(struct ui *ui, int index)
{
	const struct choice *list[COUNT(choices)];
	int n = choices_list(ui_level(ui)->q.panel, list);

	if (index >= n)
		group_ask(ui);
	else if (list[index]->tree)
		tree_show(ui, list[index]->tree);
	else
		group_set(ui, list[index]->group ? list[index]->group : "");
}

void action_group(struct ui *ui, int key)
{
	const struct query *q = &ui_level(ui)->q;
	const struct choice *list[COUNT(choices)];
	char text[COUNT(choices)][64];
	const char *labels[COUNT(choices) + 1];
	int n = choices_list(q->panel, list), current = -1;

	(void)key;
	for (int i = 0; i < n; i++) {
		const struct choice *c = list[i];
		bool is = current < 0 && is_current(q, c);

		if (is)
			current = i;
		snprintf(text[i], sizeof(text[i]), "%-19s %s%s", c->label,
			 c->group ? c->group : c->tree ? c->tree->key : q->panel->group,
			 is ? "  (now)" : "");
		labels[i] = text[i];
	}
	labels[n] = current < 0 ? "other columns ...     (now)" : "other columns ...";
	view_push(ui, view_menu_new("Group by", labels, n + 1, current < 0 ? n : current,
				    group_chosen));
}
