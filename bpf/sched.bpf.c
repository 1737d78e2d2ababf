/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who runs, who waits to run, for how long and behind whom.
 *
 * One writer at a time: wake-ups and switches are traced with the lock of the run queue held that
 * the thread is on, migrations with its pi_lock or the lock of the queue that it leaves.  So plain
 * arithmetic on a thread's record, and on the record of the queue's CPU, is exact.
 */
#include "sched_noted.h"

/* Starts a new stretch of the same number of waiting threads, or one with another. */
static __always_inline void len_note(struct cpu_val *c, struct task_struct *queued, bool idle,
				     __u64 now)
{
	struct rq *rq = task_rq(queued);
	__u64 ns = c->len_since_ns ? elapsed(c->len_since_ns, now) : 0;
	__u64 len = c->len_now;
	__u32 n;

	c->len_integral += len * ns;
	c->len_ns[len < RUNQ_LENS ? len : RUNQ_LENS - 1] += ns;
	c->len_since_ns = now;
	n = rq ? rq_runnable(rq) : 0;
	c->len_now = n && !idle ? n - 1 : n;
}

static __always_inline void on_queued(struct task_struct *p)
{
	struct cpu_slot *slot;
	struct sched_val *v;
	struct task_key k;
	__u64 now;
	__u32 cpu;

	/* It did not get to sleep.  A thread can wake itself without the lock: look at nothing. */
	if (!ready_ns || (__u64)p == bpf_get_current_task() || p->on_cpu)
		return;
	now = bpf_ktime_get_ns();
	cpu = task_cpu(p);
	slot = bpf_map_lookup_elem(&cpus, &cpu);
	if (slot)
		len_note(&slot->v, p, slot->since_ns && !slot->running.tid, now);
	if (!task_wanted(p))
		return;
	task_key_fill(&k, p);
	v = val_get(&k);
	if (!v)
		return;
	v->on_since_ns = 0;
	v->cpu = cpu;
	if (!v->queued_since_ns)
		v->queued_since_ns = now;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *p)
{
	on_queued(p);
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *p)
{
	on_queued(p);
	return 0;
}

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(on_migrate, struct task_struct *p, int to)
{
	struct sched_val *v;
	struct task_key k;

	if (!ready_ns || !task_wanted(p))
		return 0;
	task_key_fill(&k, p);
	v = val_get(&k);
	if (v)
		v->cpu = to;
	else
		v = val_other();
	if (v)
		v->migrations++;
	return 0;
}

static __always_inline bool key_equal(const struct task_key *a, const struct task_key *b)
{
	return a->tid == b->tid && a->tgid == b->tgid && a->start_ns == b->start_ns;
}

/* Ends a stretch on the CPU in the record where it began: the thread's own or that of (other). */
static __always_inline bool run_end(struct sched_val *v, __u64 now)
{
	if (!v || !v->on_since_ns)
		v = val_other();
	if (!v || !v->on_since_ns)
		return false;
	v->cpu_ns += elapsed(v->on_since_ns, now);
	v->on_since_ns = 0;
	return true;
}

/* Ends a stretch whose beginning was not seen, and the wait before it. */
static __always_inline void run_end_unseen(struct cpu_slot *slot, struct sched_val *v,
					   struct task_struct *t, __u64 now)
{
	__u64 ran = noted_running_ns(t), most = counted_ns(slot->since_ns, now);

	/* nothing is known of the time before the probes were attached */
	if (!slot->since_ns)
		return;
	if (ran > most)
		ran = most;
	v->cpu_ns += ran;
	if (v->queued_since_ns)
		lat_count(&v->wait, elapsed(v->queued_since_ns, now - ran));
}

/*
 * The one that leaves is not the one that came.  exec by a thread that is not the leader gives it
 * the leader's tid and start time while it runs: the record under its old key is over.  Else a
 * switch was not seen, and for how long the old one ran is not known.
 */
