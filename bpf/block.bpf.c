/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block I/O: who queued it, how long it waited, how long the device took.
 *
 * A request is followed from the context of the task that queued it to its completion.  That runs
 * on any CPU, in interrupts, also for two requests of one thread at a time; so unlike in the other
 * objects a counter has several writers, and every addition here is an atomic one.
 *
 * What the device was asked is what counts.  A task's flush is a request that never reaches the
 * driver: the block layer sends a command of its own for all that wait, and that command is
 * counted, for the first of them.
 */
#include "flights.h"

#define REQ_OP_MASK 0xff
#define REQ_OP_WRITE 1
#define REQ_OP_FLUSH 2
#define REQ_OP_DISCARD 3
#define SECTOR_SHIFT 9
#define SWEEP_NS 50000000 /* much longer than from on_issue to the mark, also on a busy host */

COUNTERS(io, struct io_key, struct io_val, 16384);

/* Set by the collector: block_io_start is there (6.5) and says when a request is queued. */
const volatile bool has_io_start = true;

static __always_inline bool request_flag(struct request *rq, __u32 bit)
{
	return rq->cmd_flags & 1u << bit;
}

static __always_inline bool request_flushes(struct request *rq)
{
	return request_flag(rq, bpf_core_enum_value(enum req_flag_bits, __REQ_PREFLUSH)) ||
	       request_flag(rq, bpf_core_enum_value(enum req_flag_bits, __REQ_FUA));
}

/* Directions are those of /proc/diskstats, where all but reads and discards are writes. */
static __always_inline __u32 request_dir(struct request *rq)
{
	__u32 op = rq->cmd_flags & REQ_OP_MASK;

	if (op == REQ_OP_FLUSH || (!rq->__data_len && request_flushes(rq)))
		return IO_FLUSH;
	if (op == REQ_OP_DISCARD)
		return IO_DISCARD;
	return op & 1 ? IO_WRITE : IO_READ;
}

/*
 * The group that the I/O is charged to, where it is another one than that of the task t: pages
 * that t writes back, I/O that a worker does for others.  v2 only: v1 does not charge writeback.
 */
static __always_inline struct cgroup *request_owner(struct request *rq, struct task_struct *t)
{
	struct bio *bio = rq->bio;
	struct cgroup *cg;

	if (!bio || !bpf_core_field_exists(bio->bi_blkg) ||
	    !bpf_core_enum_value_exists(enum cgroup_subsys_id, io_cgrp_id))
		return NULL;
	cg = bio->bi_blkg->blkcg->css.cgroup;
	if (!cg || cg->root->hierarchy_id ||
	    cg == task_cgroup(t, bpf_core_enum_value(enum cgroup_subsys_id, io_cgrp_id)))
		return NULL;
	return cg;
}

static __always_inline bool cgroup_below(struct cgroup *cg, __u64 id)
{
	for (int depth = 0; cg && depth < CGROUP_DEPTH_MAX; depth++) {
		struct cgroup_subsys_state *css;

		if (BPF_CORE_READ(cg, kn, id) == id)
			return true;
		css = BPF_CORE_READ(cg, self.parent);
		cg = css ? BPF_CORE_READ(css, cgroup) : NULL;
	}
	return false;
}

/* As task_wanted, but a group that the I/O is charged to counts in place of the task's. */
static __always_inline bool flight_wanted(struct task_struct *t, struct cgroup *owner)
{
	struct probe_config *c = get_config();
	__u32 tgid = MEMBER(t, tgid);

	if (!owner || !c || !c->filtering || !c->filter_cgroup || c->cgroup_subsys >= 0)
		return task_wanted(t);
	if (c->filter_n_pids && !bpf_map_lookup_elem(&filter_pids, &tgid))
		return false;
	return cgroup_below(owner, c->filter_cgroup);
}

/* When it ends, others may be selected than when it began.  Whose group was not selected then is not
 * known any more: of the processes it is. */
