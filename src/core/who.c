/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who a thread's key stands for, as the first cells of a row. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "mem.h"
#include "panel.h"

#define WHOS_MIN 64
#define WHOS_MAX 8192

/* Direct-mapped: two threads that share a place take it from each other. */
struct who_memo {
	struct known_who {
		struct task_key key;
		uint32_t round;
		struct row_who who;
	} *known;
	uint32_t n; /* a power of two */
	uint32_t round; /* what is of another one is forgotten */
	uint32_t taken; /* places, from somebody else in this round */
};

struct who_memo *who_memo_new(void)
{
	struct who_memo *m = xcalloc(1, sizeof(*m));

	m->n = WHOS_MIN;
	m->known = xcalloc(m->n, sizeof(*m->known));
	return m;
}

void who_memo_free(struct who_memo *m)
{
	if (!m)
		return;
	free(m->known);
	free(m);
}

void who_memo_reset(struct who_memo *m)
{
	bool small = m->taken > m->n / 4 && m->n < WHOS_MAX;

	m->taken = 0;
	/* a round that comes again would bring back whom it knew */
	if (!small && ++m->round)
		return;
	free(m->known);
	m->n *= small ? 2 : 1;
	m->known = xcalloc(m->n, sizeof(*m->known));
	m->round = 1;
}

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

static void who_find(struct row_who *who, const struct fold_in *in, struct table *t,
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

void who_fill(struct row_who *who, const struct fold_in *in, struct table *t,
	      const struct task_key *key)
{
	struct who_memo *m = in->whos;
	struct known_who *k = m ? &m->known[bytes_hash(key, sizeof(*key)) & (m->n - 1)] : NULL;

	if (!k) {
		who_find(who, in, t, key);
		return;
	}
	if (k->round != m->round || memcmp(&k->key, key, sizeof(*key))) {
		m->taken += k->round == m->round;
		k->round = m->round;
		k->key = *key;
		who_find(&k->who, in, t, key);
	}
	*who = k->who;
}
