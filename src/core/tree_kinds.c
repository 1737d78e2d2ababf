/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is above a row: in the tree of control groups, and in that of processes. */
#include <string.h>

#include "container.h"
#include "panel.h"
#include "tree.h"

static uint32_t cgroup_hash(const struct row_who *who)
{
	uint64_t h = 0xcbf29ce484222325ull; /* FNV-1a */

	for (const char *s = who->cgroup ? who->cgroup : ""; *s; s++)
		h = (h ^ (uint8_t)*s) * 0x100000001b3ull;
	return (uint32_t)(h ^ h >> 32);
}

static bool cgroup_same(const struct row_who *a, const struct row_who *b)
{
	if (!a->cgroup || !b->cgroup)
		return a->cgroup == b->cgroup;
	return a->cgroup == b->cgroup || !strcmp(a->cgroup, b->cgroup);
}

/* A path that was cut in front hangs below the root with what is left of it. */
static bool cgroup_up(const struct tree *tree, const struct fold_in *in, struct table *t,
		      const struct row_who *who, struct row_who *ret)
{
	const char *slash;

	(void)tree;
	(void)in;
	if (!who->cgroup || !strcmp(who->cgroup, "/"))
		return false;
	slash = strrchr(who->cgroup, '/');
	*ret = (struct row_who){ .ppid = UINT32_MAX, .uid = UINT32_MAX };
	ret->cgroup = slash && slash > who->cgroup ?
			      table_strf(t, "%.*s", (int)(slash - who->cgroup), who->cgroup) :
			      "/";
	return true;
}

static void cgroup_describe(const struct fold_in *in, struct table *t, struct row_who *ret)
{
	char container[CONTAINER_NAME_MAX];

	(void)in;
	if (container_name(container, sizeof(container), ret->cgroup))
		ret->container = table_str(t, container);
}

const struct tree_kind tree_cgroups = {
	.name = "control group tree",
	.key = "cgroup",
	.beside = "container",
	.sums = true,
	.hash = cgroup_hash,
	.same = cgroup_same,
	.up = cgroup_up,
	.describe = cgroup_describe,
};

static uint32_t process_hash(const struct row_who *who)
{
	uint64_t h = (who->pid ^ who->start_ns << 20) * 0x9e3779b97f4a7c15ull;

	return (uint32_t)(h ^ h >> 32);
}

static bool process_same(const struct row_who *a, const struct row_who *b)
{
	return a->pid == b->pid && a->start_ns == b->start_ns;
}

/* Parents are older: a pid that is found to be younger has been used again.  This is also what
 * keeps the tree from being a circle. */
static bool is_older(const struct task_rec *task, const struct row_who *than)
{
	return task->key.start_ns < than->start_ns ||
	       (task->key.start_ns == than->start_ns && task->key.tgid < than->pid);
}

/* Who has exited and done nothing in this interval is passed over: the next one above has the row. */
static bool process_up(const struct tree *tree, const struct fold_in *in, struct table *t,
		       const struct row_who *who, struct row_who *ret)
{
	struct row_who at = *who;

	(void)t;
	while (at.pid && at.ppid && at.ppid != UINT32_MAX) {
		const struct task_rec *task = facts_pid(in->facts, at.ppid);

		if (!task || !is_older(task, &at))
			return false;
		at = (struct row_who){ .pid = task->key.tgid,
				       .ppid = task->ppid,
				       .start_ns = task->key.start_ns };
		if (!(task->flags & TASK_EXITED) || tree_find(tree, &at) != TREE_NONE) {
			*ret = at;
			return true;
		}
	}
	return false;
}

static void process_describe(const struct fold_in *in, struct table *t, struct row_who *ret)
{
	const struct task_key key = { .tid = ret->pid,
				      .tgid = ret->pid,
				      .start_ns = ret->start_ns };

	who_fill(ret, in, t, &key);
	ret->tid = 0;
}

const struct tree_kind tree_parents = {
	.name = "parent tree",
	.key = "pid",
	.hash = process_hash,
	.same = process_same,
	.up = process_up,
	.describe = process_describe,
};

bool tree_suits(const struct tree_kind *kind, const struct panel *p)
{
	const struct column *start = panel_column(p, "start_ns");

	return start && start->offset == offsetof(struct row_who, start_ns) &&
	       panel_column(p, kind->key);
}
