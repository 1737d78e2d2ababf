/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a page says of a process or control group, from frames made by hand. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/query.h"

#define SECOND 1000000000ull

static struct frame *frame;
static struct facts *facts;
static struct page_line lines[PAGE_LINES];

static struct task_rec *task(uint32_t tid, uint32_t tgid, uint32_t ppid, uint64_t start_s, const char *comm)
{
	struct task_rec *r = sample_add(&frame->s[STREAM_TASK], STREAM_TASK);

	r->key = (struct task_key){ .tid = tid, .tgid = tgid, .start_ns = start_s * SECOND };
	r->leader_start_ns = r->key.start_ns;
	r->ppid = ppid;
	r->cgroup_id = 5;
	snprintf(r->comm, sizeof(r->comm), "%s", comm);
	return r;
}

static void setup(void)
{
	struct cgroup_rec *c;

	setenv("TZ", "UTC", 1);
	frame = frame_new();
	facts = facts_new();
	frame->mono_ns = 1000 * SECOND;
	frame->wall_ns = (20 * 86400 + 36000) * SECOND;
	((struct host_rec *)sample_add(&frame->s[STREAM_HOST], STREAM_HOST))->boot_ns = 1000 * SECOND;
	c = sample_add(&frame->s[STREAM_CGROUP], STREAM_CGROUP);
	c->id = 5;
	snprintf(c->path, sizeof(c->path), "/a/b.service");
	task(1, 1, 0, 0, "init");
	task(10, 10, 1, 10, "sh");
	task(20, 20, 10, 940, "work");
	task(21, 20, 10, 950, "work-1")->leader_start_ns = 940 * SECOND;
}

static void teardown(void)
{
	facts_free(facts);
	frame_free(frame);
}

TestSuite(about, .init = setup, .fini = teardown);

static const char *line(const char *label, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(lines[i].label, label))
			return lines[i].text;
	return "";
}

static int process(uint32_t pid, uint64_t start_s)
{
	const struct page_subject s = {
		.cur = frame, .facts = facts, .pid = pid, .start_ns = start_s * SECOND
	};

	facts_apply(facts, frame);
	return about_process(&s, lines);
}

Test(about, who_a_process_is)
{
	struct cmdline_rec *r = sample_add(&frame->s[STREAM_CMDLINE], STREAM_CMDLINE);
	int n;

	r->key = (struct task_key){ .tid = 20, .tgid = 20, .start_ns = 940 * SECOND };
	snprintf(r->text, sizeof(r->text), "work --hard");
	n = process(20, 940);
	cr_expect_str_eq(line("process", n),
			 "work, pid 20, 2 threads, user 0, started 09:59:00, 1m00s ago");
	cr_expect_str_eq(line("cgroup", n), "/a/b.service (b.service)");
	cr_expect_str_eq(line("parents", n), "sh 10 › init 1");
	cr_expect_str_eq(line("command", n), "work --hard");
	cr_expect_not(lines[0].alert);
}

Test(about, one_that_is_gone_keeps_its_identity)
{
	struct task_rec *last;
	int n;

	process(20, 940);
	frame_reset(frame);
	frame->mono_ns = 1005 * SECOND;
	frame->wall_ns = (20 * 86400 + 36005) * SECOND;
	((struct host_rec *)sample_add(&frame->s[STREAM_HOST], STREAM_HOST))->boot_ns = 1005 * SECOND;
	task(20, 20, 10, 940, "work")->flags = TASK_EXITED;
	n = process(20, 940);
	cr_expect_str_eq(line("process", n), "work, pid 20, 1 thread, user 0, started 09:59:00, 1m05s ago",
			 "a thread lives on");
	last = task(21, 20, 10, 950, "work-1");
	last->leader_start_ns = 940 * SECOND;
	last->flags = TASK_EXITED;
	n = process(20, 940);
	cr_expect_str_eq(line("process", n),
			 "work, pid 20, EXITED by 10:00:05, user 0, started 09:59:00, 1m05s ago");
	cr_expect(lines[0].alert);
	cr_expect_str_eq(line("parents", n), "sh 10 › init 1");
}

Test(about, another_with_the_same_pid_is_another)
{
	int n;

	task(10, 10, 1, 960, "late");
	n = process(20, 940);
	cr_expect_str_eq(line("parents", n), "10, not known", "the parent began after its child");
	cr_expect_eq(process(20, 941), 0);
	cr_expect_eq(process(77, 0), 0);
}

Test(about, parents_that_go_round)
{
	int n;

	task(30, 30, 31, 5, "a");
	task(31, 31, 30, 5, "b");
	n = process(30, 5);
	cr_expect(strlen(line("parents", n)) < sizeof(lines[0].text));
}

Test(about, what_a_control_group_has)
{
	struct page_subject s = { .cur = frame, .facts = facts, .cgroup = "/a" };
	int n;

	facts_apply(facts, frame);
	n = about_cgroup(&s, lines);
	cr_expect_str_eq(line("has", n), "3 processes with 4 threads, groups below included");
	s.cgroup = "/a/b";
	n = about_cgroup(&s, lines);
	cr_expect_str_eq(line("has", n), "0 processes with 0 threads, groups below included");
	cr_expect(lines[1].alert);
}

/* Sections name columns and groups that are there, and what the page is about. */
Test(about, sections_name_what_is_there)
{
	for (const struct page *page = pages; page->name; page++)
		for (const struct summary *s = page->sections; s->kind != SUMMARY_END; s++) {
			const struct panel *p = panel_find(s->panel);
			char word[64], error[200] = "";
			struct filter_error wrong;
			struct query q;

			cr_assert_not_null(p, "%s", s->panel);
			cr_expect_not_null(panel_column(p, page->link.on));
			for (const char *at = s->columns; sscanf(at, "%63s", word) == 1;
			     at = strstr(at, word) + strlen(word))
				cr_expect_not_null(panel_column(p, word), "%s %s", s->panel, word);
			query_init(&q, p);
			cr_expect(!query_set_group(&q, s->group, error, sizeof(error)), "%s", error);
			cr_expect(!query_set_group(&q, s->opens, error, sizeof(error)), "%s", error);
			cr_expect(!query_set_sort(&q, s->sort, error, sizeof(error)), "%s", error);
			cr_expect(!query_set_filter(&q, s->filter, &wrong), "%s", wrong.text);
			query_done(&q);
		}
}
