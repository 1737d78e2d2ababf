/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees over the rows of the fixture, and against sums that are made from the rows one by one. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/identity.h"
#include "fixture_panel.h"

static struct frame *prev, *cur;
static struct facts *facts;
static struct query query;
static struct query_run run;
static struct tree_folds folds;
static const struct table *rows;

static void setup(void)
{
	prev = frame_new();
	cur = frame_new();
	fixture_time(prev, 1);
	fixture_time(cur, 2);
	facts = facts_new();
	query_init(&query, &fixture_panel);
	query_run_init(&run);
}

static void teardown(void)
{
	query_run_done(&run);
	query_done(&query);
	tree_folds_done(&folds);
	facts_free(facts);
	frame_free(prev);
	frame_free(cur);
}

TestSuite(tree, .init = setup, .fini = teardown);

static struct task_rec *task(uint32_t pid, uint32_t ppid, uint64_t cgroup, const char *comm)
{
	const struct sample *s = &cur->s[STREAM_TASK];
	struct task_rec *r;

	fixture_task(cur, pid, pid, comm);
	r = (struct task_rec *)sample_rec(s, STREAM_TASK, s->count - 1);
	r->ppid = ppid;
	r->cgroup_id = cgroup;
	return r;
}

static void cgroup(uint64_t id, const char *path)
{
	struct cgroup_rec *r = sample_add(&cur->s[STREAM_CGROUP], STREAM_CGROUP);

	r->id = id;
	strcpy(r->path, path);
}

static void calls(uint32_t pid, uint64_t count, uint64_t lat_ns)
{
	fixture_call(cur, pid, pid, pid % 3, count, 10 * count, lat_ns);
}

static void grow(const struct tree_kind *kind)
{
	frame_index(prev);
	frame_index(cur);
	facts_apply(facts, cur);
	cr_assert_eq(query_set_tree(&query, kind, &folds), 0);
	rows = query_run(&run, &query, prev, cur, facts);
}

static void again(void)
{
	rows = query_run(&run, &query, prev, cur, facts);
}

static const struct fixture_row *at(size_t i)
{
	cr_assert_lt(i, rows->n);
	return table_row(rows, i);
}

static void filter(const char *text)
{
	struct filter_error wrong;

	cr_assert_eq(query_set_filter(&query, text, &wrong), 0, "%s", wrong.text);
}

/* "  name count" per row, indented by depth; + folded, ? no number. */
static const char *picture(void)
{
	static char text[4000];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < rows->n; i++) {
		const struct fixture_row *row = at(i);
		const struct tree_node *node = &run.tree.nodes[i];
		const char *name = query.tree == &tree_cgroups ? row->who.cgroup : row->who.comm;

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%*s%s%s", (int)node->depth, "",
				      name ? name : "?", node->folded ? "+" : "");
		if (row->count == NA_U64)
			n += (size_t)snprintf(text + n, sizeof(text) - n, " ?\n");
		else
			n += (size_t)snprintf(text + n, sizeof(text) - n, " %u\n",
					      (unsigned int)row->count);
	}
	return text;
}

static void toggle(const char *name)
{
	for (size_t i = 0; i < rows->n; i++) {
		const char *is = query.tree == &tree_cgroups ? at(i)->who.cgroup : at(i)->who.comm;

		if (is && !strcmp(is, name)) {
			tree_folds_toggle(&folds, row_identity(&query, at(i)));
			again();
			return;
		}
	}
	cr_assert_fail("no row %s", name);
}

/* /a/b and /a/c have processes, /a has not, /a/b/d lies below one that has. */
static void cgroups_fill(void)
{
	cgroup(1, "/a/b");
	cgroup(2, "/a/c");
	cgroup(3, "/a/b/d");
	cgroup(4, "/e");
	task(10, 1, 1, "ten");
	task(11, 1, 2, "eleven");
	task(12, 1, 3, "twelve");
	task(13, 1, 4, "thirteen");
	task(14, 1, 99, "lost");
	calls(10, 5, 100);
	calls(11, 70, 3000);
	calls(12, 11, 50000);
	calls(13, 40, 100);
	calls(14, 2, 100);
}

