/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads hashes of counters by batch, and retires them when they fill up. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "clock.h"
#include "core/mem.h"
#include "family.h"
#include "slots.h"

struct counters {
	struct slots *slots; /* instead of the inner map, where the object has them; else NULL */
	struct bpf_map *handle; /* libbpf's: of the first inner map, then of the present one */
	int outer_fd, inner_fd, other_fd, btf_fd;
	struct bpf_map_info info; /* of the inner map */
	struct batch *batch;
	int cpus;
	uint8_t *other; /* one value per possible CPU */
	size_t other_size, other_stride;
	uint32_t gen;
	uint32_t last_count;
	uint64_t made_ns; /* the present map, CLOCK_MONOTONIC */
	uint64_t keep_ns; /* how long it is kept if it does not fill up */
	uint32_t retired_count; /* keys of the map before, until the present one has been read */
};

/* Half full: room for what comes until the next tick. */
#define COUNTERS_RETIRE_AT(entries) ((entries) / 2)
/* Below that, what is idle or dead costs time at every tick: more than some keys are not kept longer
 * than some seconds.  Coming back costs an active key one insertion, so where most come back at once,
 * the next time is twice as far away. */
#define COUNTERS_KEEP 1024
#define COUNTERS_KEEP_NS 10000000000ull
#define COUNTERS_KEEP_MAX_NS (16 * COUNTERS_KEEP_NS)

int batch_map_info(int fd, struct bpf_map_info *info)
{
	uint32_t len = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(fd, info, &len) ? -errno : 0;
}

/*
 * An empty map takes the place of the present one; *ret_old: that one, still to be read.  It has types
 * like that one: from 5.15 to 6.1 the kernel takes a map without for another sort of map (68134668c17f).
 */
static int inner_replace(struct counters *c, uint32_t max_entries, int *ret_old)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = c->info.map_flags, .btf_fd = c->btf_fd,
		    .btf_key_type_id = c->info.btf_key_type_id,
		    .btf_value_type_id = c->info.btf_value_type_id);
	uint32_t zero = 0;
	int fd, r;

	fd = bpf_map_create(c->info.type, c->info.name, c->info.key_size, c->info.value_size,
			    max_entries, &opts);
	if (fd < 0)
		return -errno;
	/* The kernel returns from this when no program uses the old map any more. */
	if (bpf_map_update_elem(c->outer_fd, &zero, &fd, BPF_ANY)) {
		r = -errno;
		close(fd);
		return r;
	}
	/* else the first map would stay in memory with all that it held */
	bpf_map__reuse_fd(c->handle, fd);
	*ret_old = c->inner_fd;
	c->inner_fd = fd;
	c->info.max_entries = max_entries;
	return 0;
}

/* The first inner map, as large as asked for. */
static int inner_open(struct counters *c, const struct family_object *o, const char *name,
		      const struct family_context *ctx)
{
	char first[64];
	int old = -1, r;

	snprintf(first, sizeof(first), "%s_0", name);
	c->outer_fd = object_map_fd(o, name);
	c->btf_fd = bpf_object__btf_fd(o->object);
	c->handle = bpf_object__find_map_by_name(o->object, first);
	/* a descriptor of our own: asking for one by the map's id takes CAP_SYS_ADMIN */
	c->inner_fd = fcntl(bpf_map__fd(c->handle), F_DUPFD_CLOEXEC, 3);
	r = c->inner_fd < 0 ? -errno : batch_map_info(c->inner_fd, &c->info);
	if (!r && ctx->max_entries)
		r = inner_replace(c, ctx->max_entries, &old);
	if (old >= 0)
		close(old);
	if (!r)
		c->batch = batch_new(c->info.key_size, c->info.value_size);
	return r;
}

int counters_open(struct counters **ret, const struct family_object *o, const char *name,
		  struct family_context *ctx)
{
	struct counters *c = xcalloc(1, sizeof(*c));
	struct bpf_map_info other_info;
	char other[64];
	int r;

	c->inner_fd = -1;
	*ret = c;
	r = slots_open(&c->slots, o, name, ctx);
	if (!r && !c->slots)
		r = inner_open(c, o, name, ctx);
	snprintf(other, sizeof(other), "%s_other", name);
	c->other_fd = object_map_fd(o, other);
	if (!r)
		r = batch_map_info(c->other_fd, &other_info);
	if (r) {
		snprintf(ctx->why, sizeof(ctx->why), "map %s cannot be used: %s", name, strerror(-r));
		return r;
	}
	c->made_ns = clock_ns(CLOCK_MONOTONIC);
	c->keep_ns = COUNTERS_KEEP_NS;
	c->cpus = ctx->cpus;
	c->other_size = other_info.value_size;
	c->other_stride = (c->other_size + 7) / 8 * 8;
	c->other = xcalloc(c->cpus, c->other_stride);
	return 0;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	return !p[0] && !memcmp(p, p + 1, n - 1);
}

static void other_read(struct counters *c, struct sample *s, enum stream_id id)
{
	size_t key_size = streams[id].key_size;
	uint32_t zero = 0;

	if (bpf_map_lookup_elem(c->other_fd, &zero, c->other))
		return;
	for (int cpu = 0; cpu < c->cpus; cpu++) {
		const uint8_t *value = c->other + cpu * c->other_stride;
		uint8_t *rec;

		if (is_zero(value, c->other_size))
			continue;
		rec = sample_add(s, id);
		*(struct task_key *)rec = (struct task_key){ .tid = cpu, .tgid = TASK_OTHER };
		memcpy(rec + key_size, value, c->other_size);
	}
}

static bool should_retire(const struct counters *c)
{
	size_t max = c->slots ? slots_max(c->slots) : c->info.max_entries;

	if (c->last_count > COUNTERS_RETIRE_AT(max))
		return true;
	return c->last_count > COUNTERS_KEEP && clock_ns(CLOCK_MONOTONIC) - c->made_ns > c->keep_ns;
}

/* A last time, if another map can take over.  False: it cannot, nothing was read. */
static bool retired_read(struct counters *c, struct sample *s, enum stream_id id)
{
	int old = -1;

	if (c->slots ? slots_retire(c->slots, s, id) : inner_replace(c, c->info.max_entries, &old))
		return false;
	if (!c->slots) {
		batch_read(c->batch, old, s, id);
		close(old);
	}
	c->made_ns = clock_ns(CLOCK_MONOTONIC);
	return true;
}

/* After the first sample of a map: was it worth while to retire the one before? */
static void keep_adapt(struct counters *c)
{
	if (c->last_count < c->retired_count / 2)
		c->keep_ns = COUNTERS_KEEP_NS;
	else if (c->keep_ns < COUNTERS_KEEP_MAX_NS)
		c->keep_ns *= 2;
	c->retired_count = 0;
}

void counters_read(struct counters *c, struct sample *s, enum stream_id id)
{
	uint32_t before = s->count;

	s->gen = c->gen;
	if (should_retire(c) && retired_read(c, s, id)) {
		c->gen++;
		c->retired_count = s->count - before;
		c->last_count = 0;
	} else {
		c->last_count = c->slots ? slots_read(c->slots, s, id) :
					   batch_read(c->batch, c->inner_fd, s, id);
		if (c->retired_count)
			keep_adapt(c);
	}
	other_read(c, s, id);
}

void counters_close(struct counters *c)
{
	if (!c)
		return;
	slots_close(c->slots);
	batch_free(c->batch);
	free(c->other);
	if (c->inner_fd >= 0)
		close(c->inner_fd);
	free(c);
}