static __always_inline bool flight_still_wanted(const struct flight *f)
{
	struct probe_config *c = get_config();

	if (!c || !c->filtering)
		return true;
	return c->filter_cgroup ? f->wanted :
				  bpf_map_lookup_elem(&filter_pids, &f->key.task.tgid) != NULL;
}

static __always_inline struct io_val *io_other_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&io_other, &zero);
}

/* timed: the times are known, not only that it has ended */
static __always_inline void flight_count(struct disk_state *d, struct flight *f, __u64 now, bool timed)
{
	__u64 total = elapsed(f->start_ns, now);
	__u32 dir = f->key.dir, bucket = lat_bucket(total);
	struct io_val *v;

	if (d && dir < IO_DIRS) {
		ADD(d->v.ios[dir], 1);
		ADD(d->v.bytes[dir], f->bytes);
		if (f->failed)
			ADD(d->v.errors, 1);
		if (timed) {
			ADD(d->v.dev_ns, f->dev_ns);
			lat_add_atomic(&d->v.lat, total, bucket);
		}
	}
	if (!flight_still_wanted(f))
		return;
	v = counters_get(io, &f->key);
	if (!v)
		return;
	ADD(v->ios, 1);
	ADD(v->bytes, f->bytes);
	if (f->failed)
		ADD(v->errors, 1);
	if (!timed)
		return;
	ADD(v->queue_ns, elapsed(f->dev_ns, total));
	ADD(v->dev_ns, f->dev_ns);
	if (f->seq)
		ADD(v->seq, 1);
	lat_add_atomic(&v->lat, total, bucket);
}

/* A task's flush waits for the command that the block layer sends: the driver never sees it. */
static __always_inline bool flight_waits_only(const struct flight *f)
{
	return f->key.dir == IO_FLUSH && !f->issue_ns && !f->dev_ns;
}

/* It has ended, and nobody saw when; a driver that had it has done it. */
static __noinline int flight_abandon(__u64 at, __u32 number, __u64 now)
{
	struct flight *f = flight_find_at(at, number), done;
	struct disk_state *d;

	if (!f)
		return 0;
	done = *f;
	if (!flight_remove(at, number) || flight_waits_only(&done))
		return 0;
	count_loss(LOSS_UNMATCHED);
	if (!done.issue_ns)
		return 0;
	d = disk_find(done.key.disk);
	device_leaves(d, &done, now, false);
	done.bytes = done.len;
	flight_count(d, &done, now, false);
	return 0;
}

static __always_inline void flight_put(struct request *rq, struct flight *f)
{
	__u32 number = flight_number(rq);
	__u64 at = (__u64)rq;

	/* the address is used again: what was there has ended */
	if (flight_find_at(at, number))
		flight_abandon(at, number, f->start_ns);
	if (!flight_store(at, number, f))
		count_loss(LOSS_MAP_FULL);
}

/* The current task queues the request. */
static __always_inline void flight_begin(struct request *rq)
{
	struct task_struct *t = current_task();
	struct gendisk *g = request_disk(rq);
	struct cgroup *owner;
	struct flight f = {};

	/* commands to a controller have no disk */
	if (!g)
		return;
	owner = request_owner(rq, t);
	f.start_ns = bpf_ktime_get_ns();
	task_key_fill(&f.key.task, t);
	f.key.cgroup_id = owner ? BPF_CORE_READ(owner, kn, id) : 0;
	f.key.disk = disk_id(g);
	f.key.dir = request_dir(rq);
	f.wanted = flight_wanted(t, owner);
	flight_put(rq, &f);
}

/* The block layer sends a flush; it waited as long as the first request that it is for. */
static __always_inline void flush_begin(struct request *rq)
{
	struct probe_config *c = get_config();
	struct gendisk *g = request_disk(rq);
	struct flight f = {}, *first;
	__u64 at;

	if (!g)
		return;
	at = (__u64)flush_first_request(rq);
	first = at ? flight_find_at(at, flight_number_at(at)) : NULL;
	if (first) {
		f = *first;
		f.issue_ns = f.dev_ns = f.bytes = f.busy_ns = 0;
		f.seq = f.failed = f.at_driver = 0;
	} else {
		f.key.task.tgid = TASK_KERNEL;
		f.start_ns = bpf_ktime_get_ns();
		f.wanted = !c || !c->filtering;
	}
	f.key.disk = disk_id(g);
	f.key.dir = IO_FLUSH;
	flight_put(rq, &f);
}

