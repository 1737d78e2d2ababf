/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <stdio.h>

#include "core/panel.h"
#include "core/table.h"

extern const struct panel panel_runq;

#define MS 1000000ull

static struct frame *prev, *cur;
static struct facts *facts;
static struct table rows, grouped;

static void setup(void)
{
	prev = frame_new();
	cur = frame_new();
	prev->mono_ns = 5000 * MS;
	cur->mono_ns = 6000 * MS;
	facts = facts_new();
	table_init(&rows);
	table_init(&grouped);
}

static void teardown(void)
{
	table_done(&grouped);
	table_done(&rows);
	facts_free(facts);
	frame_free(cur);
	frame_free(prev);
}

TestSuite(fold_runq, .init = setup, .fini = teardown);

static struct sched_val *thread(struct frame *f, uint32_t tid, uint32_t tgid)
{
	struct sched_rec *r = sample_add(&f->s[STREAM_SCHED], STREAM_SCHED);

	r->key = (struct task_key){ .tid = tid, .tgid = tgid, .start_ns = tid };
	return &r->v;
}

static void waited(struct sched_val *v, uint64_t ns)
{
	v->wait.total_ns += ns;
	v->wait.n[lat_bucket(ns)]++;
	if (ns > v->wait.max_ns)
		v->wait.max_ns = ns;
}

static void task_named(uint32_t tid, uint32_t tgid, const char *comm)
{
	struct task_rec *t = sample_add(&cur->s[STREAM_TASK], STREAM_TASK);

	t->key = (struct task_key){ .tid = tid, .tgid = tgid, .start_ns = tid };
	t->leader_start_ns = tgid;
	snprintf(t->comm, sizeof(t->comm), "%s", comm);
}

static void fold_from(const struct frame *before)
{
	void *memo = NULL;
	struct fold_in in = { .prev = before, .cur = cur, .facts = facts, .to = SIZE_MAX, .memo = &memo };

	frame_index(prev);
	frame_index(cur);
	facts_apply(facts, cur);
	table_reset(&rows, &panel_runq);
	rows.interval_s = 1;
	panel_runq.fold(&in, &rows);
	free(memo);
}

static void fold(void)
{
	fold_from(prev);
	table_finish(&rows);
}

static const struct column *column(const char *name)
{
	const struct column *c = panel_column(&panel_runq, name);

	cr_assert(c, "no column %s", name);
	return c;
}

static uint64_t number(const struct table *t, size_t row, const char *name)
{
	cr_assert(row < t->n);
	return column_u64(column(name), table_row(t, row));
}

static const char *text(const struct table *t, size_t row, const char *name)
{
	cr_assert(row < t->n);
	return column_str(column(name), table_row(t, row));
}

Test(fold_runq, counts_of_the_interval)
{
	struct sched_val *v = thread(prev, 7, 7);

	v->cpu_ns = 100 * MS;
	v->vol_switches = 10;
	v->invol_switches = 20;
	v->migrations = 3;
	waited(v, 2 * MS);
	v = thread(cur, 7, 7);
	v->cpu_ns = 350 * MS;
	v->vol_switches = 15;
	v->invol_switches = 21;
	v->migrations = 5;
	waited(v, 2 * MS);
	waited(v, 1 * MS);
	waited(v, 3 * MS);
	fold();
	cr_assert_eq(rows.n, 1);
	cr_assert_eq(number(&rows, 0, "cpu_ns"), 250 * MS);
	cr_assert_eq(number(&rows, 0, "wait_ns"), 4 * MS);
	cr_assert_eq(number(&rows, 0, "waits"), 2);
	cr_assert_eq(number(&rows, 0, "wait_avg_ns"), 2 * MS);
	cr_assert_eq(number(&rows, 0, "wait_max_ns"), 3 * MS);
	cr_assert_eq(number(&rows, 0, "vol_switches"), 5);
	cr_assert_eq(number(&rows, 0, "invol_switches"), 1);
	cr_assert_eq(number(&rows, 0, "migrations"), 2);
	cr_assert_float_eq(column_number(column("cpu_pct"), table_row(&rows, 0)), 25, 1e-9);
	cr_assert_float_eq(column_number(column("wait_pct"), table_row(&rows, 0)), 0.4, 1e-9);
}