Test(tree, cgroups_hold_what_is_below)
{
	cgroups_fill();
	grow(&tree_cgroups);
	cr_assert_str_eq(picture(), "/ 126\n /a 86\n  /a/c 70\n  /a/b 16\n   /a/b/d 11\n /e 40\n? 2\n");
	cr_assert_eq(at(0)->bytes, 1260);
	cr_assert_eq(at(1)->peak, 50000);
	cr_assert_eq(at(1)->small, 3);
	cr_assert_float_eq(at(0)->share, 126, 1e-9, "derived from the sum");
	cr_assert_str_eq(at(0)->verdict, "many");
	cr_assert_null(at(1)->who.comm, "they differ");
	cr_assert_str_eq(at(4)->who.comm, "twelve");
	cr_assert_str_eq(at(3)->who.user, "0", "all agree");
	cr_assert_str_eq(at(1)->who.user, "0", "also below a row that was made");
	cr_assert_eq(at(1)->who.ppid, 1);
	cr_assert(run.tree.nodes[0].made && !run.tree.nodes[3].made);
}

Test(tree, cgroups_fold)
{
	cgroups_fill();
	grow(&tree_cgroups);
	toggle("/a");
	cr_assert_str_eq(picture(), "/ 126\n /a+ 86\n /e 40\n? 2\n");
	toggle("/");
	cr_assert_str_eq(picture(), "/+ 126\n? 2\n");
	toggle("/");
	toggle("/a");
	tree_folds_all(&folds, true);
	again();
	cr_assert_str_eq(picture(), "/ 126\n /a+ 86\n /e 40\n? 2\n");
	toggle("/a");
	cr_assert_str_eq(picture(), "/ 126\n /a 86\n  /a/c 70\n  /a/b+ 16\n /e 40\n? 2\n");
}

Test(tree, sorted_beside_each_other)
{
	cgroups_fill();
	query.sort = fixture_column("cgroup");
	query.ascending = true;
	grow(&tree_cgroups);
	cr_assert_str_eq(picture(), "? 2\n/ 126\n /a 86\n  /a/b 16\n   /a/b/d 11\n  /a/c 70\n /e 40\n");
	query.sort = NULL;
	again();
	cr_assert_eq(rows->n, 7);
}

Test(tree, a_filter_keeps_what_is_above)
{
	cgroups_fill();
	filter("p99_ns>10us and not cgroup=/e");
	grow(&tree_cgroups);
	cr_assert_str_eq(picture(), "/ 86\n /a 86\n  /a/b 16\n   /a/b/d 11\n",
			 "sums of what the first part of the filter leaves");
	filter("comm=eleven");
	again();
	cr_assert_str_eq(picture(), "/ 70\n /a 70\n  /a/c 70\n");
	filter("peak_ns=3000");
	again();
	cr_assert_str_eq(picture(), "/ 126\n /a 86\n  /a/c 70\n",
			 "those above match not, and hold all that is below");
	filter("count=1");
	again();
	cr_assert_eq(rows->n, 0);
}

Test(tree, containers_of_made_rows)
{
	cgroup(1, "/system.slice/a.service/sub");
	task(10, 1, 1, "ten");
	calls(10, 5, 100);
	grow(&tree_cgroups);
	cr_assert_eq(rows->n, 4);
	cr_assert_null(at(1)->who.container);
	cr_assert_str_eq(at(2)->who.container, "a.service");
	cr_assert_str_eq(at(3)->who.container, "a.service");
}

Test(tree, odd_paths)
{
	cgroup(1, "...cut/x");
	cgroup(2, "no slash");
	cgroup(3, "//");
	cgroup(4, "/");
	for (uint32_t i = 1; i <= 4; i++) {
		task(10 + i, 1, i, "x");
		calls(10 + i, i, 100);
	}
	grow(&tree_cgroups);
	cr_assert_str_eq(picture(), "/ 10\n // 3\n no slash 2\n ...cut 1\n  ...cut/x 1\n");
}

/* 20 started 21 and 22; 22 started 23; 20 does nothing itself. */
static void processes_fill(void)
{
	task(1, 0, 0, "init");
	task(20, 1, 0, "shell");
	task(21, 20, 0, "make");
	task(22, 20, 0, "cc");
	task(23, 22, 0, "as");
	task(30, 1, 0, "daemon");
	task(40, 2, 0, "orphan");
	calls(21, 5, 100);
	calls(22, 70, 200);
	calls(23, 11, 400);
	calls(30, 20, 100);
	calls(40, 1, 100);
}

Test(tree, processes_know_their_own_numbers)
{
	processes_fill();
	grow(&tree_parents);
	cr_assert_str_eq(picture(),
			 "orphan 1\ninit ?\n daemon 20\n shell ?\n  cc 70\n   as 11\n  make 5\n");
	cr_assert_eq(at(1)->who.pid, 1);
	cr_assert_eq(at(1)->who.start_ns, 1000);
	cr_assert_eq(at(1)->who.tid, 0);
	cr_assert(isnan(at(1)->share), "no number is derived from none");
	cr_assert_eq(at(1)->lat.p99_ns, NA_U64);
	cr_assert_eq(at(1)->peak, NA_U64);
	cr_assert_null(at(1)->call);
}