static __always_inline void run_end_other(const struct cpu_slot *slot, const struct task_key *k,
					  __u64 now)
{
	struct sched_val *v = val_find(&slot->running);
	bool since_then = v && v->on_since_ns == slot->since_ns;

	if (!slot->lent && slot->running.tgid != k->tgid)
		unseen_tgid = slot->running.tgid;
	if (!since_then)
		return;
	if (slot->lent) {
		v->on_since_ns = 0;
		v->queued_since_ns = slot->since_ns;
	} else if (slot->running.tgid == k->tgid) {
		run_end(v, now);
		v->dead = 1;
	} else {
		v->on_since_ns = 0;
	}
}

static __always_inline void switch_count(struct sched_val *v, bool voluntary)
{
	if (!v)
		return;
	if (voluntary)
		v->vol_switches++;
	else
		v->invol_switches++;
}

/* It was wanted once: what has begun ends, nothing else is counted. */
static __always_inline void unwanted_out(struct sched_val *v, __u32 state, __u64 now)
{
	run_end(v, now);
	if (!v)
		return;
	v->dead = state == TASK_DEAD;
	v->queued_since_ns = 0;
}

/*
 * Returns the record when the thread goes on waiting, else NULL.
 * state: not the argument that sched_switch has since 5.18, to be the same everywhere.  What that
 * argument avoids is a wake-up in between, which sets TASK_WAKING: not 0, so no difference here.
 */
static __always_inline struct sched_val *switch_out(struct cpu_slot *slot, struct task_struct *prev,
						    bool preempt, __u64 now)
{
	__u32 state = task_state(prev);
	bool wanted = task_wanted(prev), voluntary = !preempt && state;
	struct sched_val *v;
	struct task_key k;

	task_key_fill(&k, prev);
	if (k.tgid == unseen_tgid)
		unseen_tgid = 0;
	if (slot->running.tid && !key_equal(&k, &slot->running))
		run_end_other(slot, &k, now);
	v = val_find(&k);
	if (!wanted) {
		unwanted_out(v, state, now);
		return NULL;
	}
	if (!v)
		v = val_make(&k);
	if (!run_end(v, now) && v)
		run_end_unseen(slot, v, prev, now);
	if (!v) {
		switch_count(val_other(), voluntary);
		return NULL;
	}
	switch_count(v, voluntary);
	v->dead = state == TASK_DEAD;
	v->queued_since_ns = !voluntary ? now : 0;
	return v->queued_since_ns ? v : NULL;
}

/* ns of waiting were the fault of process pid.  Makes room by what has least, and counts one that was
 * not there for some seconds as nothing: the sums of long ago must not keep the present ones out. */
static __always_inline void by_credit(struct sched_val *v, __u32 pid, __u64 ns, __u64 now)
{
	struct sched_by *least = &v->by[0];
	__u64 least_ns = ~0ull;
	__u32 at = now >> BY_AT_SHIFT;

	for (int i = 0; i < SCHED_BY; i++) {
		struct sched_by *b = &v->by[i];
		__u64 b_ns = at - b->at > 2 ? 0 : b->ns;

		if (b->pid == pid) {
			b->ns += ns;
			b->at = at;
			return;
		}
		if (b_ns < least_ns) {
			least = b;
			least_ns = b_ns;
		}
	}
	least->pid = pid;
	least->at = at;
	least->ns = ns;
}

/* Notes the stretch that ends now, for those that waited meanwhile.  Threads of one process that take
 * turns are one stretch. */
static __always_inline void ran_note(struct cpu_slot *slot, __u64 now)
{
	struct ran *r = &slot->ran[slot->ran_last % RAN];

	if (!slot->running.tid || !slot->since_ns)
		return;
	if (r->tgid != slot->running.tgid || r->to_ns != slot->since_ns) {
		slot->ran_last++;
		r = &slot->ran[slot->ran_last % RAN];
		r->tgid = slot->running.tgid;
		r->from_ns = slot->since_ns;
	}
	r->to_ns = now;
}

/* Blames the last but `back` for what it ran since then.  False when all before it is over. */
static __always_inline bool ran_blame(struct cpu_slot *slot, struct sched_val *v, __u32 back,
				      __u64 since, __u64 now)
{
	struct ran *r = &slot->ran[(slot->ran_last - back) % RAN];

	if (r->to_ns <= since)
		return false;
	by_credit(v, r->tgid, r->to_ns - (r->from_ns > since ? r->from_ns : since), now);
	return r->from_ns > since;
}

