/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identity: who a thread is, from birth to exit. */
#include "probe.h"

static __always_inline __u64 cgroup_id(struct cgroup *cg)
{
	return cg ? BPF_CORE_READ(cg, kn, id) : 0;
}

static __always_inline void task_rec_fill(struct task_rec *r, struct task_struct *t)
{
	struct probe_config *c = get_config();

	r->key.tid = BPF_CORE_READ(t, pid);
	r->key.tgid = BPF_CORE_READ(t, tgid);
	r->key.start_ns = BPF_CORE_READ(t, start_boottime);
	r->leader_start_ns = BPF_CORE_READ(t, group_leader, start_boottime);
	r->ppid = BPF_CORE_READ(t, real_parent, tgid);
	r->uid = BPF_CORE_READ(t, cred, euid.val);
	r->flags = BPF_CORE_READ(t, flags) & PF_KTHREAD ? TASK_KTHREAD : 0;
	r->pad = 0;
	r->cgroup_id = cgroup_id(task_cgroup(t, -1));
	r->cgroup1_id = c && c->cgroup1_subsys >= 0 ? cgroup_id(task_cgroup(t, c->cgroup1_subsys)) : 0;
	BPF_CORE_READ_STR_INTO(&r->comm, t, comm);
}

/* comm: the new name where the task still has the old one, else NULL */
static __always_inline void task_send(struct task_struct *t, __u32 flags, const char *comm)
{
	struct task_event *e = event_reserve(sizeof(*e));

	if (!e)
		return;
	e->head.stream = STREAM_TASK;
	e->head.kind = 0;
	__builtin_memset(e->rec.comm, 0, sizeof(e->rec.comm));
	task_rec_fill(&e->rec, t);
	e->rec.flags |= flags;
	if (comm) {
		__builtin_memset(e->rec.comm, 0, sizeof(e->rec.comm));
		bpf_probe_read_kernel_str(e->rec.comm, sizeof(e->rec.comm), comm);
	}
	event_submit(e);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	task_send(child, 0, NULL);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	task_send(task, 0, NULL);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	task_send(task, TASK_EXITED, NULL);
	return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task, const char *comm)
{
	task_send(task, 0, comm);
	return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_attach, struct cgroup *to, const char *path, struct task_struct *task)
{
	task_send(task, 0, NULL);
	return 0;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *made, const char *path)
{
	__u32 id = BPF_CORE_READ(made, root, hierarchy_id);
	struct probe_config *c = get_config();
	struct cgroup_event *e;

	/* hierarchy 0 is v2; of the v1 ones only that which is shown */
	if (id && (!c || id != c->cgroup1_hierarchy))
		return 0;
	e = event_reserve(sizeof(*e));
	if (!e)
		return 0;
	e->head.stream = STREAM_CGROUP;
	e->head.kind = 1;
	e->rec.id = cgroup_id(made);
	e->rec.hierarchy = id ? 1 : 0;
	e->rec.pad = 0;
	__builtin_memset(e->rec.path, 0, sizeof(e->rec.path));
	bpf_probe_read_kernel_str(e->rec.path, sizeof(e->rec.path), path);
	event_submit(e);
	return 0;
}

/* All threads that are there: at start, and again now and then to catch what has no event
 * (changed users) and what the ring had no room for. */
SEC("iter/task")
int all_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct task_rec r = {};

	if (!task)
		return 0;
	task_rec_fill(&r, task);
	bpf_seq_write(seq, &r, sizeof(r));
	return 0;
}
