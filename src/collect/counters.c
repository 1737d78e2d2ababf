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

struct counters {
	struct bpf_map *handle; /* libbpf's: of the first inner map, then of the present one */
	int outer_fd, inner_fd, other_fd, btf_fd;
	struct bpf_map_info info; /* of the inner map */
	struct batch *batch;
	int cpus;
	uint8_t *other; /* one value per possible CPU */
	size_t other_stride;
	uint32_t gen;
	uint32_t last_count;
	uint64_t made_ns; /* the present map, CLOCK_MONOTONIC */
};

/* Half full: room for what comes until the next tick. */
#define COUNTERS_RETIRE_AT(entries) ((entries) / 2)
/* Below that, what is idle or dead costs time at every tick: more than some keys are not kept longer
 * than some seconds.  Coming back costs an active key one insertion. */
#define COUNTERS_KEEP 1024
#define COUNTERS_KEEP_NS 10000000000ull

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
	c->made_ns = clock_ns(CLOCK_MONOTONIC);
	return 0;
}

int counters_open(struct counters **ret, const struct family_object *o, const char *name,
		  struct family_context *ctx)
{
	struct counters *c = xcalloc(1, sizeof(*c));
	char other[64], first[64];
	int old = -1, r;

	snprintf(other, sizeof(other), "%s_other", name);
	snprintf(first, sizeof(first), "%s_0", name);
	c->outer_fd = object_map_fd(o, name);
	c->other_fd = object_map_fd(o, other);
	c->btf_fd = bpf_object__btf_fd(o->object);
	c->cpus = ctx->cpus;
	*ret = c;
	c->handle = bpf_object__find_map_by_name(o->object, first);
	/* a descriptor of our own: asking for one by the map's id takes CAP_SYS_ADMIN */
	c->inner_fd = fcntl(bpf_map__fd(c->handle), F_DUPFD_CLOEXEC, 3);
	r = c->inner_fd < 0 ? -errno : batch_map_info(c->inner_fd, &c->info);
	if (!r && ctx->max_entries)
		r = inner_replace(c, ctx->max_entries, &old);
	if (old >= 0)
		close(old);
	if (r) {
		snprintf(ctx->why, sizeof(ctx->why), "map %s cannot be used: %s", name, strerror(-r));
		return r;
	}
	c->batch = batch_new(c->info.key_size, c->info.value_size);
	c->other_stride = (c->info.value_size + 7) / 8 * 8;
	c->other = xcalloc(c->cpus, c->other_stride);
	return 0;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	return !p[0] && !memcmp(p, p + 1, n - 1);
}

static void other_read(struct counters *c, struct sample *s, enum stream_id id)
{
	uint32_t zero = 0;

	if (bpf_map_lookup_elem(c->other_fd, &zero, c->other))
		return;
	for (int cpu = 0; cpu < c->cpus; cpu++) {
		const uint8_t *value = c->other + cpu * c->other_stride;
		uint8_t *rec;

		if (is_zero(value, c->info.value_size))
			continue;
		rec = sample_add(s, id);
		*(struct task_key *)rec = (struct task_key){ .tid = cpu, .tgid = TASK_OTHER };
		memcpy(rec + c->info.key_size, value, c->info.value_size);
	}
}

static bool should_retire(const struct counters *c)
{
	if (c->last_count > COUNTERS_RETIRE_AT(c->info.max_entries))
		return true;
	return c->last_count > COUNTERS_KEEP && clock_ns(CLOCK_MONOTONIC) - c->made_ns > COUNTERS_KEEP_NS;
}

void counters_read(struct counters *c, struct sample *s, enum stream_id id)
{
	int old = -1;

	s->gen = c->gen;
	if (should_retire(c) && !inner_replace(c, c->info.max_entries, &old))
		c->gen++;
	c->last_count = batch_read(c->batch, old < 0 ? c->inner_fd : old, s, id);
	if (old >= 0) {
		c->last_count = 0;
		close(old);
	}
	other_read(c, s, id);
}

void counters_close(struct counters *c)
{
	if (!c)
		return;
	batch_free(c->batch);
	free(c->other);
	if (c->inner_fd >= 0)
		close(c->inner_fd);
	free(c);
}
