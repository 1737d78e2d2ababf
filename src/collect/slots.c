/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "slots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch.h"
#include "bpf/slot.h"
#include "core/mem.h"

/* One of the arrays or hashes that an outer map holds. */
struct inner {
	struct bpf_map *handle; /* libbpf's, of what is there now */
	int outer_fd, fd;
	uint32_t at; /* where in the outer map */
	struct bpf_map_info info;
};

struct slots {
	struct inner array, index[2], more[2];
	const uint8_t *mapped; /* the array */
	uint32_t pair; /* the hashes that go with it */
	size_t stride;
	struct batch *more_batch, *index_batch;
	int btf_fd;
};

static int inner_open(struct inner *in, const struct family_object *o, const char *name,
		      const char *part, uint32_t at)
{
	char outer[64], first[64];

	snprintf(outer, sizeof(outer), "%s%s", name, part);
	snprintf(first, sizeof(first), "%s%s_%u", name, part, at);
	in->at = at;
	in->outer_fd = object_map_fd(o, outer);
	in->handle = bpf_object__find_map_by_name(o->object, first);
	in->fd = in->handle ? fcntl(bpf_map__fd(in->handle), F_DUPFD_CLOEXEC, 3) : -1;
	return in->fd < 0 ? -errno : batch_map_info(in->fd, &in->info);
}

static int inner_create(const struct slots *s, const struct inner *in)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = in->info.map_flags, .btf_fd = s->btf_fd,
		    .btf_key_type_id = in->info.btf_key_type_id,
		    .btf_value_type_id = in->info.btf_value_type_id);
	int fd = bpf_map_create(in->info.type, in->info.name, in->info.key_size, in->info.value_size,
				in->info.max_entries, &opts);

	return fd < 0 ? -errno : fd;
}

/* fd takes the place of the present one, which is closed.  The kernel returns from this when no
 * program uses that any more. */
static int inner_put(struct inner *in, int fd, int *ret_old)
{
	if (bpf_map_update_elem(in->outer_fd, &in->at, &fd, BPF_ANY))
		return -errno;
	bpf_map__reuse_fd(in->handle, fd);
	*ret_old = in->fd;
	in->fd = fd;
	return 0;
}

/* An empty hash in place of the present one. */
static int inner_renew(struct slots *s, struct inner *in)
{
	int fd = inner_create(s, in), old = -1, r = fd < 0 ? fd : inner_put(in, fd, &old);

	if (!r)
		close(old);
	else if (fd >= 0)
		close(fd);
	return r;
}

static size_t array_bytes(const struct slots *s)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (s->stride * SLOTS + page - 1) / page * page;
}

