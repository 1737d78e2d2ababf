/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "container.h"
#include "mem.h"

#define uthash_malloc(size) xmalloc(size)
#define HASH_FUNCTION(key, len, ret) ((ret) = (uint32_t)bytes_hash(key, len))
#include <uthash.h>

#define FACTS_MAX (64u << 10) /* of one stream */
#define EXITED_KEEP_NS (120ull * 1000 * 1000 * 1000)

/* One dictionary record, cut behind the text at its end; behind that of a cgroup stands its
 * container_name. */
struct fact {
	UT_hash_handle hh; /* in facts.by_key of its stream */
	UT_hash_handle hh_pid; /* leaders only, in facts.by_pid */
	struct fact *next_old;
	uint64_t exited_ns; /* frame time when TASK_EXITED came; 0: alive */
	uint32_t used; /* facts.epoch of the last look-up */
	uint32_t pid;
	uint32_t rec_cap; /* bytes */
	bool has_pid; /* is in facts.by_pid */
	uint8_t key[16];
	_Alignas(8) uint8_t rec[];
};

struct facts {
	struct fact *by_key[STREAM_COUNT];
	struct fact *by_pid;
	struct fact *old; /* replaced by longer ones, perhaps still pointed at */
	uint64_t now_ns; /* mono_ns of the last frame */
	uint32_t epoch; /* calls of facts_expire */
	uint32_t n_exited;
};

struct facts *facts_new(void)
{
	return xcalloc(1, sizeof(struct facts));
}

static void old_free(struct facts *f)
{
	for (struct fact *o = f->old, *next; o; o = next) {
		next = o->next_old;
		free(o);
	}
	f->old = NULL;
}

void facts_reset(struct facts *f)
{
	struct fact *o, *next;

	HASH_CLEAR(hh_pid, f->by_pid);
	for (int i = 0; i < STREAM_COUNT; i++) {
		HASH_ITER(hh, f->by_key[i], o, next) {
			HASH_DEL(f->by_key[i], o);
			free(o);
		}
	}
	old_free(f);
	*f = (struct facts){ 0 };
}

void facts_free(struct facts *f)
{
	if (!f)
		return;
	facts_reset(f);
	free(f);
}

/* A thread is told by tid and start; which process it is in does not matter. */
static void task_fact_key(uint8_t key[16], const struct task_key *task)
{
	struct task_key k = { .tid = task->tid, .start_ns = task->start_ns };

	memcpy(key, &k, sizeof(k));
}

static struct fact *fact_find(const struct facts *f, enum stream_id id, const uint8_t *key)
{
	struct fact *fact;

	HASH_FIND(hh, f->by_key[id], key, streams[id].key_size, fact);
	return fact;
}

/* For look-ups from outside: the fact is wanted. */
static const void *fact_use(const struct facts *f, struct fact *fact)
{
	if (!fact)
		return NULL;
	fact->used = f->epoch;
	return fact->rec;
}

/* Bytes of a record up to the NUL of the text at its end. */
static size_t fact_size(enum stream_id id, const void *rec)
{
	size_t text;

	switch (id) {
	case STREAM_PATH:
		text = offsetof(struct path_rec, path);
		break;
	case STREAM_CGROUP:
		text = offsetof(struct cgroup_rec, path);
		break;
	case STREAM_CMDLINE:
		text = offsetof(struct cmdline_rec, text);
		break;
	default:
		return streams[id].rec_size;
	}
	return text + strnlen((const char *)rec + text, streams[id].rec_size - text - 1) + 1;
}

/* The text at the end of a record, whoever wrote it, ends inside the record. */
static void fact_store(enum stream_id id, struct fact *fact, const void *rec, size_t size)
{
	memcpy(fact->rec, rec, size);
	switch (id) {
	case STREAM_PATH:
	case STREAM_CGROUP:
	case STREAM_USER:
	case STREAM_NOTE:
	case STREAM_CMDLINE:
		fact->rec[size - 1] = '\0';
		break;
	case STREAM_TASK:
		((struct task_rec *)fact->rec)->comm[COMM_LEN - 1] = '\0';
		break;
	default:
		break;
	}
}

/* What fact_store will keep of the path may lack its last byte. */
static size_t cgroup_container(char buf[CONTAINER_NAME_MAX], const struct cgroup_rec *rec)
{
	char path[sizeof(rec->path)];

	snprintf(path, sizeof(path), "%.*s", (int)sizeof(path) - 1, rec->path);
	return container_name(buf, CONTAINER_NAME_MAX, path);
}

static void pid_index(struct facts *f, struct fact *fact)
{
	const struct task_rec *task = (const struct task_rec *)fact->rec;
	struct fact *before;

	if (task->key.tid != task->key.tgid)
		return;
	HASH_FIND(hh_pid, f->by_pid, &task->key.tid, sizeof(fact->pid), before);
	if (before == fact)
		return;
	if (before) {
		const struct task_rec *other = (const struct task_rec *)before->rec;

		if (other->key.start_ns > task->key.start_ns)
			return;
		HASH_DELETE(hh_pid, f->by_pid, before);
		before->has_pid = false;
	}
	fact->pid = task->key.tid;
	fact->has_pid = true;
	HASH_ADD(hh_pid, f->by_pid, pid, sizeof(fact->pid), fact);
}

