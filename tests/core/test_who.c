/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "fixture_panel.h"

static struct facts *facts;
static struct frame *frame;
static struct table table;
static struct fold_in in;

static void setup(void)
{
	facts = facts_new();
	frame = frame_new();
	table_init(&table);
	table_reset(&table, &fixture_panel);
	in = (struct fold_in){ .cur = frame, .facts = facts };
	fixture_task(frame, 10, 10, "leader");
	fixture_task(frame, 10, 11, "thread");
	facts_apply(facts, frame);
}

static void teardown(void)
{
	facts_free(facts);
	frame_free(frame);
	table_done(&table);
}

TestSuite(who, .init = setup, .fini = teardown);

static struct row_who who_of(uint32_t tgid, uint32_t tid, uint64_t start_ns)
{
	const struct task_key key = { .tid = tid, .tgid = tgid, .start_ns = start_ns };
	struct row_who who;

	memset(&who, 0xff, sizeof(who));
	who_fill(&who, &in, &table, &key);
	return who;
}

Test(who, process_or_thread)
{
	struct row_who who = who_of(10, 11, 11000);

	cr_assert_eq(who.pid, 10);
	cr_assert_eq(who.tid, 11);
	cr_assert_eq(who.ppid, 1);
	cr_assert_eq(who.start_ns, 10000);
	cr_assert_str_eq(who.comm, "leader");
	cr_assert_str_eq(who.user, "0", "no name is known for the uid");
	in.by_thread = true;
	cr_assert_str_eq(who_of(10, 11, 11000).comm, "thread");
}

Test(who, unknown_thread_of_a_known_process)
{
	struct row_who who = who_of(10, 99, 12345);

	cr_assert_str_eq(who.comm, "leader");
	cr_assert_eq(who.start_ns, 10000);
	in.by_thread = true;
	cr_assert_str_eq(who_of(10, 99, 12345).comm, "leader");
}

Test(who, unknown_process)
{
	struct row_who who = who_of(70, 70, 5);

	cr_assert_eq(who.pid, 70);
	cr_assert_null(who.comm);
	cr_assert_null(who.user);
	cr_assert_null(who.cgroup);
	cr_assert_eq(who.ppid, UINT32_MAX);
	cr_assert_eq(who.start_ns, 5);
}

Test(who, those_that_are_no_task)
{
	struct row_who who = who_of(TASK_OTHER, 0, 0);

	cr_assert_eq(who.pid, 0);
	cr_assert_str_eq(who.comm, "(other)");
	who = who_of(TASK_KERNEL, 0, 0);
	cr_assert_eq(who.pid, 0);
	cr_assert_eq(who.tid, 0);
	cr_assert_str_eq(who.comm, "(kernel)");
	cr_assert_null(who.user);
}

Test(who, name_and_cgroup)
{
	struct user_rec *u;
	struct cgroup_rec *g;

	frame_reset(frame);
	u = sample_add(&frame->s[STREAM_USER], STREAM_USER);
	strcpy(u->name, "root");
	g = sample_add(&frame->s[STREAM_CGROUP], STREAM_CGROUP);
	strcpy(g->path, "/x\xff");
	facts_apply(facts, frame);
	cr_assert_str_eq(who_of(10, 10, 10000).user, "root");
	cr_assert_str_eq(who_of(10, 10, 10000).cgroup, "/x\xff", "raw bytes");
	cr_assert_null(who_of(10, 10, 10000).container);
}

/* More threads than there is room for at first, each asked for twice: as if each were looked up. */
Test(who, those_who_were_met_are_the_same)
{
	enum { THREADS = 500 };
	struct row_who alone[THREADS], met;

	frame_reset(frame);
	for (uint32_t i = 0; i < THREADS; i++)
		fixture_task(frame, 100 + i / 3, 100 + i, "some");
	facts_apply(facts, frame);
	for (uint32_t i = 0; i < THREADS; i++)
		alone[i] = who_of(100 + i / 3, 100 + i, (100 + i) * 1000);
	in.whos = who_memo_new();
	for (int round = 0; round < 5; round++) {
		who_memo_reset(in.whos);
		for (uint32_t i = 0; i < 2 * THREADS; i++) {
			uint32_t n = i * 7 % THREADS;

			met = who_of(100 + n / 3, 100 + n, (100 + n) * 1000);
			cr_assert_eq(memcmp(&met, &alone[n], sizeof(met)), 0, "thread %u", n);
		}
	}
	who_memo_free(in.whos);
}

Test(who, names_that_have_changed_are_told_after_a_reset)
{
	in.whos = who_memo_new();
	who_memo_reset(in.whos);
	cr_assert_str_eq(who_of(10, 10, 10000).comm, "leader");
	frame_reset(frame);
	fixture_task(frame, 10, 10, "renamed");
	facts_apply(facts, frame);
	who_memo_reset(in.whos);
	cr_assert_str_eq(who_of(10, 10, 10000).comm, "renamed");
	who_memo_free(in.whos);
}
