/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/query.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "fixture_panel.h"

static struct facts *facts;
static struct frame *prev, *cur;
static struct query_run run;
static struct query q;
static char error[512];

/* Process 10 with two threads, process 20 with one; half a second. */
static void setup(void)
{
	facts = facts_new();
	prev = frame_new();
	cur = frame_new();
	query_run_init(&run);
	query_init(&q, &fixture_panel);
	fixture_task(prev, 10, 10, "nginx");
	fixture_task(prev, 10, 11, "worker");
	fixture_task(prev, 20, 20, "dd");
	facts_apply(facts, prev);
	fixture_call(prev, 10, 10, 1, 100, 0, 1000);
	fixture_call(cur, 10, 10, 1, 110, 3, 1000);
	fixture_call(cur, 10, 11, 1, 200, 0, 1000);
	fixture_call(cur, 10, 11, 2, 5, 0, 4000);
	fixture_call(cur, 20, 20, 1, 1000, 0, 1000);
	fixture_time(prev, 1.0);
	fixture_time(cur, 1.5);
	frame_index(prev);
	frame_index(cur);
}

static void teardown(void)
{
	query_done(&q);
	query_run_done(&run);
	facts_free(facts);
	frame_free(prev);
	frame_free(cur);
}

TestSuite(query, .init = setup, .fini = teardown);

static const struct table *result(void)
{
	return query_run(&run, &q, prev, cur, facts);
}

static const struct fixture_row *row_at(const struct table *t, size_t i)
{
	cr_assert(i < t->n, "only %zu rows", t->n);
	return table_row(t, i);
}

static void set_filter(const char *text)
{
	struct filter_error e;

	cr_assert_eq(query_set_filter(&q, text, &e), 0, "%s", e.text);
}

Test(query, defaults_of_the_panel)
{
	const struct table *t = result();

	cr_assert_eq(t->n, 3);
	cr_assert_eq(row_at(t, 0)->who.pid, 20);
	cr_assert_eq(row_at(t, 0)->count, 1000);
	cr_assert_eq(row_at(t, 1)->who.pid, 10);
	cr_assert_eq(row_at(t, 1)->count, 210, "10 more of one thread, 200 of the other");
	cr_assert_eq(row_at(t, 1)->bytes, 3);
	cr_assert_eq(row_at(t, 1)->share, 420.0);
	cr_assert_eq(t->interval_s, 0.5);
	cr_assert_eq(t->wall_ns, cur->wall_ns);
}

Test(query, by_thread_shows_names_of_threads)
{
	const struct table *t;

	cr_assert_eq(query_set_group(&q, "tid", error, sizeof(error)), 0);
	cr_assert(query_by_thread(&q));
	t = result();
	cr_assert_eq(t->n, 3);
	cr_assert_str_eq(row_at(t, 1)->who.comm, "worker");
	cr_assert_eq(query_set_group(&q, NULL, error, sizeof(error)), 0);
	cr_assert(!query_by_thread(&q));
	cr_assert_str_eq(row_at(result(), 1)->who.comm, "nginx");
}

Test(query, filter_on_a_key_that_is_grouped_away)
{
	const struct table *t;

	cr_assert_eq(query_set_group(&q, "call", error, sizeof(error)), 0);
	set_filter("pid=10 and count>100");
	t = result();
	cr_assert_eq(t->n, 1);
	cr_assert_eq(row_at(t, 0)->count, 210);
	cr_assert_eq(row_at(t, 0)->who.pid, 0);
}

Test(query, word_finds_who_is_grouped_away)
{
	const struct table *t;

	cr_assert_eq(query_set_group(&q, "call", error, sizeof(error)), 0);
	set_filter("nginx");
	t = result();
	cr_assert_eq(t->n, 2);
	cr_assert_eq(row_at(t, 0)->count, 210);
	set_filter("nginx read");
	cr_assert_eq(result()->n, 0);
}

Test(query, word_finds_text_of_the_group)
{
	const struct table *t;

	cr_assert_eq(query_set_group(&q, "call", error, sizeof(error)), 0);
	set_filter("few");
	t = result();
	cr_assert_eq(t->n, 1, "one of the threads has few of call_1, all together have many");
	cr_assert_str_eq(row_at(t, 0)->call, "call_2");
	set_filter("many pid=10");
	t = result();
	cr_assert_eq(t->n, 1);
	cr_assert_eq(row_at(t, 0)->count, 210, "the whole group");
}

Test(query, filter_on_numbers_sees_groups_and_derived_cells)
{
	set_filter("count>205 and count<215");
	cr_assert_eq(result()->n, 1);
	set_filter("rate=420");
	cr_assert_eq(result()->n, 1);
	set_filter("p50_ns>3us");
	cr_assert_eq(result()->n, 1);
	set_filter("");
	cr_assert_null(q.filter);
	cr_assert_eq(result()->n, 3);
}

