/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "fixture_panel.h"

static struct table in, out;

static void setup(void)
{
	table_init(&in);
	table_init(&out);
	table_reset(&in, &fixture_panel);
}

static void teardown(void)
{
	table_done(&in);
	table_done(&out);
}

TestSuite(group, .init = setup, .fini = teardown);

static struct fixture_row *row_add(uint32_t pid, uint32_t tid, const char *comm, uint64_t count)
{
	struct fixture_row *row = table_add(&in);

	row->who = (struct row_who){ .pid = pid, .tid = tid, .ppid = 1, .start_ns = pid * 10 };
	row->who.comm = table_str(&in, comm);
	row->who.user = table_str(&in, "root");
	row->call = table_str(&in, "read");
	row->count = count;
	row->lat.max_ns = NA_U64;
	return row;
}

static void group(const char *a, const char *b)
{
	const struct column *keys[2] = { a ? fixture_column(a) : NULL,
					 b ? fixture_column(b) : NULL };

	table_group(&out, &in, keys, !!a + !!b);
	table_finish(&out);
}

static const struct fixture_row *row_at(size_t i)
{
	cr_assert(i < out.n);
	return table_row(&out, i);
}

Test(group, by_pid_keeps_what_comes_with_it)
{
	row_add(1, 1, "a", 5);
	row_add(2, 2, "b", 7);
	row_add(1, 3, "a", 11);
	group("pid", NULL);
	cr_assert_eq(out.n, 2);
	cr_assert_eq(row_at(0)->who.pid, 1, "in order of first appearance");
	cr_assert_eq(row_at(0)->who.tid, 0);
	cr_assert_eq(row_at(0)->who.start_ns, 10);
	cr_assert_str_eq(row_at(0)->who.comm, "a");
	cr_assert_eq(row_at(0)->count, 16);
	cr_assert_eq(row_at(1)->count, 7);
	cr_assert_str_eq(row_at(0)->call, "read", "not grouped by, but all agree");
}

Test(group, by_tid_keeps_pid)
{
	row_add(1, 1, "a", 5);
	row_add(1, 3, "a", 11);
	group("tid", NULL);
	cr_assert_eq(out.n, 2);
	cr_assert_eq(row_at(1)->who.pid, 1);
	cr_assert_eq(row_at(1)->who.tid, 3);
}

Test(group, same_pid_started_again_is_another_process)
{
	row_add(1, 1, "a", 5);
	row_add(1, 1, "a", 5)->who.start_ns = 99;
	group("pid", NULL);
	cr_assert_eq(out.n, 2);
}

Test(group, by_text_compares_text)
{
	static const char one[] = "write", two[] = "write";

	row_add(1, 1, "a", 5)->call = one;
	row_add(2, 2, "b", 6)->call = two;
	row_add(3, 3, "b", 7)->call = NULL;
	row_add(4, 4, "b", 8)->call = NULL;
	group("call", NULL);
	cr_assert_eq(out.n, 2);
	cr_assert_eq(row_at(0)->count, 11);
	cr_assert_eq(row_at(0)->who.pid, 0);
	cr_assert_null(row_at(0)->who.comm, "they differ");
	cr_assert_str_eq(row_at(0)->who.user, "root");
	cr_assert_eq(row_at(1)->count, 15, "not known is a group of its own");
	cr_assert_null(row_at(1)->call);
}

Test(group, disagreement_lasts)
{
	row_add(1, 1, "a", 1);
	row_add(2, 2, "b", 1);
	row_add(3, 3, "a", 1);
	group("call", NULL);
	cr_assert_null(row_at(0)->who.comm);
	cr_assert_eq(row_at(0)->who.ppid, 1);
}

Test(group, by_two_columns)
{
	row_add(1, 1, "a", 1)->call = "x";
	row_add(1, 2, "a", 2)->call = "y";
	row_add(1, 3, "a", 4)->call = "x";
	row_add(2, 4, "a", 8)->call = "x";
	group("pid", "call");
	cr_assert_eq(out.n, 3);
	cr_assert_eq(row_at(0)->count, 5);
	cr_assert_eq(row_at(1)->count, 2);
	cr_assert_eq(row_at(2)->count, 8);
}

