/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/trail.h"

#include <criterion/criterion.h>
#include <math.h>

#include "core/identity.h"
#include "fixture_panel.h"

static struct trail *trail;
static struct query q;
static struct table table;
static char error[200];

static void setup(void)
{
	trail = trail_new();
	query_init(&q, &fixture_panel);
	table_init(&table);
	trail_open(trail, &q);
}

static void teardown(void)
{
	query_done(&q);
	table_done(&table);
	trail_free(trail);
}

TestSuite(trail, .init = setup, .fini = teardown);

static void interval(double seconds)
{
	table_reset(&table, &fixture_panel);
	table.interval_s = seconds;
	table.wall_ns = 1;
}

static void row(uint32_t pid, uint64_t count)
{
	struct fixture_row *r = table_add(&table);

	r->who.pid = pid;
	r->call = "call";
	r->count = count;
	r->lat.count = count;
	r->lat.n[lat_bucket(1000)] = (uint32_t)count;
	r->lat.blocks = UINT32_MAX;
}

static void add(uint64_t id)
{
	trail_seek(trail, id);
	trail_add(trail, id, &table);
}

static double value(uint32_t pid, uint64_t id)
{
	struct fixture_row r = { .who.pid = pid, .call = "call" };

	return trail_value(trail, row_identity(&q, &r), id);
}

Test(trail, values_are_per_second_and_absent_rows_had_nothing)
{
	interval(0.5);
	row(10, 100);
	row(20, 30);
	add(7);
	interval(2);
	row(10, 100);
	add(8);
	cr_assert_eq(value(10, 7), 200);
	cr_assert_eq(value(20, 7), 60);
	cr_assert_eq(value(10, 8), 50);
	cr_assert_eq(value(20, 8), 0, "it was not there, and all that were are known");
	cr_assert(isnan(value(10, 6)), "nobody looked then");
	cr_assert_eq(trail_point(trail, 7)->total, 260);
	cr_assert_eq(trail_point(trail, 8)->lat.n[lat_bucket(1000)], 100);
	cr_assert_eq(trail_point(trail, 8)->lat.count, 100);
	cr_assert_null(trail_point(trail, 6));
}

Test(trail, a_reused_pid_is_another_row)
{
	struct fixture_row later = { .who = { .pid = 10, .start_ns = 5 }, .call = "call" };

	interval(1);
	row(10, 100);
	add(1);
	cr_assert_eq(value(10, 1), 100);
	cr_assert_eq(trail_value(trail, row_identity(&q, &later), 1), 0);
}

Test(trail, any_order_of_intervals)
{
	for (uint64_t id = 40; id > 8; id--) {
		interval(1);
		row(10, id);
		trail_seek(trail, 40);
		trail_add(trail, id, &table);
	}
	interval(1);
	row(10, 8);
	trail_add(trail, 8, &table);
	for (uint64_t id = 9; id <= 40; id++)
		cr_assert_eq(value(10, id), (double)id, "of %u: %g", (unsigned)id, value(10, id));
	cr_assert(isnan(value(10, 8)), "its place is taken by one that is looked at");
	cr_assert_eq(trail_point(trail, 8)->total, 8, "but the whole is known");
	cr_assert(trail_has(trail, 8));
	/* going back needs the values that others took the place of */
	trail_seek(trail, 39);
	cr_assert_not(trail_has(trail, 8));
	cr_assert(trail_has(trail, 9));
	trail_add(trail, 8, &table);
	cr_assert_eq(value(10, 8), 8);
	cr_assert(isnan(value(10, 40)));
}

Test(trail, old_intervals_give_way)
{
	for (uint64_t id = 0; id < TRAIL_POINTS + 5; id++) {
		interval(1);
		row(10, id);
		add(id);
	}
	cr_assert_null(trail_point(trail, 4));
	cr_assert_eq(trail_point(trail, 5)->total, 5);
	cr_assert_eq(trail_point(trail, TRAIL_POINTS + 4)->total, TRAIL_POINTS + 4);
}