Test(query, bad_filter_leaves_the_old_one)
{
	struct filter_error e;

	set_filter("pid=20");
	cr_assert_eq(query_set_filter(&q, "pid=", &e), -EINVAL);
	cr_assert_str_eq(q.filter_text, "pid=20");
	cr_assert_eq(result()->n, 1);
}

Test(query, sort_and_limit)
{
	const struct table *t;

	cr_assert_eq(query_set_sort(&q, "-count", error, sizeof(error)), 0);
	cr_assert(q.ascending);
	q.limit = 2;
	t = result();
	cr_assert_eq(t->n, 2);
	cr_assert_eq(row_at(t, 0)->count, 5);
	cr_assert_eq(query_set_sort(&q, "", error, sizeof(error)), 0);
	cr_assert(!q.ascending);
	cr_assert_str_eq(q.sort->name, "count");
}

Test(query, columns_that_do_not_exist)
{
	cr_assert_eq(query_set_group(&q, "pid,nope", error, sizeof(error)), -ENOENT);
	cr_assert_not_null(strstr(error, "'nope'"));
	cr_assert_not_null(strstr(error, "cgroup"), "says what there is");
	cr_assert_eq(query_set_group(&q, "count", error, sizeof(error)), -EINVAL);
	cr_assert_null(strstr(error, "bytes"), "nothing that cannot be grouped by");
	cr_assert_eq(query_set_sort(&q, "nope", error, sizeof(error)), -ENOENT);
	cr_assert_eq(query_set_sort(&q, "hist", error, sizeof(error)), -EINVAL);
	cr_assert_eq(q.n_keys, 2);
	cr_assert_str_eq(q.sort->name, "count");
	cr_assert_null(strchr(error, '\n'));
}

Test(query, copy_is_independent)
{
	struct query copy;

	set_filter("pid=20");
	query_copy(&copy, &q);
	set_filter("");
	cr_assert_str_eq(copy.filter_text, "pid=20");
	cr_assert_eq(query_run(&run, &copy, prev, cur, facts)->n, 1);
	query_done(&copy);
}

Test(query, losses_and_notes_of_the_panels_streams)
{
	struct frame *notes = frame_new();
	struct note_rec *n;
	const struct table *t;

	prev->s[STREAM_SYS].loss[LOSS_RING] = 5;
	cur->s[STREAM_SYS].loss[LOSS_RING] = 7;
	cur->s[STREAM_CONN].loss[LOSS_RING] = 1;
	cur->s[STREAM_FILE].loss[LOSS_RING] = 100;
	n = sample_add(&notes->s[STREAM_NOTE], STREAM_NOTE);
	n->stream = STREAM_CONN;
	strcpy(n->text, "no such hook");
	n = sample_add(&notes->s[STREAM_NOTE], STREAM_NOTE);
	n->stream = STREAM_FILE;
	strcpy(n->text, "of no interest here");
	facts_apply(facts, notes);
	t = result();
	cr_assert_eq(t->loss[LOSS_RING], 3);
	cr_assert_str_eq(t->note, "no such hook");
	cur->s[STREAM_TASK].loss[LOSS_RING] = 10;
	cr_assert_eq(result()->loss[LOSS_RING], 13, "and of names");
	n = sample_add(&notes->s[STREAM_NOTE], STREAM_NOTE);
	n->stream = STREAM_SYS;
	strcpy(n->text, "refused");
	facts_apply(facts, notes);
	cr_assert_str_eq(result()->note, "refused; no such hook");
	frame_free(notes);
}

Test(query, first_frame_has_no_interval)
{
	const struct table *t = query_run(&run, &q, NULL, prev, facts);

	cr_assert_eq(t->interval_s, 0.0);
	cr_assert_eq(row_at(t, 0)->count, 100);
	cr_assert(!column_is_known(fixture_column("rate"), row_at(t, 0)), "per no time");
}

static void shows(const char *group, const char *expected)
{
	const struct column *c[32];
	char names[256] = "";
	size_t n;

	cr_assert_eq(query_set_group(&q, group, error, sizeof(error)), 0);
	n = query_columns(&q, c, 32);
	for (size_t i = 0; i < n; i++) {
		strcat(names, i ? " " : "");
		strcat(names, c[i]->name);
	}
	cr_assert_str_eq(names, expected);
}

Test(query, columns_follow_the_grouping)
{
	shows(NULL, "pid comm call count bytes p99_ns level");
	shows("call", "call count bytes p99_ns level");
	shows("user", "user count bytes p99_ns level");
	shows("tid", "tid pid comm count bytes p99_ns level");
	shows("comm", "comm count bytes p99_ns level");
}

Test(query, panels_by_name)
{
	cr_assert_eq(panel_find("fixture"), &fixture_panel);
	cr_assert_null(panel_find("fix"));
	cr_assert_null(panel_column(&fixture_panel, "nope"));
	cr_assert_not_null(panel_column(&fixture_panel, "start_ns"));
}
