/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BPF objects: load with what the kernel lets in, attach, say what is missing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "choose.h"
#include "classic.h"
#include "core/mem.h"
#include "core/words.h"
#include "family.h"
#include "libbpf_log.h"
#include "opener.h"
#include "outer.h"

static bool is_iterator(const struct bpf_program *p)
{
	return !strncmp(bpf_program__section_name(p), "iter/", 5);
}

/* "raw_tp/" without a name: run by hand on a CPU, never attached */
static bool is_manual(const struct bpf_program *p)
{
	return !strcmp(bpf_program__section_name(p), "raw_tp/") || is_iterator(p);
}

static int maps_prepare(struct bpf_object *object, struct family_context *ctx)
{
	struct {
		const char *name;
		int fd;
	} shared[] = {
		{ "config", ctx->config_fd },
		{ "filter_pids", ctx->filter_pids_fd },
		{ "events", ctx->events_fd },
		{ "conns", ctx->conns_fd },
		{ "connio", ctx->connio_fd },
		{ "connio_other", ctx->connio_other_fd },
		{ "sock_ids", ctx->sock_ids_fd },
	};

	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, shared[i].name);
		int r;

		if (!map || shared[i].fd < 0)
			continue;
		r = bpf_map__reuse_fd(map, shared[i].fd);
		if (r)
			return r;
		outer_is_shared(object, shared[i].name);
	}
	return 0;
}

static void probes_find(struct family_object *o, const char *optional)
{
	struct bpf_program *p;

	bpf_object__for_each_program (p, o->object)
		o->n_probes++;
	o->probes = xcalloc(o->n_probes, sizeof(*o->probes));
	o->n_probes = 0;
	bpf_object__for_each_program (p, o->object) {
		o->probes[o->n_probes].program = p;
		o->probes[o->n_probes].optional = words_have(optional, bpf_program__name(p));
		if (!bpf_program__autoload(p))
			probe_leave_out(&o->probes[o->n_probes], "not for this kernel");
		o->n_probes++;
	}
}

static const char *section_after(const struct probe *p, const char *kind)
{
	const char *section = bpf_program__section_name(p->program);

	return strncmp(section, kind, strlen(kind)) ? NULL : section + strlen(kind);
}

/* What the perf event that it is attached to is on: a function (a kprobe), or GROUP/EVENT (a classic
 * tracepoint); NULL: it is attached to none. */
static const char *event_name(const struct probe *p)
{
	const char *function = section_after(p, "kprobe/");

	return function ? function : section_after(p, CLASSIC);
}

/* 0, or negative errno and why, one line. */
static int probe_attach(struct probe *p, const struct family_context *ctx, char *why, size_t size)
{
	const char *event = event_name(p);
	int r;

	if (event && (ctx->opener || section_after(p, CLASSIC)))
		p->link = classic_attach(p->program, ctx->opener ? opener_event(ctx->opener, event) :
								 classic_open(event));
	else
		p->link = bpf_program__attach(p->program);
	if (p->link) {
		p->attached = true;
		return 0;
	}
	r = -errno;
	snprintf(why, size, "%s cannot be attached: %s", bpf_program__section_name(p->program),
		 event ? opener_error(-r) : strerror(-r));
	return r;
}

int object_attach(const struct family_object *o, struct family_context *ctx)
{
	char why[WHY_LEN];

	for (size_t i = 0; i < o->n_probes; i++) {
		struct probe *p = &o->probes[i];
		int r;

		if (p->why[0] || is_manual(p->program))
			continue;
		r = probe_attach(p, ctx, why, sizeof(why));
		if (!r)
			continue;
		/* nothing is kept of one that is needed: it is tried again */
		if (!p->optional || p->attached) {
			memcpy(ctx->why, why, sizeof(ctx->why));
			return r;
		}
		memcpy(p->why, why, sizeof(p->why));
	}
	return 0;
}

int object_allow_events(const struct family_object *o, struct opener *k)
{
	int n = 0, r;

	for (size_t i = 0; i < o->n_probes; i++) {
		const char *event = o->probes[i].link ? event_name(&o->probes[i]) : NULL;

		if (!event)
			continue;
		r = opener_allow(k, event);
		if (r)
			return r;
		n++;
	}
	return n;
}

static int object_load(struct bpf_object *object, struct family_context *ctx)
{
	int r = maps_prepare(object, ctx);

	if (!r) {
		libbpf_log_clear();
		r = bpf_object__load(object);
	}
	if (r) {
		libbpf_log_reason(ctx->why, sizeof(ctx->why), r);
		return r;
	}
	r = outers_fill(object);
	if (r)
		snprintf(ctx->why, sizeof(ctx->why), "maps cannot be put into maps: %s", strerror(-r));
	return r;
}

