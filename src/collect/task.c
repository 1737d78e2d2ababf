/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Identity.  Events arrive through the ring; the iterator fills in what was there before and, every
 * few seconds, what has no event or found the ring full.  Each thread, cgroup and user is sent again
 * only when it changed.
 */
#include "task.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmdline.h"
#include "core/mem.h"
#include "task.skel.h"

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

#define REFRESH_NS 10000000000ull
#define CGROUPS_NAMED_MAX (32u << 10) /* half of what facts keep */

struct known_task {
	struct task_rec rec;
	uint32_t round; /* number of the iterator run that saw it last */
	UT_hash_handle hh;
};

struct known_cgroup {
	struct {
		uint64_t id;
		uint64_t hierarchy;
	} key;
	uint32_t round; /* as for tasks: when a task was last seen in it */
	UT_hash_handle hh;
};

struct tasks {
	struct family_object object;
	struct task_bpf *skeleton;
	struct cgroups cgroups;
	struct cmdlines *cmdlines; /* NULL: nobody reads them */
	struct known_task *known;
	struct known_cgroup *known_cgroups;
	struct frame *frame; /* where the iterator's callback adds */
	struct timespec passwd_mtime;
	uint64_t refreshed_ns;
	uint32_t round;
	uint32_t named; /* cgroups, since all were forgotten */
};

static struct known_task *known_find(struct tasks *s, const struct task_rec *r)
{
	struct known_task *k;

	HASH_FIND(hh, s->known, &r->key, sizeof(r->key), k);
	return k;
}

/* Says whether the group is known, and that it is in use. */
static bool cgroup_use(struct tasks *s, uint64_t id, uint32_t hierarchy)
{
	struct known_cgroup probe = { .key = { id, hierarchy } }, *k;

	HASH_FIND(hh, s->known_cgroups, &probe.key, sizeof(probe.key), k);
	if (k)
		k->round = s->round;
	return k != NULL;
}

static void cgroup_remember(struct tasks *s, uint64_t id, uint32_t hierarchy)
{
	struct known_cgroup *k = xcalloc(1, sizeof(*k));

	k->key.id = id;
	k->key.hierarchy = hierarchy;
	k->round = s->round;
	HASH_ADD(hh, s->known_cgroups, key, sizeof(k->key), k);
	s->named++;
}

/* The path of a group that has not been named yet. */
static void cgroup_learn(struct tasks *s, uint64_t id, uint32_t hierarchy, struct frame *f)
{
	struct cgroup_rec rec = { .id = id, .hierarchy = hierarchy };

	if (!id || cgroup_use(s, id, hierarchy) || cgroups_name(&s->cgroups, &rec))
		return;
	cgroup_remember(s, id, hierarchy);
	*(struct cgroup_rec *)sample_add(&f->s[STREAM_CGROUP], STREAM_CGROUP) = rec;
}

/* Says whether the record is news, and remembers it. */
static bool task_learn(struct tasks *s, const struct task_rec *r)
{
	struct known_task *k = known_find(s, r);

	if (k) {
		bool same = !memcmp(&k->rec, r, sizeof(*r));

		k->rec = *r;
		k->round = s->round;
		return !same;
	}
	k = xcalloc(1, sizeof(*k));
	k->rec = *r;
	k->round = s->round;
	HASH_ADD(hh, s->known, rec.key, sizeof(k->rec.key), k);
	return true;
}

static void task_forget(struct tasks *s, struct known_task *k)
{
	HASH_DEL(s->known, k);
	free(k);
}

void tasks_take(void *state, const struct task_rec *r, struct frame *f)
{
	struct tasks *s = state;
	struct known_task *k;

	cgroup_learn(s, r->cgroup_id, 0, f);
	cgroup_learn(s, r->cgroup1_id, 1, f);
	if (r->flags & TASK_EXITED) {
		k = known_find(s, r);
		if (k)
			task_forget(s, k);
	} else if (!task_learn(s, r)) {
		return;
	} else if (r->key.tid == r->key.tgid && !(r->flags & TASK_KTHREAD)) {
		cmdlines_want(s->cmdlines, &r->key);
	}
	*(struct task_rec *)sample_add(&f->s[STREAM_TASK], STREAM_TASK) = *r;
}

static void on_iterated(void *data, const void *rec)
{
	struct tasks *s = data;

	tasks_take(s, rec, s->frame);
}

/* Groups without tasks, most of them removed: one that has tasks again is named again.  And all of
 * them before so many were named that the first may have been dropped from the facts. */
static void cgroups_forget(struct tasks *s)
{
	bool all = s->named > CGROUPS_NAMED_MAX;
	struct known_cgroup *k, *next;

	if (all)
		s->named = 0;
	HASH_ITER(hh, s->known_cgroups, k, next) {
		if (!all && k->round + 1 >= s->round)
			continue;
		HASH_DEL(s->known_cgroups, k);
		free(k);
	}
}