Test(fold_runq, a_thread_that_never_stops_runs_all_the_time)
{
	thread(prev, 7, 7)->on_since_ns = 1000 * MS;
	thread(cur, 7, 7)->on_since_ns = 1000 * MS;
	fold();
	cr_assert_eq(number(&rows, 0, "cpu_ns"), 1000 * MS);
	cr_assert_eq(number(&rows, 0, "waits"), 0);
	cr_assert_eq(number(&rows, 0, "wait_avg_ns"), NA_U64);
}

/* Some machines hide what their first process does: its waits are known, its time is not. */
Test(fold_runq, who_never_leaves_a_cpu_has_no_time_that_is_known)
{
	struct sched_val *v = thread(cur, 1, 1);

	waited(v, MS);
	fold();
	cr_expect_eq(number(&rows, 0, "cpu_ns"), 0, "it may have left it before there were probes");
	waited(v, MS);
	fold();
	cr_expect_eq(number(&rows, 0, "cpu_ns"), NA_U64);
	cr_expect_eq(number(&rows, 0, "invol_switches"), NA_U64);
	cr_expect(isnan(column_number(column("cpu_pct"), table_row(&rows, 0))));
	cr_expect_eq(number(&rows, 0, "waits"), 2);
	v->vol_switches = 1;
	fold();
	cr_expect_eq(number(&rows, 0, "cpu_ns"), 0);
}

Test(fold_runq, a_stretch_counts_in_the_intervals_that_it_is_in)
{
	struct sched_val *v;

	/* on a CPU from 4.9 s to 5.3 s, again since 5.9 s */
	thread(prev, 7, 7)->on_since_ns = 4900 * MS;
	v = thread(cur, 7, 7);
	v->cpu_ns = 400 * MS;
	v->on_since_ns = 5900 * MS;
	fold();
	cr_assert_eq(number(&rows, 0, "cpu_ns"), 400 * MS);
}

Test(fold_runq, a_wait_that_goes_on_is_time_but_no_wait_yet)
{
	thread(prev, 7, 7)->queued_since_ns = 4000 * MS;
	thread(cur, 7, 7)->queued_since_ns = 4000 * MS;
	fold();
	cr_assert_eq(number(&rows, 0, "wait_ns"), 1000 * MS);
	cr_assert_eq(number(&rows, 0, "waits"), 0);
	cr_assert_eq(number(&rows, 0, "wait_p99_ns"), NA_U64);
}

Test(fold_runq, the_end_of_a_wait_adds_only_what_was_not_shown)
{
	struct sched_val *v;

	thread(prev, 7, 7)->queued_since_ns = 4000 * MS;
	v = thread(cur, 7, 7);
	waited(v, 1200 * MS);
	fold();
	cr_assert_eq(number(&rows, 0, "wait_ns"), 200 * MS);
	cr_assert_eq(number(&rows, 0, "waits"), 1);
	cr_assert_eq(number(&rows, 0, "wait_avg_ns"), 1200 * MS, "the whole of it is its latency");
}

Test(fold_runq, beginnings_after_the_frame_count_as_nothing)
{
	struct sched_val *v = thread(cur, 7, 7);

	v->vol_switches = 1;
	v->on_since_ns = cur->mono_ns + 10;
	v->queued_since_ns = UINT64_MAX;
	fold();
	cr_assert_eq(number(&rows, 0, "cpu_ns"), 0);
	cr_assert_eq(number(&rows, 0, "wait_ns"), 0);
}

Test(fold_runq, threads_that_did_nothing_have_no_row)
{
	struct sched_val *v = thread(prev, 7, 7);

	v->cpu_ns = 5 * MS;
	waited(v, MS);
	*thread(cur, 7, 7) = *v;
	fold();
	cr_assert_eq(rows.n, 0);
}

Test(fold_runq, a_new_thread_is_all_of_this_interval)
{
	thread(cur, 7, 7)->cpu_ns = 5 * MS;
	fold();
	cr_assert_eq(number(&rows, 0, "cpu_ns"), 5 * MS);
}

