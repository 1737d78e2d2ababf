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

/* ns and its bucket */
static __always_inline void lat_add_atomic(struct lat_rec *l, __u64 ns, __u32 bucket)
{
	ADD(l->total_ns, ns);
	if (bucket < LAT_BUCKETS)
		ADD(l->n[bucket], 1);
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
 * Known to have been busy: from the time that a request was issued to the time that it was seen to
 * end, or at the driver still.  One that ended unseen proves nothing, so it adds nothing, however
 * long it took to find out.
 *
 * What is proven always reaches up to now.  So all there is to know is what had been proven before
 * the request was issued; that changes only by requests that were issued even before, and these
 * prove one stretch with it: the one from busy_from_ns to since_ns.  A request that was issued
 * before that stretch has the sum of the time when it was issued.
 */
static __always_inline __u64 busy_more(const struct disk_state *d, const struct flight *f,
				       __u64 since, __u64 now)
{
	__u64 whole = now - f->issue_ns, more = elapsed(since, now);
	__u64 busy = *(volatile __u64 *)&d->v.busy_ns;

	if (f->issue_ns >= since)
		return whole;
	if (f->issue_ns < d->busy_from_ns && f->busy_ns + whole > busy + more)
		more = f->busy_ns + whole - busy;
	return more < whole ? more : whole;
}

/* Atomic instructions that give something back: 5ca419f2864a, 5ffa25502b5a (5.12).  Without them: */
#ifdef BASIC

/* One CPU at a time moves since_ns of a disk: that which has put the disk into this map.  It takes no
 * longer than an update, and programs are not preempted there. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u32);
} provers SEC(".maps");

static __always_inline bool prove_begin(const struct flight *f)
{
	__u32 id = f->key.disk;

	return !bpf_map_update_elem(&provers, &id, &id, BPF_NOEXIST);
}

static __always_inline void prove_end(const struct flight *f)
{
	__u32 id = f->key.disk;

	bpf_map_delete_elem(&provers, &id);
}

static __always_inline bool since_move(struct disk_state *d, __u64 since, __u64 now)
{
	d->v.since_ns = now;
	return true;
}

/* As it is just after: others may have come or gone meanwhile, but so many were in flight. */
static __always_inline __u64 inflight_add(struct disk_state *d)
{
	ADD(d->inflight, 1);
	return *(volatile __u64 *)&d->inflight;
}

#else

static __always_inline bool prove_begin(const struct flight *f)
{
	return true;
}

static __always_inline void prove_end(const struct flight *f)
{
}

static __always_inline bool since_move(struct disk_state *d, __u64 since, __u64 now)
{
	return __sync_val_compare_and_swap(&d->v.since_ns, since, now) == since;
}

static __always_inline __u64 inflight_add(struct disk_state *d)
{
	return ADD(d->inflight, 1) + 1;
}

#endif

/*
 * Whoever moves since_ns adds the time.  Another CPU may come in between that and the sum; then a
 * time of that length is credited wrongly, once: there is nothing that could add up.  False: another
 * one has moved it.
 */
static __always_inline bool disk_prove_once(struct disk_state *d, const struct flight *f, __u64 now)
{
	__u64 since = *(volatile __u64 *)&d->v.since_ns, more, from = f->issue_ns;

	/* clocks of two CPUs: the other one was here first */
	if (now < since)
		now = since;
	if (now <= from)
		return true;
	more = busy_more(d, f, since, now);
	if (!since_move(d, since, now))
		return false;
	if (from > since || from < d->busy_from_ns)
		d->busy_from_ns = from;
	ADD(d->v.busy_ns, more);
	return true;
}

static __always_inline void disk_prove(struct disk_state *d, const struct flight *f, __u64 now)
{
	for (int tries = 0; tries < 4; tries++) {
		bool done;

		if (!prove_begin(f))
			continue;
		done = disk_prove_once(d, f, now);
		prove_end(f);
		if (done)
			return;
	}
}

static __always_inline void device_takes(struct disk_state *d)
{
	__u32 step = depth_step(inflight_add(d));

	if (step < DISK_DEPTHS)
		ADD(d->v.depth[step], 1);
}

/* The driver has finished the request or gives it back; seen: now, else at some time before.  d: its
 * disk, NULL when the maps are broken. */
static __always_inline void device_leaves(struct disk_state *d, struct flight *f, __u64 now, bool seen)
{
	if (!f->issue_ns)
		return;
	if (d && seen)
		disk_prove(d, f, now);
	f->dev_ns += elapsed(f->issue_ns, now);
	f->issue_ns = 0;
	f->at_driver = 0;
	if (d)
		ADD(d->inflight, -1);
}

#endif