int object_open(struct family_object *o, struct bpf_object *object, const char *optional,
		struct family_context *ctx)
{
	bool *own_timed;
	int r;

	if (!o->image)
		memset(o, 0, sizeof(*o));
	o->object = object;
	o->loss_fd = -1;
	probes_find(o, optional);
	probes_choose(o, ctx);
	own_timed = object_constant(o, "own_timed");
	if (own_timed)
		*own_timed = ctx->own_timed;
	r = object_load(object, ctx);
	if (r)
		return r;
	o->loss_fd = object_map_fd(o, "loss");
	o->cpus = ctx->cpus;
	o->loss_values = xcalloc(o->cpus, sizeof(*o->loss_values));
	return object_attach(o, ctx);
}

void object_detach(const struct family_object *o)
{
	for (size_t i = 0; i < o->n_probes; i++) {
		bpf_link__destroy(o->probes[i].link);
		o->probes[i].link = NULL;
	}
}

void object_close(struct family_object *o)
{
	object_detach(o);
	free(o->loss_values);
	o->loss_values = NULL;
	free(o->probes);
	o->probes = NULL;
	o->n_probes = 0;
	if (o->image)
		bpf_object__close(o->object);
	o->image = NULL;
}

int object_map_fd(const struct family_object *o, const char *name)
{
	return bpf_object__find_map_fd_by_name(o->object, name);
}

struct bpf_program *object_program(const struct family_object *o, const char *name)
{
	return bpf_object__find_program_by_name(o->object, name);
}

const struct probe *object_probe(const struct family_object *o, const char *name)
{
	for (size_t i = 0; i < o->n_probes; i++)
		if (!strcmp(bpf_program__name(o->probes[i].program), name))
			return &o->probes[i];
	return NULL;
}

/* Runs of a program that the kernel skipped since it was loaded. */
static uint64_t program_misses(const struct bpf_program *p)
{
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(p), &info, &len))
		return 0;
	return info.recursion_misses;
}

static void losses_read(struct family_object *o)
{
	for (uint32_t kind = 0; kind < LOSS_KINDS && o->loss_fd >= 0; kind++) {
		if (bpf_map_lookup_elem(o->loss_fd, &kind, o->loss_values))
			continue;
		o->loss[kind] = 0;
		for (int cpu = 0; cpu < o->cpus; cpu++)
			o->loss[kind] += o->loss_values[cpu];
	}
}

void object_loss(struct family_object *o, uint64_t *loss)
{
	losses_read(o);
	for (int kind = 0; kind < LOSS_KINDS; kind++)
		loss[kind] += o->loss[kind];
	for (size_t i = 0; i < o->n_probes; i++) {
		struct probe *p = &o->probes[i];

		if (bpf_program__fd(p->program) >= 0)
			p->missed = program_misses(p->program);
		loss[LOSS_MISSED] += p->missed;
	}
}

static int iterator_read(const struct family_object *o, const char *program,
			 const struct bpf_iter_attach_opts *opts, size_t size,
			 void (*fn)(void *data, const void *rec), void *data)
{
	struct bpf_program *p = bpf_object__find_program_by_name(o->object, program);
	struct bpf_link *link = p ? bpf_program__attach_iter(p, opts) : NULL;
	uint8_t buf[32768];
	size_t have = 0;
	ssize_t n;
	int fd, r = 0;

	if (!link)
		return p ? -errno : -ENOENT;
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0) {
		bpf_link__destroy(link);
		return fd;
	}
	/* EAGAIN: a million things were passed by without a record, there are more */
	while ((n = read(fd, buf + have, sizeof(buf) - have)) > 0 ||
	       (n < 0 && (errno == EINTR || errno == EAGAIN))) {
		size_t at = 0;

		have += n > 0 ? (size_t)n : 0;
		for (; have - at >= size; at += size)
			if (fn)
				fn(data, buf + at);
		memmove(buf, buf + at, have - at);
		have -= at;
	}
	if (n < 0)
		r = -errno;
	close(fd);
	bpf_link__destroy(link);
	return r;
}

int iterator_run(const struct family_object *o, const char *program, size_t size,
		 void (*fn)(void *data, const void *rec), void *data)
{
	return iterator_read(o, program, NULL, size, fn, data);
}

int iterator_run_map(const struct family_object *o, const char *program, int map_fd)
{
	union bpf_iter_link_info info = { .map.map_fd = (uint32_t)map_fd };
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));

	return iterator_read(o, program, &opts, 1, NULL, NULL);
}
