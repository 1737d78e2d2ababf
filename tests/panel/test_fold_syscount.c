/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "panel/syscall_name.h"
#include "fold.h"

extern const struct panel panel_syscount;

#define NR_READ 0
#define NR_OPENAT 257


static void host_set(struct frame *f)
{
	struct host_rec *host = sample_add(&f->s[STREAM_HOST], STREAM_HOST);

	snprintf(host->arch, sizeof(host->arch), "x86_64");
}

static void setup(void)
{
	fold_setup(&panel_syscount, 1000000000, 2000000000);
	host_set(prev);
	host_set(cur);
}

TestSuite(fold_syscount, .init = setup, .fini = fold_teardown);

static struct sys_val *calls(struct frame *f, uint32_t tid, uint32_t tgid, uint32_t nr, uint64_t count)
{
	struct sys_rec *r = sample_add(&f->s[STREAM_SYS], STREAM_SYS);

	r->key = (struct sys_key){ .task = { .tid = tid, .tgid = tgid, .start_ns = tid }, .nr = nr };
	r->v.count = count;
	return &r->v;
}

static void errors(struct frame *f, uint32_t tid, uint32_t tgid, uint32_t nr, uint32_t err, uint64_t n)
{
	struct syserr_rec *r = sample_add(&f->s[STREAM_SYSERR], STREAM_SYSERR);

	r->key = (struct syserr_key){ .task = { .tid = tid, .tgid = tgid, .start_ns = tid },
				      .nr = nr,
				      .err = err };
	r->count = n;
}

static void thread_known(uint32_t tid, uint32_t tgid, const char *comm)
{
	struct task_rec *t = sample_add(&cur->s[STREAM_TASK], STREAM_TASK);

	t->key = (struct task_key){ .tid = tid, .tgid = tgid, .start_ns = tid };
	t->leader_start_ns = tgid;
	snprintf(t->comm, sizeof(t->comm), "%s", comm);
}

static void timed(struct sys_val *v, uint64_t ns)
{
	v->lat.total_ns += ns;
	v->lat.n[lat_bucket(ns)]++;
	if (ns > v->lat.max_ns)
		v->lat.max_ns = ns;
}

Test(fold_syscount, counts_what_came_since)
{
	struct sys_val *v;
	const struct table *t;

	calls(prev, 5, 5, NR_READ, 10);
	v = calls(cur, 5, 5, NR_READ, 17);
	timed(v, 4000);
	t = rows_by("syscall");
	cr_assert_eq(t->n, 1);
	cr_expect_str_eq(text(t, 0, "syscall"), "read");
	cr_expect_eq(number(t, 0, "count"), 7);
	cr_expect_eq(number(t, 0, "total_ns"), 4000);
	cr_expect_eq(number(t, 0, "avg_ns"), 4000);
	cr_expect_eq(number(t, 0, "max_ns"), 4000);
	cr_expect_str_eq(text(t, 0, "errno"), "(unknown)");
}

Test(fold_syscount, leaves_out_what_did_not_move)
{
	calls(prev, 5, 5, NR_READ, 10);
	calls(cur, 5, 5, NR_READ, 10);
	errors(prev, 5, 5, NR_READ, EIO, 3);
	errors(cur, 5, 5, NR_READ, EIO, 3);
	cr_expect_eq(rows_by("syscall")->n, 0);
}

Test(fold_syscount, most_frequent_error_of_merged_rows)
{
	const struct table *t;

	/* EAGAIN is nobody's worst, and the worst of all */
	calls(cur, 1, 1, NR_READ, 9)->errors = 9;
	calls(cur, 2, 2, NR_READ, 9)->errors = 9;
	errors(cur, 1, 1, NR_READ, EINTR, 5);
	errors(cur, 1, 1, NR_READ, EAGAIN, 4);
	errors(cur, 2, 2, NR_READ, EAGAIN, 4);
	errors(cur, 2, 2, NR_READ, EIO, 5);
	t = rows_by("syscall");
	cr_assert_eq(t->n, 1);
	cr_expect_eq(number(t, 0, "errors"), 18);
	cr_expect_str_eq(text(t, 0, "errno"), "EAGAIN");
	t = rows_by("pid,syscall");
	cr_assert_eq(t->n, 2);
	cr_expect_str_eq(text(t, 0, "errno"), number(t, 0, "pid") == 1 ? "EINTR" : "EIO");
}