Test(tree, folded_processes_hold_what_unfolding_shows)
{
	processes_fill();
	grow(&tree_parents);
	toggle("shell");
	cr_assert_str_eq(picture(), "orphan 1\ninit ?\n shell+ 86\n daemon 20\n");
	cr_assert_eq(at(2)->peak, 400);
	cr_assert_eq(at(2)->small, 3);
	cr_assert_float_eq(at(2)->share, 86, 1e-9);
	toggle("shell");
	toggle("cc");
	cr_assert_str_eq(picture(), "orphan 1\ninit ?\n daemon 20\n shell ?\n  cc+ 81\n  make 5\n");
	toggle("init");
	cr_assert_str_eq(picture(), "init+ 106\norphan 1\n");
	toggle("init");
	toggle("cc");
	filter("count>=11");
	again();
	cr_assert_str_eq(picture(), "init ?\n daemon 20\n shell ?\n  cc 70\n   as 11\n");
	toggle("shell");
	cr_assert_str_eq(picture(), "init ?\n shell+ 81\n daemon 20\n");
}

Test(tree, who_exited_is_passed_over_unless_it_did_something)
{
	processes_fill();
	task(20, 1, 0, "shell")->flags = TASK_EXITED;
	task(22, 20, 0, "cc")->flags = TASK_EXITED;
	grow(&tree_parents);
	cr_assert_str_eq(picture(), "orphan 1\ninit ?\n cc 70\n  as 11\n daemon 20\n make 5\n");
}

Test(tree, a_pid_used_again_is_no_parent)
{
	task(50, 51, 0, "a")->key.start_ns = 500;
	((struct task_rec *)sample_rec(&cur->s[STREAM_TASK], STREAM_TASK, 0))->leader_start_ns = 500;
	task(51, 50, 0, "b");
	task(52, 52, 0, "itself");
	fixture_call(cur, 51, 51, 0, 1, 0, 100);
	fixture_call(cur, 52, 52, 0, 2, 0, 100);
	grow(&tree_parents);
	cr_assert_str_eq(picture(), "itself 2\na ?\n b 1\n");
}

Test(tree, only_where_rows_have_what_it_needs)
{
	static const struct column columns[] = { { .name = "pid", .kind = COL_U32 }, { 0 } };
	const struct panel other = { .name = "other", .columns = columns };
	char error[200];

	cr_assert(tree_suits(&tree_cgroups, &fixture_panel));
	cr_assert_not(tree_suits(&tree_parents, &other));
	cr_assert_eq(query_set_tree(&query, &tree_cgroups, NULL), 0);
	cr_assert_eq(query_tree(&query), &tree_cgroups);
	query_set_group(&query, "cgroup", error, sizeof(error));
	cr_assert_null(query_tree(&query), "a list of groups");
}

static uint64_t counted(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (tree_counts(rows, i) && at(i)->count != NA_U64)
			sum += at(i)->count;
	return sum;
}

Test(tree, what_may_be_added_up_is_everything_once)
{
	char error[200];

	cgroups_fill();
	grow(&tree_cgroups);
	cr_assert_eq(counted(), 128);
	toggle("/a");
	cr_assert_eq(counted(), 128);
	grow(&tree_parents);
	cr_assert_eq(counted(), 128);
	query_set_group(&query, "cgroup", error, sizeof(error));
	again();
	cr_assert_eq(counted(), 128);
}

Test(tree, gets_its_columns_from_the_key)
{
	const struct column *columns[32];

	grow(&tree_cgroups);
	cr_assert_gt(query_columns(&query, columns, 32), 2);
	cr_assert_str_eq(columns[0]->name, "cgroup");
	cr_assert_str_eq(columns[1]->name, "container");
}

/* What a node should hold: all rows of the fold whose group lies at or below its path, merged. */
static void brute(const struct table *all, const char *path, struct fixture_row *ret)
{
	double level = 0;
	size_t n = 0, len = strlen(path);

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < all->n; i++) {
		const struct fixture_row *row = table_row(all, i);

		if (strcmp(path, "/") && (strncmp(row->who.cgroup, path, len) ||
					  (row->who.cgroup[len] && row->who.cgroup[len] != '/')))
			continue;
		ret->count += row->count;
		ret->peak = row->peak > ret->peak ? row->peak : ret->peak;
		lat_add(&ret->lat, &row->lat);
		level += row->level;
		n++;
	}
	ret->level = level / (double)n;
	lat_finish(&ret->lat);
}