/* For a thread that was behind more than one: all but the last, on this CPU.  A global function, see
 * task_passes; ids: tid, and tgid in the upper half. */
__noinline int ran_blame_rest(__u64 ids, __u64 start_ns, __u64 since, __u64 now)
{
	struct task_key k = { .tid = (__u32)ids, .tgid = ids >> 32, .start_ns = start_ns };
	__u32 cpu = bpf_get_smp_processor_id();
	struct cpu_slot *slot = bpf_map_lookup_elem(&cpus, &cpu);
	struct sched_val *v = val_find(&k);

	if (!slot || !v)
		return 0;
	for (__u32 back = 1; back < RAN; back++)
		if (!ran_blame(slot, v, back, since, now))
			break;
	return 0;
}

/* here: for how long the thread has waited for this CPU, as the kernel noted it; 0: not known. */
static __always_inline void wait_end(struct cpu_slot *slot, struct sched_val *v,
				     const struct task_key *k, __u64 here, __u64 now)
{
	__u64 since = v->queued_since_ns, waited = elapsed(since, now);
	__u32 bucket = lat_bucket(waited);

	v->queued_since_ns = 0;
	lat_count_in(&v->wait, waited, bucket, 1);
	lat_count_in(&slot->v.wait, waited, bucket, 1);
	/* before it was moved here it waited for another CPU */
	if (here && here < waited)
		since = now - here;
	if (ran_blame(slot, v, 0, since, now))
		ran_blame_rest((__u64)k->tgid << 32 | k->tid, k->start_ns, since, now);
}

/* slot->running is still the one before.  noted: for how long the kernel says that next has waited; unseen:
 * the end of next will not be. */
static __always_inline void switch_in(struct cpu_slot *slot, struct task_struct *next,
				      const struct task_key *k, __u64 noted, bool unseen, __u64 now)
{
	struct sched_val *v = val_find(k);
	__u64 waited = 0;

	if (v && v->queued_since_ns)
		wait_end(slot, v, k, noted, now);
	else
		waited = noted;
	/* the CPU counts those, too, that -p or -c leave out */
	if (waited)
		lat_count(&slot->v.wait, waited);
	if (!task_wanted(next))
		return;
	if (!v)
		v = val_make(k);
	if (v)
		v->cpu = bpf_get_smp_processor_id();
	else
		v = val_other();
	if (!v)
		return;
	if (waited && waited > counted_ns(ready_ns, now))
		waited = counted_ns(ready_ns, now);
	if (waited)
		lat_count(&v->wait, waited);
	v->on_since_ns = unseen ? 0 : now;
	/* note_queued may just have come to know of the wait that is over */
	v->queued_since_ns = 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u64 now = bpf_ktime_get_ns();
	__u32 cpu = bpf_get_smp_processor_id();
	struct cpu_slot *slot = bpf_map_lookup_elem(&cpus, &cpu);
	struct sched_val *waits = NULL;
	struct rq *rq = task_rq(next);
	struct task_key k = {};
	__u64 noted;
	bool unseen;

	if (!ready_ns || !slot)
		return 0;
	/* before the ways part: see io_see_task */
	noted = noted_queued_at(next, rq ? rq->clock : 0, now);
	ran_note(slot, now);
	if (prev->pid)
		waits = switch_out(slot, prev, preempt, now);
	unseen = next->pid && next->tgid == unseen_tgid;
	if (next->pid) {
		task_key_fill(&k, next);
		switch_in(slot, next, &k, noted, unseen, now);
	}
	if (unseen && waits) {
		/* most likely prev is back soon, and that will not be seen either */
		waits->on_since_ns = now;
		waits->queued_since_ns = 0;
	} else {
		slot->running = k;
	}
	slot->lent = unseen && waits;
	slot->since_ns = now;
	slot->v.switches++;
	/* an idle thread is on no queue: ask the other one */
	if (next->pid)
		len_note(&slot->v, next, false, now);
	else
		len_note(&slot->v, prev, true, now);
	return 0;
}

