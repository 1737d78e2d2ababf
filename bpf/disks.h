/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disk half of the block programs: requests at the driver, and how long a disk was busy. */
#ifndef PROBETOP_DISKS_H
#define PROBETOP_DISKS_H

#include "probe.h"
#include "block.h"

/* Several CPUs count at one disk at a time. */
#define ADD(counter, n) __sync_fetch_and_add(&(counter), n)

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct disk_state);
} disks SEC(".maps");

/* All disks that found no room. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct disk_state);
} disks_other SEC(".maps");

static const struct disk_state disk_zero;

static __always_inline void lat_add_atomic(struct lat_rec *l, __u64 ns)
{
	__u32 b = lat_bucket(ns);

	ADD(l->total_ns, ns);
	if (b < LAT_BUCKETS)
		ADD(l->n[b], 1);
	/* two at once may leave the smaller one: it only narrows the top bucket, which both are in
	 * unless the larger has one of its own */
	if (ns > l->max_ns)
		l->max_ns = ns;
}

static __always_inline struct disk_state *disk_find(__u32 id)
{
	struct disk_state *d = bpf_map_lookup_elem(&disks, &id);
	__u32 zero = 0;

	return d ? d : bpf_map_lookup_elem(&disks_other, &zero);
}

/* The state of a disk, made when new. */
static __always_inline struct disk_state *disk_get(__u32 id, struct gendisk *g)
{
	struct disk_state *d = bpf_map_lookup_elem(&disks, &id);

	if (!d) {
		bpf_map_update_elem(&disks, &id, &disk_zero, BPF_NOEXIST);
		d = bpf_map_lookup_elem(&disks, &id);
	}
	if (!d) {
		count_loss(LOSS_MAP_FULL);
		return disk_find(id);
	}
	if (d->gendisk != (__u64)g) {
		d->gendisk = (__u64)g;
		BPF_CORE_READ_STR_INTO(&d->name, g, disk_name);
	}
	return d;
}

static __always_inline __u32 disk_id(struct gendisk *g)
{
	return (__u32)g->major << 20 | g->first_minor;
}

/*
 * The time up to now has been busy or idle.  Whoever moves since_ns owns the stretch that it moved
 * it over, so each is claimed once; who loses against another CPU leaves a few ns to the next.
 * Hence the order below: a request that ends claims its time before it is taken off inflight, one
 * that begins looks at inflight before it is added.  Where two of them meet, the time between
 * their clock and their counter is credited wrongly, once: there is nothing that could add up.
 */
static __always_inline void disk_claim(struct disk_state *d, __u64 now, bool busy)
{
	__u64 since = *(volatile __u64 *)&d->v.since_ns;

	if (now <= since)
		return;
	if (__sync_val_compare_and_swap(&d->v.since_ns, since, now) == since && busy)
		ADD(d->v.busy_ns, now - since);
}

static __always_inline void device_takes(struct disk_state *d, __u64 now)
{
	__u64 n = *(volatile __u64 *)&d->inflight;
	__u32 step;

	disk_claim(d, now, n > 0);
	n = ADD(d->inflight, 1) + 1;
	step = depth_step(n);
	if (step < DISK_DEPTHS)
		ADD(d->v.depth[step], 1);
}

/* The driver has finished the request or gives it back. */
static __always_inline void device_leaves(struct flight *f, __u64 now)
{
	struct disk_state *d;

	if (!f->issue_ns)
		return;
	f->dev_ns += elapsed(f->issue_ns, now);
	f->issue_ns = 0;
	d = disk_find(f->key.disk);
	if (!d)
		return;
	disk_claim(d, now, true);
	ADD(d->inflight, -1);
}

#endif