Test(group, by_nothing_is_the_totals)
{
	for (uint32_t i = 1; i <= 100; i++)
		row_add(i, i, "a", i);
	group(NULL, NULL);
	cr_assert_eq(out.n, 1);
	cr_assert_eq(row_at(0)->count, 5050);
}

Test(group, totals_of_nothing)
{
	group(NULL, NULL);
	cr_assert_eq(out.n, 1);
	cr_assert_eq(row_at(0)->count, 0);
	cr_assert_eq(row_at(0)->lat.p50_ns, NA_U64);
	cr_assert_eq(row_at(0)->lat.max_ns, NA_U64);
	cr_assert(isnan(row_at(0)->level));
	group("pid", NULL);
	cr_assert_eq(out.n, 0);
}

Test(group, each_column_by_its_rule)
{
	struct fixture_row *row = row_add(1, 1, "a", 5);

	row->peak = 100;
	row->level = 10;
	row->small = UINT32_MAX - 5;
	row = row_add(1, 2, "a", NA_U64);
	row->peak = NA_U64;
	row->level = NAN;
	row->small = 100;
	row = row_add(1, 3, "a", 6);
	row->peak = 700;
	row->level = 40;
	row->small = UINT32_MAX;
	in.interval_s = 2;
	group("pid", NULL);
	cr_assert_eq(row_at(0)->count, 11, "not known adds nothing");
	cr_assert_eq(row_at(0)->peak, 700);
	cr_assert_eq(row_at(0)->level, 25.0, "mean of the known ones");
	cr_assert_eq(row_at(0)->small, UINT32_MAX - 1, "stops below what means not known");
	cr_assert_eq(row_at(0)->share, 5.5, "derived from the merged row");
}

Test(group, all_unknown_stays_unknown)
{
	row_add(1, 1, "a", NA_U64)->level = NAN;
	row_add(1, 2, "a", NA_U64)->level = NAN;
	group("pid", NULL);
	cr_assert_eq(row_at(0)->count, NA_U64);
	cr_assert(isnan(row_at(0)->level));
}

Test(group, histograms_are_merged)
{
	struct fixture_row *a = row_add(1, 1, "a", 1), *b;

	a->lat = (struct lat){ .count = 99, .total_ns = 99 * 1000, .max_ns = 1000, .blocks = UINT32_MAX };
	a->lat.n[lat_bucket(1000)] = 99;
	b = row_add(1, 2, "a", 1);
	b->lat = (struct lat){ .count = 1, .total_ns = 8000000, .max_ns = 8000000, .blocks = UINT32_MAX };
	b->lat.n[lat_bucket(8000000)] = 1;
	group("pid", NULL);
	cr_assert_eq(row_at(0)->lat.count, 100);
	cr_assert_eq(row_at(0)->lat.max_ns, 8000000);
	cr_assert_eq(row_at(0)->lat.avg_ns, (99 * 1000 + 8000000) / 100);
	cr_assert(row_at(0)->lat.p99_ns < 1200);
}

Test(group, single_row_loses_its_ids_too)
{
	row_add(7, 8, "a", 1);
	group("user", NULL);
	cr_assert_eq(row_at(0)->who.pid, 0);
	cr_assert_eq(row_at(0)->who.tid, 0);
	cr_assert_str_eq(row_at(0)->who.comm, "a");
}

Test(group, many_groups_and_again)
{
	for (int round = 0; round < 3; round++) {
		table_reset(&in, &fixture_panel);
		for (uint32_t i = 0; i < 20000; i++)
			row_add(i % 5000 + 1, i, "a", 1)->level = i / 5000;
		group("pid", NULL);
		cr_assert_eq(out.n, 5000);
		for (size_t i = 0; i < out.n; i++) {
			cr_assert_eq(row_at(i)->count, 4);
			cr_assert_eq(row_at(i)->level, 1.5);
		}
	}
}

Test(group, what_describes_the_table_is_kept)
{
	in.wall_ns = 5;
	in.interval_s = 0.5;
	in.loss[LOSS_MISSED] = 3;
	strcpy(in.note, "why");
	group("pid", NULL);
	cr_assert_eq(out.wall_ns, 5);
	cr_assert_eq(out.interval_s, 0.5);
	cr_assert_eq(out.loss[LOSS_MISSED], 3);
	cr_assert_str_eq(out.note, "why");
}