static void fact_drop(struct facts *f, enum stream_id id, struct fact *fact)
{
	HASH_DEL(f->by_key[id], fact);
	if (id == STREAM_TASK && fact->has_pid)
		HASH_DELETE(hh_pid, f->by_pid, fact);
	if (fact->exited_ns)
		f->n_exited--;
	fact->next_old = f->old;
	f->old = fact;
}

static void task_note_exit(struct facts *f, struct fact *fact)
{
	const struct task_rec *task = (const struct task_rec *)fact->rec;
	bool exited = task->flags & TASK_EXITED;

	if (exited == (fact->exited_ns != 0))
		return;
	f->n_exited += exited ? 1 : -1u;
	fact->exited_ns = exited ? f->now_ns | 1 : 0;
}

static void fact_put(struct facts *f, enum stream_id id, const void *rec)
{
	size_t size = fact_size(id, rec), room = size;
	char container[CONTAINER_NAME_MAX];
	uint8_t key[16] = { 0 };
	struct fact *fact;

	if (id == STREAM_CGROUP)
		room += cgroup_container(container, rec) + 1;
	if (id == STREAM_TASK)
		task_fact_key(key, rec);
	else
		memcpy(key, rec, streams[id].key_size);
	fact = fact_find(f, id, key);
	if (fact && fact->rec_cap < room) {
		fact_drop(f, id, fact);
		fact = NULL;
	}
	if (fact) {
		/* told anew, so it goes behind those that were told before: they expire first */
		HASH_DEL(f->by_key[id], fact);
	} else {
		fact = xcalloc(1, sizeof(*fact) + room);
		fact->rec_cap = (uint32_t)room;
		memcpy(fact->key, key, sizeof(key));
	}
	HASH_ADD(hh, f->by_key[id], key, streams[id].key_size, fact);
	fact->used = f->epoch;
	fact_store(id, fact, rec, size);
	memcpy(fact->rec + size, container, room - size);
	if (id == STREAM_TASK) {
		pid_index(f, fact);
		task_note_exit(f, fact);
	}
}

static void fact_copy(struct facts *to, enum stream_id id, const struct fact *o)
{
	size_t size = sizeof(*o) + o->rec_cap;
	struct fact *fact = xmalloc(size);

	memcpy(fact, o, size);
	HASH_ADD(hh, to->by_key[id], key, streams[id].key_size, fact);
	if (fact->has_pid)
		HASH_ADD(hh_pid, to->by_pid, pid, sizeof(fact->pid), fact);
}

void facts_copy(struct facts *to, const struct facts *from)
{
	facts_reset(to);
	to->now_ns = from->now_ns;
	to->epoch = from->epoch;
	to->n_exited = from->n_exited;
	for (int id = 0; id < STREAM_COUNT; id++)
		for (const struct fact *o = from->by_key[id]; o; o = o->hh.next)
			fact_copy(to, id, o);
}

void facts_add(struct facts *f, enum stream_id id, const void *rec, uint64_t mono_ns)
{
	f->now_ns = mono_ns;
	fact_put(f, id, rec);
}

void facts_apply(struct facts *f, const struct frame *frame)
{
	f->now_ns = frame->mono_ns;
	for (int id = 0; id < STREAM_COUNT; id++) {
		const struct sample *s = &frame->s[id];

		if (streams[id].kind != STREAM_KIND_DICT)
			continue;
		for (size_t i = 0; i < s->count; i++)
			fact_put(f, id, sample_rec(s, id, i));
	}
}

static bool fact_idle(const struct facts *f, const struct fact *fact)
{
	return f->epoch - fact->used >= 2;
}

/* A process takes its command line along: else those of hours would be kept, up to the bound. */
static void cmdline_expire(struct facts *f, const struct fact *task)
{
	const struct task_key *key = &((const struct task_rec *)task->rec)->key;
	struct fact *fact;

	if (key->tid != key->tgid)
		return;
	fact = fact_find(f, STREAM_CMDLINE, (const uint8_t *)key);
	if (fact && fact_idle(f, fact))
		fact_drop(f, STREAM_CMDLINE, fact);
}

static void expire_exited(struct facts *f)
{
	struct fact *fact, *next;
	bool full = HASH_COUNT(f->by_key[STREAM_TASK]) > FACTS_MAX;

	HASH_ITER(hh, f->by_key[STREAM_TASK], fact, next) {
		if (!fact->exited_ns || !fact_idle(f, fact))
			continue;
		if (full || f->now_ns - fact->exited_ns > EXITED_KEEP_NS) {
			cmdline_expire(f, fact);
			fact_drop(f, STREAM_TASK, fact);
		}
	}
}

