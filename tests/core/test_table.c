/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/table.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture_panel.h"

static struct table table;

static void setup(void)
{
	table_init(&table);
	table_reset(&table, &fixture_panel);
}

static void teardown(void)
{
	table_done(&table);
}

TestSuite(table, .init = setup, .fini = teardown);

static struct fixture_row *row_add(uint64_t count, uint32_t nr)
{
	struct fixture_row *row = table_add(&table);

	row->count = count;
	row->nr = nr;
	return row;
}

static const struct fixture_row *row_at(size_t i)
{
	return table_row(&table, i);
}

Test(table, strings_live_and_equal_ones_are_shared)
{
	const char *a = table_str(&table, "nginx"), *b, *many[5000];
	char buf[64];

	for (int i = 0; i < 5000; i++)
		many[i] = table_strf(&table, "string number %d of many that fill the chunks", i);
	b = table_strf(&table, "ngi%s", "nx");
	cr_assert_str_eq(a, "nginx");
	cr_assert_eq(a, b);
	for (int i = 0; i < 5000; i++) {
		snprintf(buf, sizeof(buf), "string number %d of many that fill the chunks", i);
		cr_assert_str_eq(many[i], buf);
	}
	cr_assert_null(table_str(&table, NULL));
	cr_assert_str_eq(table_str(&table, ""), "");
}

Test(table, string_longer_than_a_chunk)
{
	char *s = malloc(200001);
	const char *copy;

	memset(s, 'x', 200000);
	s[200000] = '\0';
	copy = table_strf(&table, "%s", s);
	cr_assert_eq(strlen(copy), 200000);
	cr_assert_str_eq(table_str(&table, "after"), "after");
	free(s);
}

Test(table, reset_empties_and_new_rows_are_zero)
{
	memset(row_add(1, 1), 0xff, sizeof(struct fixture_row));
	table.loss[LOSS_RING] = 1;
	strcpy(table.note, "x");
	table_reset(&table, &fixture_panel);
	cr_assert_eq(table.n, 0);
	cr_assert_eq(table.loss[LOSS_RING], 0);
	cr_assert_str_empty(table.note);
	table_add(&table);
	cr_assert_eq(row_at(0)->count, 0);
	cr_assert_null(row_at(0)->call);
}

Test(table, steady_state_keeps_its_memory)
{
	const void *rows;
	const char *s;

	for (int i = 0; i < 1000; i++)
		table_strf(&table, "%p", (void *)row_add(1, 1));
	rows = table.rows;
	table_reset(&table, &fixture_panel);
	s = table_str(&table, "first");
	table_reset(&table, &fixture_panel);
	for (int i = 0; i < 1000; i++)
		row_add(1, 1);
	cr_assert_eq(table.rows, rows);
	cr_assert_eq(table_str(&table, "other"), s, "the arena starts over");
}

Test(table, sort_is_stable_both_ways)
{
	for (uint32_t i = 0; i < 1000; i++)
		row_add(i * 7919 % 13, i);
	table_sort(&table, fixture_column("count"), false);
	for (size_t i = 1; i < table.n; i++) {
		cr_assert(row_at(i - 1)->count >= row_at(i)->count);
		if (row_at(i - 1)->count == row_at(i)->count)
			cr_assert(row_at(i - 1)->nr < row_at(i)->nr);
	}
	table_sort(&table, fixture_column("nr"), true);
	table_sort(&table, fixture_column("count"), true);
	for (size_t i = 1; i < table.n; i++) {
		cr_assert(row_at(i - 1)->count <= row_at(i)->count);
		if (row_at(i - 1)->count == row_at(i)->count)
			cr_assert(row_at(i - 1)->nr < row_at(i)->nr);
	}
}

Test(table, sort_does_not_cut_64_bit_differences)
{
	row_add(1ull << 40, 1);
	row_add((1ull << 40) + (1ull << 32), 2);
	row_add(3, 3);
	table_sort(&table, fixture_column("count"), false);
	cr_assert_eq(row_at(0)->nr, 2);
	cr_assert_eq(row_at(1)->nr, 1);
	cr_assert_eq(row_at(2)->nr, 3);
}

Test(table, not_known_sorts_below_all)
{
	row_add(5, 1);
	row_add(NA_U64, 2);
	row_add(0, 3);
	table_sort(&table, fixture_column("count"), false);
	cr_assert_eq(row_at(2)->nr, 2);
	row_add(1, 4)->call = "b";
	row_add(1, 5)->call = "a";
	table_sort(&table, fixture_column("call"), true);
	cr_assert_eq(row_at(4)->nr, 4);
	cr_assert_eq(row_at(3)->nr, 5);
}

Test(table, sort_by_fractions)
{
	row_add(1, 1)->level = 0.2;
	row_add(1, 2)->level = 0.9;
	row_add(1, 3)->level = NAN;
	table_sort(&table, fixture_column("level"), false);
	cr_assert_eq(row_at(0)->nr, 2);
	cr_assert_eq(row_at(1)->nr, 1);
	cr_assert_eq(row_at(2)->nr, 3);
}