Test(fold_syscount, more_errors_than_slots_keep_the_frequent_one)
{
	const struct table *t;

	calls(cur, 1, 1, NR_READ, 1000)->errors = 1000;
	for (uint32_t err = 1; err <= 40; err++)
		errors(cur, 1, 1, NR_READ, err, err == 33 ? 50 : 2);
	t = rows_by("syscall");
	cr_expect_str_eq(text(t, 0, "errno"), "EDOM");
}

Test(fold_syscount, threads_are_one_process)
{
	const struct table *t;

	calls(cur, 10, 10, NR_READ, 1);
	calls(cur, 11, 10, NR_READ, 2);
	calls(cur, 10, 10, NR_OPENAT, 4);
	thread_known(10, 10, "leader");
	thread_known(11, 10, "worker");
	t = rows_by("pid");
	cr_assert_eq(t->n, 1);
	cr_expect_eq(number(t, 0, "count"), 7);
	cr_expect_str_eq(text(t, 0, "comm"), "leader");
	cr_expect_eq(rows_by("tid")->n, 2);
	cr_expect_eq(rows_by("pid,syscall")->n, 2);
}

Test(fold_syscount, compat_calls_have_their_own_names)
{
	const struct table *t;

	calls(cur, 1, 1, SYS_COMPAT | 3, 1); /* read is 3 there */
	calls(cur, 1, 1, NR_READ, 1);
	t = rows_by("syscall");
	cr_assert_eq(t->n, 1);
	cr_expect_eq(number(t, 0, "count"), 2);
}

Test(fold_syscount, other_is_a_row_that_goes_on_over_generations)
{
	const struct table *t;

	calls(prev, 0, TASK_OTHER, 0, 100);
	calls(cur, 0, TASK_OTHER, 0, 130);
	calls(prev, 3, 3, NR_READ, 50);
	calls(cur, 3, 3, NR_READ, 20);
	cur->s[STREAM_SYS].gen = prev->s[STREAM_SYS].gen + 1;
	t = rows_by("syscall");
	cr_assert_eq(t->n, 2);
	for (size_t i = 0; i < t->n; i++) {
		bool other = !strcmp(text(t, i, "syscall"), "(other)");

		cr_expect_eq(number(t, i, "count"), other ? 30 : 20);
	}
}

Test(fold_syscount, names)
{
	static const struct {
		const char *machine;
		uint32_t nr;
		const char *name;
	} cases[] = {
		{ "x86_64", 0, "read" },
		{ "x86_64", 110, "getppid" },
		{ "aarch64", 63, "read" },
		{ "x86_64", SYS_COMPAT | 64, "getppid" },
		{ "x86_64", SYS_X32 | 0, "read" },
		{ "x86_64", 334, "rseq" },
		{ "x86_64", 335, "uretprobe" },
		{ "x86_64", 462, "mseal" },
		{ "aarch64", 462, "mseal" },
		{ "x86_64", 999, "syscall_999" },
		{ "", 0, "syscall_0" },
		{ "x86_64", SYS_INVALID, "(invalid)" },
	};
	char buf[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		syscall_name(buf, sizeof(buf), cases[i].machine, cases[i].nr);
		cr_expect_str_eq(buf, cases[i].name, "%s %u", cases[i].machine, cases[i].nr);
	}
	cr_expect_str_eq(error_name(ENOENT), "ENOENT");
	cr_expect_str_eq(error_name(512), "ERESTARTSYS");
	cr_expect_str_eq(error_name(516), "ERESTART_RESTARTBLOCK");
	cr_expect_null(error_name(520));
	cr_expect_null(error_name(3000));
}