static void random_fill(uint32_t seed)
{
	char path[200];

	srand(seed);
	for (uint32_t i = 1; i <= 60; i++) {
		path[0] = '\0';
		for (int depth = 1 + rand() % 5; depth; depth--)
			snprintf(path + strlen(path), sizeof(path) - strlen(path), "/%c",
				 'a' + rand() % 3);
		cgroup(i, path);
	}
	for (uint32_t pid = 100; pid < 400; pid++) {
		task(pid, pid == 100 ? 0 : 100 + (uint32_t)rand() % (pid - 100),
		     1 + (uint64_t)(rand() % 60), "p");
		if (rand() % 3)
			calls(pid, 1 + (uint64_t)(rand() % 50), 1ull << (5 + rand() % 30));
	}
}

static void same_numbers(const struct fixture_row *got, const struct fixture_row *want,
			 const char *what)
{
	cr_assert_eq(got->count, want->count, "%s", what);
	cr_assert_eq(got->peak, want->peak, "%s", what);
	cr_assert_float_eq(got->level, want->level, 1e-9, "%s", what);
	cr_assert_eq(got->lat.count, want->lat.count, "%s", what);
	cr_assert_eq(got->lat.avg_ns, want->lat.avg_ns, "%s", what);
	cr_assert_eq(got->lat.p50_ns, want->lat.p50_ns, "%s", what);
	cr_assert_eq(got->lat.p99_ns, want->lat.p99_ns, "%s", what);
	cr_assert_eq(got->lat.max_ns, want->lat.max_ns, "%s", what);
	cr_assert_eq(memcmp(got->lat.n, want->lat.n, sizeof(got->lat.n)), 0, "%s", what);
}

/* Every row once, the one above it before it, links that agree. */
static void links_check(void)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct tree_node *n = &run.tree.nodes[i];

		cr_assert(n->up == TREE_NONE ? n->depth == 0 : n->up < i);
		if (n->up != TREE_NONE) {
			cr_assert_eq(n->depth, run.tree.nodes[n->up].depth + 1);
			cr_assert(run.tree.nodes[n->up].parent);
			cr_assert_not(run.tree.nodes[n->up].folded);
		}
		cr_assert(n->next == TREE_NONE || (n->next > i && n->next < rows->n));
		cr_assert(n->first == TREE_NONE || n->first == i + 1);
	}
}

Test(tree, cgroups_against_one_by_one)
{
	for (uint32_t seed = 1; seed <= 20; seed++) {
		struct fixture_row want;

		frame_reset(cur);
		fixture_time(cur, 2);
		facts_reset(facts);
		random_fill(seed);
		grow(&tree_cgroups);
		cr_assert_gt(rows->n, 30);
		for (size_t i = 0; i < rows->n; i++) {
			brute(&run.base, at(i)->who.cgroup, &want);
			same_numbers(at(i), &want, at(i)->who.cgroup);
		}
		links_check();
	}
}

/* Whatever is folded, the rows of processes hold everything once. */
Test(tree, processes_add_up_whatever_is_folded)
{
	frame_index(prev);
	for (uint32_t seed = 1; seed <= 20; seed++) {
		struct fixture_row sum, all;

		frame_reset(cur);
		fixture_time(cur, 2);
		facts_reset(facts);
		tree_folds_all(&folds, seed % 2);
		random_fill(seed);
		grow(&tree_parents);
		brute(&run.base, "/", &all);
		for (int i = 0; i < 20; i++) {
			tree_folds_toggle(&folds, row_identity(&query, at((size_t)rand() % rows->n)));
			again();
			links_check();
			memset(&sum, 0, sizeof(sum));
			for (size_t k = 0; k < rows->n; k++) {
				if (at(k)->count != NA_U64)
					sum.count += at(k)->count;
				lat_add(&sum.lat, &at(k)->lat);
			}
			lat_finish(&sum.lat);
			cr_assert_eq(sum.count, all.count);
			cr_assert_eq(memcmp(sum.lat.n, all.lat.n, sizeof(all.lat.n)), 0);
		}
		tree_folds_all(&folds, false);
		again();
		for (size_t k = 0; k < rows->n; k++)
			if (run.tree.nodes[k].depth == 0 && run.tree.nodes[k].parent)
				tree_folds_toggle(&folds, row_identity(&query, at(k)));
		again();
		cr_assert_eq(rows->n, 1, "all of them come from one");
		same_numbers(at(0), &all, "folded");
	}
}