Test(fold_runq, without_a_frame_before_all_is_of_this_interval)
{
	thread(cur, 7, 7)->cpu_ns = 5 * MS;
	fold_from(NULL);
	cr_assert_eq(number(&rows, 0, "cpu_ns"), 5 * MS);
}

Test(fold_runq, a_record_that_went_back_began_again)
{
	struct sched_val *v = thread(prev, 7, 7);

	v->cpu_ns = 90 * MS;
	v->vol_switches = 100;
	waited(v, 50 * MS);
	v = thread(cur, 7, 7);
	v->cpu_ns = 10 * MS;
	v->vol_switches = 2;
	waited(v, 3 * MS);
	fold();
	cr_assert_eq(number(&rows, 0, "cpu_ns"), 10 * MS);
	cr_assert_eq(number(&rows, 0, "wait_ns"), 3 * MS);
	cr_assert_eq(number(&rows, 0, "vol_switches"), 2);
	cr_assert_eq(number(&rows, 0, "waits"), 1);
}

Test(fold_runq, who_ran_most_meanwhile_is_of_the_interval)
{
	struct sched_val *v = thread(prev, 7, 7);

	task_named(50, 50, "long-ago");
	task_named(51, 51, "now");
	v->by[0] = (struct sched_by){ .pid = 50, .ns = 900 * MS };
	v->by[1] = (struct sched_by){ .pid = 51, .ns = 1 * MS };
	v = thread(cur, 7, 7);
	v->invol_switches = 1;
	v->by[0] = (struct sched_by){ .pid = 50, .ns = 905 * MS };
	v->by[1] = (struct sched_by){ .pid = 51, .ns = 21 * MS };
	fold();
	cr_assert_str_eq(text(&rows, 0, "preempted_by"), "now");
}

Test(fold_runq, a_slot_that_changed_hands_counts_from_zero)
{
	struct sched_val *v = thread(prev, 7, 7);

	task_named(51, 51, "newcomer");
	v->by[0] = (struct sched_by){ .pid = 50, .ns = 900 * MS };
	v = thread(cur, 7, 7);
	v->invol_switches = 1;
	v->by[0] = (struct sched_by){ .pid = 51, .ns = 3 * MS };
	fold();
	cr_assert_str_eq(text(&rows, 0, "preempted_by"), "newcomer");
	cr_assert_eq(number(&rows, 0, "by_ns"), 3 * MS);
}

Test(fold_runq, unknown_preemptors_show_their_pid)
{
	struct sched_val *v = thread(cur, 7, 7);

	v->invol_switches = 1;
	v->by[2] = (struct sched_by){ .pid = 4711, .ns = 3 * MS };
	fold();
	cr_assert_str_eq(text(&rows, 0, "preempted_by"), "4711");
	cr_assert_eq(number(&rows, 0, "preempted_by_pid"), 4711);
}

static struct sched_val *on_cpu(uint32_t tid, uint32_t cpu, uint64_t since_ns)
{
	struct sched_val *v = thread(cur, tid, tid);

	v->cpu = cpu;
	v->on_since_ns = since_ns;
	return v;
}

static struct sched_val *queued(uint32_t tid, uint32_t cpu, uint64_t since_ns)
{
	struct sched_val *v = thread(cur, tid, tid);

	v->cpu = cpu;
	v->queued_since_ns = since_ns;
	return v;
}

Test(fold_runq, a_wait_that_goes_on_is_for_who_has_that_cpu_now)
{
	task_named(50, 50, "elsewhere");
	task_named(51, 51, "hog");
	on_cpu(50, 0, 100 * MS);
	queued(7, 3, 5200 * MS);
	on_cpu(51, 3, 200 * MS);
	fold();
	cr_assert_eq(rows.n, 3);
	cr_assert_str_eq(text(&rows, 1, "preempted_by"), "hog");
	cr_assert_eq(number(&rows, 1, "by_ns"), 800 * MS);
	cr_assert_eq(number(&rows, 1, "preempted_by_pid"), 51);
	cr_assert(!text(&rows, 0, "preempted_by"), "who runs waits for nobody");
}