Test(trail, more_rows_than_fit_are_not_zero)
{
	interval(1);
	for (uint32_t pid = 1; pid <= TRAIL_ROWS + 10; pid++)
		row(pid, pid);
	add(1);
	cr_assert_eq(value(1, 1), 1);
	cr_assert_eq(value(TRAIL_ROWS, 1), TRAIL_ROWS);
	cr_assert(isnan(value(TRAIL_ROWS + 1, 1)), "it had something, but nobody kept it");
	cr_assert_eq(trail_point(trail, 1)->lat.count,
		     (TRAIL_ROWS + 10ull) * (TRAIL_ROWS + 11) / 2);
}

Test(trail, rows_that_are_gone_make_room)
{
	for (uint64_t id = 0; id < 4 * TRAIL_VALUES; id++) {
		interval(1);
		for (uint32_t i = 0; i < TRAIL_ROWS / TRAIL_VALUES; i++)
			row((uint32_t)(id * TRAIL_ROWS) + i, 7);
		add(id);
		cr_assert_eq(value((uint32_t)(id * TRAIL_ROWS), id), 7, "interval %u", (unsigned)id);
	}
}

Test(trail, another_query_forgets)
{
	struct filter_error wrong;

	interval(1);
	row(10, 1);
	add(1);
	cr_assert_not(trail_open(trail, &q), "the same again");
	q.ascending = !q.ascending;
	cr_assert_not(trail_open(trail, &q), "the order does not change the rows");
	cr_assert_not_null(trail_point(trail, 1));
	query_set_filter(&q, "pid=10", &wrong);
	cr_assert(trail_open(trail, &q));
	cr_assert_null(trail_point(trail, 1));
	cr_assert(isnan(value(10, 1)));
	add(1);
	q.keep = &(struct row_keep){ .next = &(struct row_keep){ .changes = 2 } };
	cr_assert(trail_open(trail, &q), "other rows are looked at");
	cr_assert_not(trail_open(trail, &q));
	add(1);
	query_set_sort(&q, "bytes", error, sizeof(error));
	cr_assert(trail_open(trail, &q));
	cr_assert_str_eq(trail_column(trail)->name, "bytes");
	add(1);
	query_set_group(&q, "user", error, sizeof(error));
	cr_assert(trail_open(trail, &q));
}

Test(trail, a_tree_is_another_query_and_so_is_another_fold)
{
	struct tree_folds folds = { 0 };

	query_set_group(&q, "cgroup", error, sizeof(error));
	trail_open(trail, &q);
	query_set_tree(&q, &tree_cgroups, &folds);
	cr_assert(trail_open(trail, &q));
	cr_assert_not(trail_open(trail, &q));
	tree_folds_toggle(&folds, 1);
	cr_assert(trail_open(trail, &q));
	tree_folds_done(&folds);
}

Test(trail, totals_take_nothing_twice)
{
	struct tree_node nodes[2] = { { .up = TREE_NONE }, { .depth = 1 } };
	const struct tree tree = { .nodes = nodes, .kind = &tree_cgroups };

	interval(1);
	row(10, 7);
	row(20, 7);
	table.tree = &tree;
	add(1);
	cr_assert_eq(trail_point(trail, 1)->total, 7);
	cr_assert_eq(trail_point(trail, 1)->lat.count, 7);
	cr_assert_eq(value(20, 1), 7);
}

Test(trail, text_that_sorts_has_no_trail)
{
	query_set_sort(&q, "comm", error, sizeof(error));
	cr_assert_not(trail_open(trail, &q));
	cr_assert_str_eq(trail_column(trail)->name, "count", "what the panel usually sorts by");
	query_set_sort(&q, "p99_ns", error, sizeof(error));
	cr_assert(trail_open(trail, &q));
	interval(2);
	row(10, 4);
	((struct fixture_row *)table_row(&table, 0))->lat.p99_ns = 5000;
	row(20, 4);
	((struct fixture_row *)table_row(&table, 1))->lat.p99_ns = NA_U64;
	add(3);
	cr_assert_eq(value(10, 3), 5000, "not per second");
	cr_assert(isnan(value(20, 3)));
	cr_assert(isnan(trail_point(trail, 3)->total), "percentiles do not add up");
}