static __always_inline void flight_end(struct request *rq, struct flight *f)
{
	__u64 now = bpf_ktime_get_ns();
	struct flight done = *f;
	struct disk_state *d;

	/* once: who removes it counts it */
	if (!flight_remove((__u64)rq, flight_number(rq)))
		return;
	if (flight_waits_only(&done))
		return;
	d = disk_find(done.key.disk);
	device_leaves(d, &done, now, true);
	flight_count(d, &done, now, true);
}

/* The end of something whose beginning was not seen: what it moved is known, not for whom or since
 * when. */
static __always_inline void count_unmatched(struct request *rq, bool failed, __u32 bytes,
					    bool whole)
{
	struct probe_config *c = get_config();
	struct gendisk *g = request_disk(rq);
	__u32 dir = request_dir(rq);
	struct disk_state *d;
	struct io_val *v;

	/* a write that wants flushes around it ends twice; the second end moves nothing */
	if (!g || (!bytes && (rq->cmd_flags & REQ_OP_MASK) == REQ_OP_WRITE))
		return;
	if (whole)
		count_loss(LOSS_UNMATCHED);
	d = disk_get(disk_id(g), g);
	if (d && dir < IO_DIRS) {
		ADD(d->v.ios[dir], whole);
		ADD(d->v.errors, whole && failed);
		ADD(d->v.bytes[dir], failed ? 0 : bytes);
	}
	v = c && c->filtering ? NULL : io_other_get();
	if (v) {
		ADD(v->ios, whole);
		ADD(v->errors, whole && failed);
		ADD(v->bytes, failed ? 0 : bytes);
	}
}

/*
 * Attached in this order: ends first, beginnings last.  The other way round, what ends between the
 * two would stay in flight.
 *
 * A request may end in parts: bytes is this part, __data_len what was left before it.
 */
SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_complete, struct request *rq, int error, unsigned int bytes)
{
	struct flight *f = flight_find(rq);
	bool whole = bytes >= rq->__data_len;

	if (!f) {
		count_unmatched(rq, error, bytes, whole);
		return 0;
	}
	if (error)
		f->failed = 1;
	else
		f->bytes += bytes;
	if (whole)
		flight_end(rq, f);
	return 0;
}

/* What ended without its last part. */
SEC("tp_btf/block_io_done")
int BPF_PROG(on_io_done, struct request *rq)
{
	struct flight *f = flight_find(rq);

	if (f)
		flight_end(rq, f);
	return 0;
}

SEC("tp_btf/block_rq_requeue")
int BPF_PROG(on_requeue, struct request *rq)
{
	struct flight *f = flight_find(rq);

	if (f)
		device_leaves(disk_find(f->key.disk), f, bpf_ktime_get_ns(), true);
	return 0;
}

/* rq was merged into another request and is gone. */
SEC("tp_btf/block_rq_merge")
int BPF_PROG(on_merge, struct request *rq)
{
	flight_remove((__u64)rq, flight_number(rq));
	return 0;
}

/* The flight of a request that is being issued; NULL when nobody knows who queued it. */
static __always_inline struct flight *flight_issued(struct request *rq)
{
	struct flight *f = flight_find(rq);
	bool flush = (rq->cmd_flags & REQ_OP_MASK) == REQ_OP_FLUSH;

	if (f && !f->issue_ns)
		return f;
	/* still at the driver: that was another request at the same address */
	if (flush)
		flush_begin(rq);
	else if (!has_io_start)
		flight_begin(rq);
	return flight_find(rq);
}

