/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "core/panel.h"
#include "core/table.h"

extern const struct panel panel_cpus;

#define MS 1000000ull

static struct frame *prev, *cur;
static struct facts *facts;
static struct table rows;

static void setup(void)
{
	prev = frame_new();
	cur = frame_new();
	prev->mono_ns = 5000 * MS;
	cur->mono_ns = 6000 * MS;
	facts = facts_new();
	table_init(&rows);
}

static void teardown(void)
{
	table_done(&rows);
	facts_free(facts);
	frame_free(cur);
	frame_free(prev);
}

TestSuite(fold_cpus, .init = setup, .fini = teardown);

static struct cpu_rec *cpu(struct frame *f, uint32_t number)
{
	struct cpu_rec *r = sample_add(&f->s[STREAM_CPU], STREAM_CPU);

	r->cpu = number;
	r->online = 1;
	return r;
}

static void fold_from(const struct frame *before)
{
	void *memo = NULL;
	struct fold_in in = { .prev = before, .cur = cur, .facts = facts, .to = SIZE_MAX, .memo = &memo };

	frame_index(prev);
	frame_index(cur);
	table_reset(&rows, &panel_cpus);
	rows.interval_s = 1;
	panel_cpus.fold(&in, &rows);
	free(memo);
	table_finish(&rows);
}

static double number(size_t row, const char *name)
{
	const struct column *c = panel_column(&panel_cpus, name);

	cr_assert(c, "no column %s", name);
	cr_assert(row < rows.n);
	return column_number(c, table_row(&rows, row));
}

Test(fold_cpus, percent_of_what_passed)
{
	cpu(prev, 0)->stat = (struct cpu_stat){ .user = 1000, .idle = 1000, .system = 50 };
	cpu(cur, 0)->stat = (struct cpu_stat){ .user = 1020, .nice = 10, .system = 65, .idle = 1040,
					       .iowait = 5, .irq = 1, .softirq = 2, .steal = 7 };
	fold_from(prev);
	cr_assert_float_eq(number(0, "user_pct"), 30, 1e-9);
	cr_assert_float_eq(number(0, "sys_pct"), 15, 1e-9);
	cr_assert_float_eq(number(0, "irq_pct"), 1, 1e-9);
	cr_assert_float_eq(number(0, "softirq_pct"), 2, 1e-9);
	cr_assert_float_eq(number(0, "steal_pct"), 7, 1e-9);
	cr_assert_float_eq(number(0, "iowait_pct"), 5, 1e-9);
	cr_assert_float_eq(number(0, "busy_pct"), 55, 1e-9);
}

Test(fold_cpus, idle_time_that_goes_back_is_nothing)
{
	cpu(prev, 0)->stat = (struct cpu_stat){ .user = 10, .idle = 1000 };
	cpu(cur, 0)->stat = (struct cpu_stat){ .user = 30, .idle = 999 };
	fold_from(prev);
	cr_assert_float_eq(number(0, "busy_pct"), 100, 1e-9);
}

Test(fold_cpus, counts_since_boot_are_not_of_the_first_interval)
{
	cpu(cur, 0)->stat = (struct cpu_stat){ .user = 1000, .idle = 1000 };
	fold_from(NULL);
	cr_assert(isnan(number(0, "busy_pct")));
}

Test(fold_cpus, length_of_the_run_queue_over_time)
{
	struct cpu_val *v = &cpu(prev, 0)->v;

	/* one waits since 4.9 s; until 5.4 s, then three until 5.6 s, then none */
	v->len_since_ns = 4900 * MS;
	v->len_now = 1;
	v = &cpu(cur, 0)->v;
	v->len_ns[1] = 500 * MS;
	v->len_ns[3] = 200 * MS;
	v->len_integral = 500 * MS + 3 * 200 * MS;
	v->len_since_ns = 5600 * MS;
	fold_from(prev);
	cr_assert_float_eq(number(0, "runq_len_avg"), 1.0, 1e-9);
	cr_assert_eq(number(0, "runq_len_max"), 3);
}

Test(fold_cpus, a_length_that_lasts_counts)
{
	cpu(prev, 0)->v = (struct cpu_val){ .len_since_ns = 1000 * MS, .len_now = 2 };
	cpu(cur, 0)->v = (struct cpu_val){ .len_since_ns = 1000 * MS, .len_now = 2 };
	fold_from(prev);
	cr_assert_float_eq(number(0, "runq_len_avg"), 2.0, 1e-9);
	cr_assert_eq(number(0, "runq_len_max"), 2);
}

Test(fold_cpus, lengths_beyond_the_histogram)
{
	cpu(prev, 0)->v = (struct cpu_val){ .len_since_ns = 1000 * MS, .len_now = 200 };
	cpu(cur, 0)->v = (struct cpu_val){ .len_since_ns = 1000 * MS, .len_now = 200 };
	fold_from(prev);
	cr_assert_float_eq(number(0, "runq_len_avg"), 200.0, 1e-9);
	cr_assert_eq(number(0, "runq_len_max"), 200);
}

Test(fold_cpus, cpus_that_are_off_have_no_row)
{
	cpu(prev, 0);
	cpu(prev, 1);
	cpu(cur, 0);
	cpu(cur, 1)->online = 0;
	fold_from(prev);
	cr_assert_eq(rows.n, 1);
	cr_assert_eq(number(0, "cpu"), 0);
}

Test(fold_cpus, waits_and_switches)
{
	struct cpu_val *v = &cpu(prev, 1)->v;

	v->switches = 100;
	v = &cpu(cur, 1)->v;
	v->switches = 142;
	v->wait.total_ns = 6 * MS;
	v->wait.max_ns = 4 * MS;
	v->wait.n[lat_bucket(2 * MS)]++;
	v->wait.n[lat_bucket(4 * MS)]++;
	fold_from(prev);
	cr_assert_eq(number(0, "switches"), 42);
	cr_assert_eq(number(0, "wait_avg_ns"), 3 * MS);
	cr_assert_eq(number(0, "wait_max_ns"), 4 * MS);
	cr_assert_float_eq(number(0, "wait_p50_ns"), 2 * MS, 2 * MS / 8);
}
