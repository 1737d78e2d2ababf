/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who a thread's key stands for, as the first cells of a row. */
#include "panel.h"

static void who_fill_special(struct row_who *who, struct table *t, const char *comm)
{
	*who = (struct row_who){ .ppid = UINT32_MAX, .uid = UINT32_MAX };
	who->comm = table_str(t, comm);
}

static const char *user_name(const struct facts *f, struct table *t, uint32_t uid)
{
	const char *name = facts_user(f, uid);

	return name ? table_str(t, name) : table_strf(t, "%u", uid);
}

void who_fill(struct row_who *who, const struct fold_in *in, struct table *t,
	      const struct task_key *key)
{
	const struct task_rec *task, *leader, *shown;
	struct cgroup_name cgroup;

	if (key->tgid == TASK_OTHER || key->tgid == TASK_KERNEL) {
		who_fill_special(who, t, key->tgid == TASK_OTHER ? "(other)" : "(kernel)");
		return;
	}
	task = facts_task(in->facts, key);
	leader = facts_leader(in->facts, key);
	/* cells must agree over the threads of a process, or it would fall into several rows */
	shown = in->by_thread && task ? task : leader ? leader : task;
	*who = (struct row_who){
		.pid = key->tgid,
		.tid = key->tid,
		.ppid = UINT32_MAX,
		.uid = UINT32_MAX,
		.start_ns = leader		   ? leader->key.start_ns :
			    task		   ? task->leader_start_ns :
			    key->tid == key->tgid ? key->start_ns :
						     0,
	};
	if (!shown)
		return;
	who->ppid = shown->ppid;
	who->uid = shown->uid;
	who->comm = table_str(t, shown->comm);
	who->user = user_name(in->facts, t, shown->uid);
	cgroup = facts_cgroup(in->facts, shown);
	who->cgroup = table_str(t, cgroup.path);
	who->container = table_str(t, cgroup.container);
}