/* A request at the driver is marked so just after on_issue, and no more when it is freed. */
static __always_inline long flight_check(__u64 at, __u32 number, struct flight *f, __u64 now)
{
	struct request *rq = (struct request *)at;
	struct disk_state *d;

	if (!f->issue_ns)
		return 0;
	if (BPF_CORE_READ(rq, state) != bpf_core_enum_value(enum mq_rq_state, MQ_RQ_IDLE)) {
		d = disk_find(f->key.disk);
		f->at_driver = 1;
		if (d)
			disk_prove(d, f, now);
		return 0;
	}
	f->at_driver = 0;
	if (elapsed(f->issue_ns, now) > SWEEP_NS)
		flight_abandon(at, number, now);
	return 0;
}

#ifndef BASIC /* 69c087ba6225 (5.13); without it that is left to the collector */
static long slot_check(void *map, const __u32 *number, struct flight_slot *s, const __u64 *now)
{
	__u64 at = s->at;

	return at > FLIGHT_COMES ? flight_check(at, *number, &s->flight, *now) : 0;
}

static long hashed_check(void *map, const __u64 *at, struct flight *f, const __u64 *now)
{
	return flight_check(*at, flight_number_at(*at), f, *now);
}

static __always_inline void flights_check(__u64 now)
{
	bpf_for_each_map_elem(&flight_slots, slot_check, &now, 0);
	if (flights_hashed)
		bpf_for_each_map_elem(&flights, hashed_check, &now, 0);
}
#endif

/* What ended unseen would count for the most in flight at once, so look when there are some.  Gives the
 * time after that. */
static __always_inline __u64 disk_sweep(struct disk_state *d, __u64 now)
{
	if (!d->inflight || elapsed(d->swept_ns, now) < SWEEP_NS)
		return now;
	d->swept_ns = now;
#ifndef BASIC
	flights_check(now);
#endif
	return bpf_ktime_get_ns();
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_issue, struct request *rq)
{
	struct flight *f = flight_issued(rq);
	struct gendisk *g = request_disk(rq);
	struct disk_state *d;
	__u64 now;
	__u32 dir;

	if (!f || f->issue_ns || !g)
		return 0;
	now = bpf_ktime_get_ns();
	d = disk_get(f->key.disk, g);
	if (d) {
		now = disk_sweep(d, now);
		f->busy_ns = d->v.busy_ns;
	}
	dir = f->key.dir;
	f->at_driver = 0;
	f->issue_ns = now;
	f->len = rq->__data_len;
	if (!d || dir >= IO_DIRS)
		return 0;
	/* merged requests are one by now; two CPUs at once may take each other's place here */
	if (!f->dev_ns && dir != IO_FLUSH) {
		f->seq = d->next_sector[dir] == rq->__sector;
		d->next_sector[dir] = rq->__sector + (rq->__data_len >> SECTOR_SHIFT);
	}
	device_takes(d);
	return 0;
}

/* Where there is no block_io_start: queued by its submitter, or again after it was given back. */
SEC("tp_btf/block_rq_insert")
int BPF_PROG(on_insert, struct request *rq)
{
	struct flight *f = flight_find(rq);

	if (has_io_start || (f && !f->issue_ns && f->dev_ns))
		return 0;
	flight_begin(rq);
	return 0;
}

SEC("tp_btf/block_io_start")
int BPF_PROG(on_io_start, struct request *rq)
{
	flight_begin(rq);
	return 0;
}

/*
 * Run by the collector before it reads: what has ended unseen would look stuck, and its disk busy.
 * The kernel leaves out programs that interrupt themselves, and those of a sandbox may not see some
 * tasks nor what interrupts them.
 */
#ifdef BASIC
SEC("iter/bpf_map_elem")
int sweep(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *key = ctx->key, at, now = bpf_ktime_get_ns();
	struct flight *f;

	if (!key)
		return 0;
	at = *key;
	f = flight_find_at(at, 0);
	if (f)
		flight_check(at, 0, f, now);
	return 0;
}
#else
SEC("raw_tp/")
int sweep(void *ctx)
{
	flights_check(bpf_ktime_get_ns());
	return 0;
}
#endif