/* Oldest first, which is the order in which they were last told. */
static void expire_surplus(struct facts *f, enum stream_id id)
{
	struct fact *fact, *next;

	HASH_ITER(hh, f->by_key[id], fact, next) {
		if (HASH_COUNT(f->by_key[id]) <= FACTS_MAX)
			return;
		if (fact_idle(f, fact))
			fact_drop(f, id, fact);
	}
}

void facts_expire(struct facts *f)
{
	f->epoch++;
	if (f->n_exited)
		expire_exited(f);
	for (int id = 0; id < STREAM_COUNT; id++)
		expire_surplus(f, id);
	old_free(f);
}

const struct task_rec *facts_task(const struct facts *f, const struct task_key *key)
{
	uint8_t k[16];

	task_fact_key(k, key);
	return fact_use(f, fact_find(f, STREAM_TASK, k));
}

uint64_t facts_exited(const struct facts *f, const struct task_key *key)
{
	struct fact *fact;
	uint8_t k[16];

	task_fact_key(k, key);
	fact = fact_find(f, STREAM_TASK, k);
	return fact ? fact->exited_ns : 0;
}

void facts_each_task(const struct facts *f,
		     void (*fn)(void *data, const struct task_rec *task, uint64_t exited_ns),
		     void *data)
{
	for (const struct fact *o = f->by_key[STREAM_TASK]; o; o = o->hh.next)
		fn(data, (const struct task_rec *)o->rec, o->exited_ns);
}

const struct task_rec *facts_pid(const struct facts *f, uint32_t pid)
{
	struct fact *fact;

	HASH_FIND(hh_pid, f->by_pid, &pid, sizeof(pid), fact);
	return fact_use(f, fact);
}

const struct task_rec *facts_leader(const struct facts *f, const struct task_key *thread)
{
	const struct task_rec *task = facts_task(f, thread), *leader;
	struct task_key key;

	if (task) {
		key = (struct task_key){ .tid = task->key.tgid, .start_ns = task->leader_start_ns };
		return facts_task(f, &key);
	}
	leader = facts_pid(f, thread->tgid);
	/* a process that began after the thread is a later one with the same pid */
	if (leader && thread->start_ns && leader->key.start_ns > thread->start_ns)
		return NULL;
	return leader;
}

const struct path_rec *facts_path(const struct facts *f, const struct file_id *file)
{
	return fact_use(f, fact_find(f, STREAM_PATH, (const uint8_t *)file));
}

struct cgroup_name facts_cgroup_id(const struct facts *f, uint64_t id, uint32_t hierarchy)
{
	const struct {
		uint64_t id;
		uint32_t hierarchy;
	} k = { id, hierarchy }; /* as struct cgroup_rec begins */
	const struct cgroup_rec *rec;
	const char *container;

	rec = fact_use(f, fact_find(f, STREAM_CGROUP, (const uint8_t *)&k));
	if (!rec)
		return (struct cgroup_name){ NULL };
	container = rec->path + strlen(rec->path) + 1;
	return (struct cgroup_name){ rec->path, *container ? container : NULL };
}

struct cgroup_name facts_cgroup(const struct facts *f, const struct task_rec *task)
{
	struct cgroup_name v2 = facts_cgroup_id(f, task->cgroup_id, 0), v1;

	if ((v2.path && strcmp(v2.path, "/")) || !task->cgroup1_id)
		return v2;
	v1 = facts_cgroup_id(f, task->cgroup1_id, 1);
	return v1.path ? v1 : v2;
}

const char *facts_cmdline(const struct facts *f, uint32_t pid, uint64_t start_ns)
{
	const struct task_key key = { .tid = pid, .tgid = pid, .start_ns = start_ns };
	const struct cmdline_rec *rec;

	rec = fact_use(f, fact_find(f, STREAM_CMDLINE, (const uint8_t *)&key));
	return rec && rec->text[0] ? rec->text : NULL;
}

const char *facts_user(const struct facts *f, uint32_t uid)
{
	const struct user_rec *rec;

	rec = fact_use(f, fact_find(f, STREAM_USER, (const uint8_t *)&uid));
	return rec && rec->name[0] ? rec->name : NULL;
}

const char *facts_note(const struct facts *f, enum stream_id stream)
{
	uint32_t id = stream;
	const struct note_rec *rec = fact_use(f, fact_find(f, STREAM_NOTE, (const uint8_t *)&id));

	return rec && rec->text[0] ? rec->text : NULL;
}

size_t facts_count(const struct facts *f, enum stream_id id)
{
	return HASH_COUNT(f->by_key[id]);
}

void facts_each(const struct facts *f, enum stream_id id,
		void (*fn)(void *data, const void *rec, size_t size), void *data)
{
	for (const struct fact *o = f->by_key[id]; o; o = o->hh.next)
		fn(data, o->rec, fact_size(id, o->rec));
}

void facts_dump(const struct facts *f, struct frame *frame)
{
	for (int id = 0; id < STREAM_COUNT; id++)
		for (const struct fact *o = f->by_key[id]; o; o = o->hh.next)
			memcpy(sample_add(&frame->s[id], id), o->rec, fact_size(id, o->rec));
}
