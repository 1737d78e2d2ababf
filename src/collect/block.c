/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Block I/O: counters by task and disk, the state of the disks, and what is in flight. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "block.skel.h"
#include "block_basic.skel.h"
#include "batch.h"
#include "bpf/block.h"
#include "cgroup.h"
#include "core/mem.h"
#include "family.h"
#include "helper.h"

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

#define FLIGHT_BATCH 512
#define NAMED_MAX 4096

/* A group that owns I/O of others' and whose path has been sent. */
struct named_cgroup {
	uint64_t id;
	UT_hash_handle hh;
};

struct block {
	struct family_object object;
	struct counters *io;
	struct cgroups cgroups;
	struct named_cgroup *named;
	int flights_fd, disks_fd, other_fd, sweep_fd;
	struct flight_slot *slots; /* mapped; NULL: there are none, all flights are in the hash */
	uint64_t at[FLIGHT_BATCH];
	struct flight flights[FLIGHT_BATCH];
};

/* block_io_start (6.5) tells the submitter; older kernels insert requests in its context.  Only one of
 * the two is attached. */
static void block_prepare(struct family_object *o, struct family_context *ctx)
{
	bool has_start = !ctx->basic && kernel_has_tracepoint("block_io_start");
	uint32_t *mask = object_constant(o, "flight_slots_mask");

	*(bool *)object_constant(o, "has_io_start") = has_start;
	/* one slot: requests at the same time are in the hash, all but one */
	if (mask && ctx->max_entries)
		*mask = 0;
	bpf_program__set_autoload(object_program(o, has_start ? "on_insert" : "on_io_start"), false);
	if (ctx->max_entries)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(o->object, "disks"),
					 ctx->max_entries);
}

static void probe_explain(struct block *s, const struct family_context *ctx)
{
	for (size_t i = 0; i < s->object.n_probes; i++) {
		struct probe *p = &s->object.probes[i];
		const char *name = bpf_program__name(p->program);

		if (p->link)
			continue;
		if (!strcmp(name, "on_insert"))
			snprintf(p->why, sizeof(p->why), "not needed: block_io_start is there");
		else if (!strcmp(name, "on_io_start"))
			snprintf(p->why, sizeof(p->why), "%s",
				 ctx->basic ? "basic probes were asked for" :
					      "this kernel has no tracepoint block_io_start");
	}
}

static const struct image block_images[] = {
	{ .bytes = block_bpf__elf_bytes,
	  .helper = BPF_FUNC_for_each_map_elem,
	  .helper_name = "bpf_for_each_map_elem" },
	{ .name = "basic", .bytes = block_basic_bpf__elf_bytes },
};

