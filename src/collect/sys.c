/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls and files: counters, and paths as the programs meet new files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "clock.h"
#include "bpf/path_event.h"
#include "core/mem.h"
#include "family.h"
#include "path.h"
#include "sys.skel.h"
#include "sys_basic.skel.h"
#include "sys_typed.skel.h"

struct sys {
	struct family_object object;
	struct probe_config *config; /* borrowed */
	struct counters *calls, *errors, *files;
	uint64_t *uring; /* per possible CPU */
	int cpus;
	uint64_t uring_told;
};

static void sys_prepare(struct family_object *o, struct family_context *ctx)
{
	bool *own_cookies = object_constant(o, "own_cookies");

	if (own_cookies)
		*own_cookies = ctx->sock_ids_fd >= 0;
}

/* They must know a socket by the same number. */
static const char *cookies_differ(const struct family_context *ctx)
{
	return ctx->sock_ids_fd >= 0 ? "that of tcp gives sockets numbers of its own" : NULL;
}

static const struct image sys_images[] = {
	{ .bytes = sys_typed_bpf__elf_bytes, .function = "bpf_rdonly_cast", .unfit = cookies_differ },
	{ .name = "plain", .bytes = sys_bpf__elf_bytes,
	  .helper = BPF_FUNC_loop,
	  .helper_name = "bpf_loop",
	  .unfit = cookies_differ },
	{ .name = "basic", .bytes = sys_basic_bpf__elf_bytes },
};

/* Just before the programs are attached. */
static void since_set(struct sys *s)
{
	s->config->calls_since_ns = clock_ns(CLOCK_BOOTTIME);
}

static int sys_open(struct family_context *ctx, void **ret_state)
{
	struct sys *s = xcalloc(1, sizeof(*s));
	int r;

	*ret_state = s;
	s->cpus = ctx->cpus;
	s->uring = xcalloc(ctx->cpus, sizeof(*s->uring));
	s->config = ctx->config;
	since_set(s);
	r = image_open(&s->object, sys_images, 3, sys_prepare, "on_io_uring_submit", ctx);
	if (!r)
		r = counters_open(&s->calls, &s->object, "sys", ctx);
	if (!r)
		r = counters_open(&s->errors, &s->object, "syserr", ctx);
	if (!r)
		r = counters_open(&s->files, &s->object, "files", ctx);
	return r;
}

/*
 * The object counts its losses as one; here they go to the stream that they belong to.  How many
 * updates found a map full can be read from its (other) records, as each update counts one call.
 */
static void losses_read(struct sys *s, struct frame *f)
{
	struct sample *calls = &f->s[STREAM_SYS], *errors = &f->s[STREAM_SYSERR];
	struct sample *files = &f->s[STREAM_FILE];
	uint64_t all[LOSS_KINDS] = { 0 };

	object_loss(&s->object, all);
	calls->loss[LOSS_UNMATCHED] = all[LOSS_UNMATCHED];
	calls->loss[LOSS_MISSED] = all[LOSS_MISSED];
	files->loss[LOSS_MISSED] = all[LOSS_MISSED];
	/* splice from a socket is counted by these programs */
	f->s[STREAM_CONNIO].loss[LOSS_MISSED] += all[LOSS_MISSED];
	files->loss[LOSS_RING] = all[LOSS_RING];
	files->loss[LOSS_UNATTRIBUTED] = all[LOSS_UNATTRIBUTED];
	for (size_t i = 0; i < calls->count; i++) {
		const struct sys_rec *r = sample_rec(calls, STREAM_SYS, i);

		if (r->key.task.tgid == TASK_OTHER)
			calls->loss[LOSS_MAP_FULL] += r->v.count;
	}
	for (size_t i = 0; i < errors->count; i++) {
		const struct syserr_rec *r = sample_rec(errors, STREAM_SYSERR, i);

		if (r->key.task.tgid == TASK_OTHER)
			errors->loss[LOSS_MAP_FULL] += r->count;
	}
	for (size_t i = 0; i < files->count; i++) {
		const struct file_rec *r = sample_rec(files, STREAM_FILE, i);

		if (r->key.task.tgid == TASK_OTHER)
			files->loss[LOSS_MAP_FULL] += r->v.reads + r->v.writes + r->v.syncs;
	}
}

/* Requests through io_uring move bytes without a call: say so as soon as there are any. */
static void uring_tell(struct sys *s, struct frame *f)
{
	int fd = object_map_fd(&s->object, "uring_requests");
	struct note_rec *n;
	uint32_t zero = 0;
	uint64_t sum = 0;

	if (bpf_map_lookup_elem(fd, &zero, s->uring))
		return;
	for (int cpu = 0; cpu < s->cpus; cpu++)
		sum += s->uring[cpu];
	if (sum == s->uring_told)
		return;
	s->uring_told = sum;
	n = sample_add(&f->s[STREAM_NOTE], STREAM_NOTE);
	n->stream = STREAM_FILE;
	snprintf(n->text, sizeof(n->text), "io_uring: %llu requests since start are not in this panel",
		 (unsigned long long)sum);
}

static void sys_read(void *state, struct frame *f)
{
	struct sys *s = state;

	counters_read(s->calls, &f->s[STREAM_SYS], STREAM_SYS);
	counters_read(s->errors, &f->s[STREAM_SYSERR], STREAM_SYSERR);
	counters_read(s->files, &f->s[STREAM_FILE], STREAM_FILE);
	losses_read(s, f);
	uring_tell(s, f);
}

static void sys_event(void *state, const struct event_head *e, size_t size, struct frame *f)
{
	(void)state;
	if (e->kind != PATH_EVENT || size < offsetof(struct path_event, names))
		return;
	path_assemble(sample_add(&f->s[STREAM_PATH], STREAM_PATH), (const void *)e, size);
}

static void sys_sample(struct family_context *ctx, uint32_t n)
{
	ctx->config->sample_n = n;
}

static void sys_settle(void *state)
{
	struct sys *s = state;

	if (image_is_basic(&s->object))
		batch_clear_map(object_map_fd(&s->object, "calls"));
	else
		iterator_run(&s->object, "forget_calls", 1, NULL, NULL);
	since_set(s);
}

static const struct family_object *sys_object(void *state)
{
	return &((struct sys *)state)->object;
}

static void sys_close(void *state)
{
	struct sys *s = state;

	counters_close(s->calls);
	counters_close(s->errors);
	counters_close(s->files);
	object_close(&s->object);
	free(s->uring);
	free(s);
}

const struct family family_sys = {
	.name = "sys",
	.after = &family_tcp,
	/* connio: it counts splice from a socket, in the maps of the TCP family */
	.streams = 1u << STREAM_SYS | 1u << STREAM_SYSERR | 1u << STREAM_FILE | 1u << STREAM_PATH |
		   1u << STREAM_CONNIO,
	.open = sys_open,
	.read = sys_read,
	.event = sys_event,
	.sample = sys_sample,
	.settle = sys_settle,
	.object = sys_object,
	.close = sys_close,
};
