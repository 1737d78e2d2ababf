/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "panel.h"

#include <string.h>

#include "words.h"

const struct panel *panel_find(const char *name)
{
	for (const struct panel *const *p = panels; *p; p++)
		if (!strcmp((*p)->name, name))
			return *p;
	return NULL;
}

struct fold_range fold_records(const struct fold_in *in, enum stream_id id, size_t before)
{
	size_t n = in->cur->s[id].count;
	size_t from = in->from > before ? in->from - before : 0;
	size_t to = in->to > before ? in->to - before : 0;

	return (struct fold_range){ from < n ? from : n, to < n ? to : n };
}

const struct column *panel_column(const struct panel *p, const char *name)
{
	for (const struct column *c = p->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

uint32_t panel_loss_streams(const struct panel *p, enum loss_kind k)
{
	return p->streams | (k == LOSS_RING && panel_column(p, "comm") ? 1u << STREAM_TASK : 0);
}

static const char *origin_find(const struct origin *o, const char *name)
{
	for (; o && o->columns; o++)
		if (!strcmp(o->columns, "*") || words_have(o->columns, name))
			return o->from;
	return NULL;
}

const char *column_origin(const struct panel *p, const struct column *c)
{
	/* of struct row_who, which the panels share */
	static const struct origin who[] = {
		{ "pid tid", "the thread in whose context the event began" },
		{ "comm", "the task's comm: task iterator at the start, then sched_process_exec, "
			  "task_rename" },
		{ "ppid user", "the task's credentials and parent: task iterator, then "
			       "sched_process_fork, sched_process_exec" },
		{ "cgroup container", "the task's control group: task iterator, then "
				      "cgroup_attach_task; paths from cgroup_mkdir and the mount" },
		{ NULL },
	};
	const char *from = origin_find(p->origins, c->name);
	const char *shared = c->agg == AGG_KEY || c->agg == AGG_ID ? origin_find(who, c->name) : NULL;

	return shared ? shared : from;
}