static const uint8_t *array_map(const struct slots *s, int fd)
{
	void *p = mmap(NULL, array_bytes(s), PROT_READ, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* As many entries as asked for, which libbpf could no longer be told. */
static int hashes_size(struct slots *s, uint32_t max_entries)
{
	int r = 0;

	for (int i = 0; i < 2 && !r; i++) {
		s->index[i].info.max_entries = s->more[i].info.max_entries = max_entries;
		r = inner_renew(s, &s->index[i]);
		if (!r)
			r = inner_renew(s, &s->more[i]);
	}
	return r;
}

static int maps_open(struct slots *s, const struct family_object *o, const char *name)
{
	int r = inner_open(&s->array, o, name, "_slots", 0);

	for (uint32_t i = 0; i < 2 && !r; i++) {
		r = inner_open(&s->index[i], o, name, "_index", i);
		if (!r)
			r = inner_open(&s->more[i], o, name, "", i);
	}
	return r;
}

int slots_open(struct slots **ret, const struct family_object *o, const char *name,
	       const struct family_context *ctx)
{
	char array[64];
	struct slots *s;
	int r;

	*ret = NULL;
	snprintf(array, sizeof(array), "%s_slots", name);
	if (object_map_fd(o, array) < 0)
		return 0;
	*ret = s = xcalloc(1, sizeof(*s));
	s->array.fd = s->index[0].fd = s->index[1].fd = s->more[0].fd = s->more[1].fd = -1;
	s->btf_fd = bpf_object__btf_fd(o->object);
	r = maps_open(s, o, name);
	if (!r && ctx->max_entries)
		r = hashes_size(s, ctx->max_entries);
	if (r)
		return r;
	s->stride = (s->array.info.value_size + 7) / 8 * 8;
	s->more_batch = batch_new(s->more[0].info.key_size, s->more[0].info.value_size);
	s->index_batch = batch_new(s->index[0].info.key_size, s->index[0].info.value_size);
	s->mapped = array_map(s, s->array.fd);
	return s->mapped ? 0 : -errno;
}

size_t slots_max(const struct slots *s)
{
	return s->index[0].info.max_entries;
}

static const struct slot_head *slot_at(const struct slots *s, size_t i)
{
	return (const void *)(s->mapped + i * s->stride);
}

static uint32_t array_read(const struct slots *s, struct sample *to, enum stream_id id)
{
	uint32_t taken = __atomic_load_n(&slot_at(s, 0)->taken, __ATOMIC_ACQUIRE);
	size_t n = taken < SLOTS ? taken : SLOTS - 1, size = streams[id].rec_size;
	uint32_t before = to->count;
	uint8_t *rec = sample_reserve(to, id, n);

	for (size_t i = 1; i <= n; i++) {
		const struct slot_head *slot = slot_at(s, i);

		/* taken a moment ago, the key is being written: it comes with the next sample */
		if (!__atomic_load_n(&slot->ready, __ATOMIC_ACQUIRE))
			continue;
		memcpy(rec, slot + 1, size);
		rec += size;
		to->count++;
	}
	return to->count - before;
}

uint32_t slots_read(struct slots *s, struct sample *to, enum stream_id id)
{
	return array_read(s, to, id) + batch_read(s->more_batch, s->more[s->pair].fd, to, id);
}

/* An empty array that goes with the other hashes; its descriptor. */
static int array_next(const struct slots *s)
{
	int fd = inner_create(s, &s->array), r = 0;
	struct slot_head *first = xcalloc(1, s->stride);
	uint32_t zero = 0;

	first->pair = !s->pair;
	if (fd >= 0 && bpf_map_update_elem(fd, &zero, first, BPF_ANY))
		r = -errno;
	free(first);
	if (!r)
		return fd;
	close(fd);
	return r;
}

/* So that it can be used again; one that cannot be emptied makes room for another. */
static void hash_empty(struct slots *s, struct inner *in, struct batch *batch)
{
	if (batch_clear(batch, in->fd))
		inner_renew(s, in);
}

int slots_retire(struct slots *s, struct sample *to, enum stream_id id)
{
	int fd = array_next(s), old = -1, r = fd < 0 ? fd : 0;
	const uint8_t *mapped = r ? NULL : array_map(s, fd);

	if (!r && !mapped)
		r = -errno;
	if (!r)
		r = inner_put(&s->array, fd, &old);
	if (r) {
		if (mapped)
			munmap((void *)mapped, array_bytes(s));
		if (fd >= 0)
			close(fd);
		return r;
	}
	slots_read(s, to, id);
	hash_empty(s, &s->index[s->pair], s->index_batch);
	hash_empty(s, &s->more[s->pair], s->more_batch);
	munmap((void *)s->mapped, array_bytes(s));
	close(old);
	s->mapped = mapped;
	s->pair = !s->pair;
	return 0;
}

static void inner_close(struct inner *in)
{
	if (in->fd >= 0)
		close(in->fd);
}

void slots_close(struct slots *s)
{
	if (!s)
		return;
	if (s->mapped)
		munmap((void *)s->mapped, array_bytes(s));
	batch_free(s->more_batch);
	batch_free(s->index_batch);
	inner_close(&s->array);
	for (int i = 0; i < 2; i++) {
		inner_close(&s->index[i]);
		inner_close(&s->more[i]);
	}
	free(s);
}