/* The allocator begins with one element per CPU, too few for a switch between two new threads; it
 * gets more when that one is taken. */
static __always_inline void memory_ask(void)
{
	struct task_key nobody = { .tgid = bpf_get_smp_processor_id() };

	bpf_map_update_elem(&sched, &nobody, &sched_zero, BPF_ANY);
	bpf_map_delete_elem(&sched, &nobody);
}

static __always_inline void running_note(struct cpu_slot *slot, struct task_struct *t, __u64 now)
{
	struct task_key k = {};
	struct sched_val *v;

	slot->since_ns = now;
	slot->v.len_since_ns = now;
	k.tid = BPF_CORE_READ(t, pid);
	if (!k.tid)
		return;
	k.tgid = BPF_CORE_READ(t, tgid);
	k.start_ns = BPF_CORE_READ(t, start_boottime);
	slot->running = k;
	if (!task_wanted(t))
		return;
	v = val_get(&k);
	if (v)
		v->cpu = bpf_get_smp_processor_id();
	else
		v = val_other();
	if (v)
		v->on_since_ns = now;
}

/* Other threads are wanted now than when this one came: its stretch ends here, or begins. */
static __always_inline void running_select(struct cpu_slot *slot, struct task_struct *t, __u64 now)
{
	bool wanted = task_wanted(t);
	struct task_key k = {};
	struct sched_val *v;

	k.tid = BPF_CORE_READ(t, pid);
	k.tgid = BPF_CORE_READ(t, tgid);
	k.start_ns = BPF_CORE_READ(t, start_boottime);
	v = val_find(&k);
	if (!k.tid || !key_equal(&k, &slot->running) || wanted == (v && v->on_since_ns))
		return;
	ran_note(slot, now);
	slot->since_ns = now;
	if (!wanted) {
		run_end(v, now);
		return;
	}
	v = v ? v : val_make(&k);
	if (v) {
		v->cpu = bpf_get_smp_processor_id();
		v->queued_since_ns = 0;
	} else {
		v = val_other();
	}
	if (v)
		v->on_since_ns = now;
}

/*
 * Run by the collector on each CPU, twice: with args[0] 0 before anything is counted, then with 1.
 * Who runs there already and for long would otherwise be seen only when it stops.  With 2 when other
 * threads have been selected.  In an interrupt, so this CPU switches to nobody meanwhile.
 */
SEC("raw_tp/")
int note_running(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 now = bpf_ktime_get_ns();
	__u32 cpu = bpf_get_smp_processor_id();
	struct cpu_slot *slot = bpf_map_lookup_elem(&cpus, &cpu);

	if (!ctx->args[0]) {
		memory_ask();
		return 0;
	}
	if (!ready_ns)
		ready_ns = now;
	if (!slot)
		return 0;
	if (!slot->since_ns)
		running_note(slot, (void *)bpf_get_current_task(), now);
	else if (ctx->args[0] == 2)
		running_select(slot, (void *)bpf_get_current_task(), now);
	return 0;
}

/*
 * Run by the collector when counting has begun, and when other threads have been selected.  Who waits
 * already, and goes on waiting, would otherwise be seen only when it gets a CPU.  No lock keeps it from
 * getting one meanwhile: look again when the wait is in the record, so that either this or switch_in
 * ends it.
 */
SEC("iter/task")
int note_queued(struct bpf_iter__task *ctx)
{
	struct task_struct *t = ctx->task;
	struct task_key k = {};
	struct sched_val *v;
	__u64 now, waited, most;

	if (!t || !t->pid || t->on_cpu || task_state(t) || !task_wanted(t))
		return 0;
	task_key_fill(&k, t);
	v = val_get(&k);
	if (!v || v->queued_since_ns || v->on_since_ns)
		return 0;
	now = bpf_ktime_get_ns();
	v->cpu = task_cpu(t);
	waited = noted_queued_ns(t, now);
	most = counted_ns(ready_ns, now);
	v->queued_since_ns = now - (waited < most ? waited : most);
	if (t->on_cpu || task_state(t) || v->on_since_ns)
		v->queued_since_ns = 0;
	return 0;
}