/* Threads whose exit found the ring full: the iterator did not see them any more. */
static void gone_forget(struct tasks *s, struct frame *f)
{
	struct known_task *k, *next;

	HASH_ITER(hh, s->known, k, next) {
		struct task_rec *r;

		if (k->round + 1 >= s->round)
			continue;
		r = sample_add(&f->s[STREAM_TASK], STREAM_TASK);
		*r = k->rec;
		r->flags |= TASK_EXITED;
		task_forget(s, k);
	}
}

static void users_read(struct tasks *s, struct frame *f)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *p;
	struct stat st;

	/* the file alone: a name service that hangs would take probetop with it */
	if (!file)
		return;
	if (!fstat(fileno(file), &st) && memcmp(&st.st_mtim, &s->passwd_mtime, sizeof(st.st_mtim))) {
		s->passwd_mtime = st.st_mtim;
		while ((p = fgetpwent(file))) {
			struct user_rec *u = sample_add(&f->s[STREAM_USER], STREAM_USER);

			u->uid = p->pw_uid;
			snprintf(u->name, sizeof(u->name), "%s", p->pw_name);
		}
	}
	fclose(file);
}

void tasks_refresh(void *state, struct frame *f)
{
	struct tasks *s = state;

	if (s->refreshed_ns && f->mono_ns - s->refreshed_ns < REFRESH_NS)
		return;
	s->refreshed_ns = f->mono_ns;
	s->round++;
	s->frame = f;
	cgroups_forget(s);
	if (!iterator_run(&s->object, "all_tasks", sizeof(struct task_rec), on_iterated, s))
		gone_forget(s, f);
	users_read(s, f);
}

const struct cgroups *tasks_cgroups(void *state)
{
	return &((struct tasks *)state)->cgroups;
}

static void shared_take(struct tasks *s, struct family_context *ctx)
{
	ctx->config_fd = bpf_map__fd(s->skeleton->maps.config);
	ctx->filter_pids_fd = bpf_map__fd(s->skeleton->maps.filter_pids);
	ctx->events_fd = bpf_map__fd(s->skeleton->maps.events);
}

static int tasks_open(struct family_context *ctx, void **ret_state)
{
	struct tasks *s = xcalloc(1, sizeof(*s));
	int r;

	*ret_state = s;
	cgroups_open(&s->cgroups);
	s->cmdlines = cmdlines_open();
	s->skeleton = task_bpf__open();
	if (!s->skeleton) {
		snprintf(ctx->why, sizeof(ctx->why), "identity object: %s", strerror(errno));
		return -errno;
	}
	r = object_open(&s->object, s->skeleton->obj, "on_rename on_cgroup_attach on_cgroup_mkdir",
			ctx);
	if (!r)
		shared_take(s, ctx);
	return r;
}

static void tasks_read(void *state, struct frame *f)
{
	struct tasks *s = state;

	object_loss(&s->object, f->s[STREAM_TASK].loss);
	cmdlines_read(s->cmdlines, f);
}

/* A group was made: its path comes with the event, as it may be gone before the tick. */
static void tasks_event(void *state, const struct event_head *e, size_t size, struct frame *f)
{
	const struct cgroup_event *c = (const void *)e;
	struct tasks *s = state;

	if (e->stream != STREAM_CGROUP || size < sizeof(*c))
		return;
	if (!cgroup_use(s, c->rec.id, c->rec.hierarchy))
		cgroup_remember(s, c->rec.id, c->rec.hierarchy);
	*(struct cgroup_rec *)sample_add(&f->s[STREAM_CGROUP], STREAM_CGROUP) = c->rec;
}

static const struct family_object *tasks_object(void *state)
{
	return &((struct tasks *)state)->object;
}

static void tasks_close(void *state)
{
	struct tasks *s = state;
	struct known_task *k, *next;
	struct known_cgroup *c, *next_c;

	HASH_ITER(hh, s->known, k, next)
		task_forget(s, k);
	HASH_ITER(hh, s->known_cgroups, c, next_c) {
		HASH_DEL(s->known_cgroups, c);
		free(c);
	}
	cmdlines_close(s->cmdlines);
	object_close(&s->object);
	task_bpf__destroy(s->skeleton);
	cgroups_close(&s->cgroups);
	free(s);
}

const struct family family_task = {
	.name = "task",
	.streams = 1u << STREAM_TASK | 1u << STREAM_CGROUP | 1u << STREAM_USER |
		   1u << STREAM_CMDLINE,
	.open = tasks_open,
	.read = tasks_read,
	.event = tasks_event,
	.object = tasks_object,
	.close = tasks_close,
};