static int flight_slots_open(struct block *s)
{
	int fd = object_map_fd(&s->object, "flight_slots");
	void *p;

	if (fd < 0)
		return 0;
	p = mmap(NULL, FLIGHT_SLOTS * sizeof(*s->slots), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	s->slots = p;
	return 0;
}

static int block_open(struct family_context *ctx, void **ret_state)
{
	struct block *s = xcalloc(1, sizeof(*s));
	int r;

	*ret_state = s;
	cgroups_open(&s->cgroups);
	r = image_open(&s->object, block_images, 2, block_prepare,
		       "on_io_start on_insert on_io_done on_merge on_requeue", ctx);
	if (r)
		return r;
	probe_explain(s, ctx);
	r = counters_open(&s->io, &s->object, "io", ctx);
	s->flights_fd = object_map_fd(&s->object, "flights");
	s->disks_fd = object_map_fd(&s->object, "disks");
	s->sweep_fd = bpf_program__fd(object_program(&s->object, "sweep"));
	s->other_fd = object_map_fd(&s->object, "disks_other");
	return r ? r : flight_slots_open(s);
}

static void disk_add(struct sample *to, uint32_t id, const struct disk_state *d)
{
	struct disk_rec *r = sample_add(to, STREAM_DISK);

	r->disk = id;
	r->v = d->v;
	memcpy(r->name, d->name, sizeof(r->name));
	r->name[sizeof(r->name) - 1] = 0;
}

/* Disks are few: key by key. */
static void disks_read(struct block *s, struct sample *to)
{
	uint32_t key, *at = NULL, zero = 0;
	struct disk_state d;

	while (!bpf_map_get_next_key(s->disks_fd, at, &key)) {
		at = &key;
		if (!bpf_map_lookup_elem(s->disks_fd, &key, &d))
			disk_add(to, key, &d);
	}
	if (!bpf_map_lookup_elem(s->other_fd, &zero, &d) &&
	    (d.v.since_ns || d.inflight || d.v.lat.total_ns))
		disk_add(to, DISK_OTHER, &d);
}

static struct disk_rec *disk_find(struct sample *in, uint32_t id)
{
	struct disk_rec *other = NULL;

	for (uint32_t i = 0; i < in->count; i++) {
		struct disk_rec *r = (struct disk_rec *)sample_rec(in, STREAM_DISK, i);

		if (r->disk == id)
			return r;
		if (r->disk == DISK_OTHER)
			other = r;
	}
	return other;
}

static uint64_t elapsed(uint64_t since, uint64_t now)
{
	return now > since ? now - since : 0;
}

static void flight_add(struct sample *disks, const struct flight *f, uint64_t now_ns)
{
	struct disk_rec *r = disk_find(disks, f->key.disk);
	uint64_t age = elapsed(f->start_ns, now_ns);

	/* issued since the sweep just now, or ended unseen: the next sample knows */
	if (!r || (f->issue_ns && !f->at_driver))
		return;
	if (f->issue_ns) {
		r->inflight++;
		r->inflight_ns += elapsed(f->issue_ns, now_ns);
	} else if (f->key.dir == IO_FLUSH) {
		/* a task that waits for a flush: the flush itself is another entry */
		return;
	} else {
		r->queued++;
	}
	r->inflight_ns += f->dev_ns;
	if (age > r->oldest_ns)
		r->oldest_ns = age;
}

static void flight_slots_read(const struct block *s, struct sample *disks, uint64_t now_ns)
{
	for (uint32_t i = 0; s->slots && i < FLIGHT_SLOTS; i++) {
		const struct flight_slot *slot = &s->slots[i];
		uint64_t at = __atomic_load_n(&slot->at, __ATOMIC_ACQUIRE);
		struct flight f;

		if (at <= FLIGHT_COMES)
			continue;
		f = slot->flight;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		/* else it has ended meanwhile, and another one may be there */
		if (__atomic_load_n(&slot->at, __ATOMIC_RELAXED) == at)
			flight_add(disks, &f, now_ns);
	}
}

/*
 * After the disks: what completes between the two is missing from both in this sample, and whole
 * in the next one, so no time is counted twice.
 */
static void flights_read(struct block *s, struct sample *disks, uint64_t now_ns)
{
	uint64_t next, *from = NULL;
	int r = 0;

	flight_slots_read(s, disks, now_ns);
	while (!r) {
		uint32_t n = FLIGHT_BATCH;

		r = bpf_map_lookup_batch(s->flights_fd, from, &next, s->at, s->flights, &n, NULL);
		if (r && errno != ENOENT)
			return;
		from = &next;
		for (uint32_t i = 0; i < n; i++)
			flight_add(disks, &s->flights[i], now_ns);
	}
}

static void named_forget(struct block *s)
{
	struct named_cgroup *c, *next;

	HASH_ITER(hh, s->named, c, next) {
		HASH_DEL(s->named, c);
		free(c);
	}
}

/* Paths of the groups that I/O is charged to: no task of theirs need be known. */
static void cgroups_learn(struct block *s, const struct sample *io, struct sample *to)
{
	for (uint32_t i = 0; i < io->count; i++) {
		const struct io_rec *r = sample_rec(io, STREAM_IO, i);
		struct cgroup_rec named = { .id = r->key.cgroup_id };
		struct named_cgroup *c;

		if (!named.id)
			continue;
		HASH_FIND(hh, s->named, &named.id, sizeof(named.id), c);
		if (c || cgroups_name(&s->cgroups, &named))
			continue;
		/* groups come and go; those that are still there are sent again, which does no harm */
		if (HASH_COUNT(s->named) >= NAMED_MAX)
			named_forget(s);
		c = xcalloc(1, sizeof(*c));
		c->id = named.id;
		HASH_ADD(hh, s->named, id, sizeof(c->id), c);
		*(struct cgroup_rec *)sample_add(to, STREAM_CGROUP) = named;
	}
}

static void flights_sweep(struct block *s)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	/* without bpf_for_each_map_elem it is an iterator */
	if (image_is_basic(&s->object))
		iterator_run_map(&s->object, "sweep", s->flights_fd);
	else if (s->sweep_fd >= 0)
		bpf_prog_test_run_opts(s->sweep_fd, &opts);
}

static void block_read(void *state, struct frame *f)
{
	struct block *s = state;

	flights_sweep(s);
	counters_read(s->io, &f->s[STREAM_IO], STREAM_IO);
	cgroups_learn(s, &f->s[STREAM_IO], &f->s[STREAM_CGROUP]);
	disks_read(s, &f->s[STREAM_DISK]);
	flights_read(s, &f->s[STREAM_DISK], f->mono_ns);
	object_loss(&s->object, f->s[STREAM_IO].loss);
}

/* Requests end unseen meanwhile; disks begin again with the next one. */
static void block_settle(void *state)
{
	struct block *s = state;
	struct disk_state other;
	uint32_t zero = 0;

	batch_clear_map(s->flights_fd);
	if (s->slots)
		memset(s->slots, 0, FLIGHT_SLOTS * sizeof(*s->slots));
	batch_clear_map(s->disks_fd);
	if (bpf_map_lookup_elem(s->other_fd, &zero, &other))
		return;
	other.inflight = 0;
	bpf_map_update_elem(s->other_fd, &zero, &other, BPF_ANY);
}

static const struct family_object *block_object(void *state)
{
	return &((struct block *)state)->object;
}

static void block_close(void *state)
{
	struct block *s = state;

	named_forget(s);
	if (s->slots)
		munmap(s->slots, FLIGHT_SLOTS * sizeof(*s->slots));
	counters_close(s->io);
	object_close(&s->object);
	cgroups_close(&s->cgroups);
	free(s);
}

const struct family family_block = {
	.name = "block",
	.streams = 1u << STREAM_IO | 1u << STREAM_DISK,
	.open = block_open,
	.read = block_read,
	.settle = block_settle,
	.object = block_object,
	.close = block_close,
};