Test(fold_runq, of_a_wait_that_goes_on_the_interval_counts)
{
	queued(7, 3, 1000 * MS);
	on_cpu(51, 3, 200 * MS);
	fold();
	cr_assert_eq(number(&rows, 0, "by_ns"), 1000 * MS);
}

Test(fold_runq, of_two_that_seem_to_run_it_is_for_the_longer_one)
{
	task_named(51, 51, "hog");
	on_cpu(50, 3, 5999 * MS);
	on_cpu(51, 3, 200 * MS);
	on_cpu(52, 3, 5998 * MS);
	queued(7, 3, 5200 * MS);
	fold();
	cr_assert_str_eq(text(&rows, 3, "preempted_by"), "hog");
}

Test(fold_runq, a_wait_that_goes_on_counts_like_those_that_ended)
{
	struct sched_val *v = queued(7, 3, 5700 * MS);

	task_named(50, 50, "before");
	task_named(51, 51, "now");
	on_cpu(51, 3, 5999 * MS);
	v->by[0] = (struct sched_by){ .pid = 50, .ns = 400 * MS };
	fold();
	cr_assert_str_eq(text(&rows, 0, "preempted_by"), "before");
	v = &((struct sched_rec *)sample_rec(&cur->s[STREAM_SCHED], STREAM_SCHED, 0))->v;
	v->by[1] = (struct sched_by){ .pid = 51, .ns = 200 * MS };
	fold();
	cr_assert_str_eq(text(&rows, 0, "preempted_by"), "now");
	cr_assert_eq(number(&rows, 0, "by_ns"), 500 * MS);
}

Test(fold_runq, who_waits_for_a_cpu_that_nobody_is_known_on_waits_for_nobody)
{
	struct sched_rec *r = sample_add(&cur->s[STREAM_SCHED], STREAM_SCHED);

	r->key = (struct task_key){ .tid = 3, .tgid = TASK_OTHER };
	r->v.cpu = 3;
	r->v.on_since_ns = 100 * MS;
	queued(7, 3, 5200 * MS);
	queued(8, UINT32_MAX, 5200 * MS);
	on_cpu(51, UINT32_MAX, 100 * MS);
	fold();
	cr_assert_eq(rows.n, 4);
	cr_assert(!text(&rows, 1, "preempted_by"));
	cr_assert(!text(&rows, 2, "preempted_by"));
}

Test(fold_runq, a_process_shows_the_strongest_of_its_threads)
{
	const struct column *keys[] = { column("pid") };
	struct sched_val *v;

	task_named(50, 50, "weak");
	task_named(51, 51, "strong");
	for (uint32_t tid = 7; tid < 10; tid++) {
		task_named(tid, 7, "threads");
		v = thread(cur, tid, 7);
		v->cpu_ns = MS;
		waited(v, tid * MS);
		v->by[0] = (struct sched_by){ .pid = tid == 8 ? 51 : 50, .ns = tid == 8 ? 9 * MS : 4 * MS };
	}
	fold_from(prev);
	table_group(&grouped, &rows, keys, 1);
	table_finish(&grouped);
	cr_assert_eq(grouped.n, 1);
	cr_assert_str_eq(text(&grouped, 0, "preempted_by"), "strong");
	cr_assert_eq(number(&grouped, 0, "preempted_by_pid"), 51);
	cr_assert_eq(number(&grouped, 0, "cpu_ns"), 3 * MS);
	cr_assert_eq(number(&grouped, 0, "wait_ns"), 24 * MS);
	cr_assert_eq(number(&grouped, 0, "waits"), 3);
	cr_assert_eq(number(&grouped, 0, "wait_avg_ns"), 8 * MS);
}

Test(fold_runq, what_found_no_room_is_a_row)
{
	struct sched_rec *r = sample_add(&cur->s[STREAM_SCHED], STREAM_SCHED);

	r->key = (struct task_key){ .tid = 1, .tgid = TASK_OTHER };
	r->v.cpu_ns = 7 * MS;
	r->v.on_since_ns = 5990 * MS;
	fold();
	cr_assert_str_eq(text(&rows, 0, "comm"), "(other)");
	cr_assert_eq(number(&rows, 0, "cpu_ns"), 17 * MS);
}
