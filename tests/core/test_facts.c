/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/facts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fixture_panel.h"

static struct facts *facts;
static struct frame *frame;

static void setup(void)
{
	facts = facts_new();
	frame = frame_new();
}

static void teardown(void)
{
	facts_free(facts);
	frame_free(frame);
}

TestSuite(facts, .init = setup, .fini = teardown);

static void apply(void)
{
	facts_apply(facts, frame);
	frame_reset(frame);
}

static void path_add(uint64_t ino, const char *path)
{
	struct path_rec *r = sample_add(&frame->s[STREAM_PATH], STREAM_PATH);

	r->file.ino = ino;
	snprintf(r->path, sizeof(r->path), "%s", path);
}

static void cgroup_add(uint64_t id, uint32_t hierarchy, const char *path)
{
	struct cgroup_rec *r = sample_add(&frame->s[STREAM_CGROUP], STREAM_CGROUP);

	r->id = id;
	r->hierarchy = hierarchy;
	snprintf(r->path, sizeof(r->path), "%s", path);
}

Test(facts, thread_is_tid_and_start)
{
	struct task_key key = { .tid = 11, .tgid = 999, .start_ns = 11000 };

	fixture_task(frame, 10, 10, "leader");
	fixture_task(frame, 10, 11, "thread");
	apply();
	cr_assert_str_eq(facts_task(facts, &key)->comm, "thread", "tgid is not part of the key");
	cr_assert_str_eq(facts_leader(facts, &key)->comm, "leader");
	key.start_ns++;
	cr_assert_null(facts_task(facts, &key), "same tid, another thread");
}

Test(facts, unknown_thread_belongs_to_a_process_that_is_older)
{
	struct task_key key = { .tid = 77, .tgid = 10, .start_ns = 10001 };

	fixture_task(frame, 10, 10, "leader");
	apply();
	cr_assert_str_eq(facts_leader(facts, &key)->comm, "leader");
	key.start_ns = 9999;
	cr_assert_null(facts_leader(facts, &key), "the pid was reused since");
}

Test(facts, pid_is_the_last_process_that_had_it)
{
	struct task_rec *r;

	fixture_task(frame, 10, 10, "new");
	fixture_task(frame, 10, 10, "old");
	r = (struct task_rec *)sample_rec(&frame->s[STREAM_TASK], STREAM_TASK, 1);
	r->key.start_ns = r->leader_start_ns = 5;
	apply();
	cr_assert_str_eq(facts_pid(facts, 10)->comm, "new");
	cr_assert_null(facts_pid(facts, 11));
	fixture_task(frame, 0, 0, "idle");
	apply();
	cr_assert_str_eq(facts_pid(facts, 0)->comm, "idle");
}

Test(facts, later_records_replace_earlier_ones)
{
	struct task_key key = { .tid = 10, .tgid = 10, .start_ns = 10000 };
	struct file_id file = { .ino = 5 };
	const struct path_rec *before;

	fixture_task(frame, 10, 10, "sh");
	path_add(5, "/a");
	apply();
	before = facts_path(facts, &file);
	fixture_task(frame, 10, 10, "nginx");
	path_add(5, "/a/much/longer/path");
	apply();
	cr_assert_str_eq(facts_task(facts, &key)->comm, "nginx");
	cr_assert_str_eq(facts_path(facts, &file)->path, "/a/much/longer/path");
	cr_assert(before->path[0] == '/', "what was looked up stays valid until facts_expire");
}

Test(facts, longest_path_and_comm_end)
{
	struct file_id file = { .ino = 5 };
	struct task_key key = { .tid = 10, .start_ns = 10000 };
	struct path_rec *r = sample_add(&frame->s[STREAM_PATH], STREAM_PATH);
	struct task_rec *task;

	r->file = file;
	memset(r->path, 'x', sizeof(r->path));
	fixture_task(frame, 10, 10, "");
	task = (struct task_rec *)sample_rec(&frame->s[STREAM_TASK], STREAM_TASK, 0);
	memset(task->comm, 'y', sizeof(task->comm));
	apply();
	cr_assert_eq(strlen(facts_path(facts, &file)->path), PATH_LEN - 1);
	cr_assert_eq(strlen(facts_task(facts, &key)->comm), COMM_LEN - 1);
}

Test(facts, cgroup_v1_where_v2_is_the_root)
{
	struct task_rec task = { .cgroup_id = 1, .cgroup1_id = 7 };

	cgroup_add(1, 0, "/");
	cgroup_add(2, 0, "/user.slice");
	cgroup_add(7, 1, "/docker/x");
	apply();
	cr_assert_str_eq(facts_cgroup(facts, &task).path, "/docker/x");
	task.cgroup_id = 2;
	cr_assert_str_eq(facts_cgroup(facts, &task).path, "/user.slice");
	task.cgroup_id = 3;
	task.cgroup1_id = 0;
	cr_assert_null(facts_cgroup(facts, &task).path);
	task.cgroup_id = 1;
	cr_assert_str_eq(facts_cgroup(facts, &task).path, "/");
}

Test(facts, containers_come_with_the_path)
{
	cgroup_add(7, 1, "/system.slice/nginx.service");
	cgroup_add(8, 0, "/system.slice");
	apply();
	cr_assert_str_eq(facts_cgroup_id(facts, 7, 1).container, "nginx.service");
	cr_assert_null(facts_cgroup_id(facts, 8, 0).container);
	cr_assert_null(facts_cgroup_id(facts, 9, 0).container);
	frame_reset(frame);
	cgroup_add(7, 1, "/lxc/a-longer-name-in-a-shorter-path");
	cgroup_add(8, 0, "/a.service");
	apply();
	cr_assert_str_eq(facts_cgroup_id(facts, 7, 1).container,
			 "lxc:a-longer-name-in-a-shorter-path");
	cr_assert_str_eq(facts_cgroup_id(facts, 8, 0).container, "a.service");
}

Test(facts, users_and_notes)
{
	struct user_rec *u = sample_add(&frame->s[STREAM_USER], STREAM_USER);
	struct note_rec *n;

	strcpy(u->name, "root");
	n = sample_add(&frame->s[STREAM_NOTE], STREAM_NOTE);
	n->stream = STREAM_SYS;
	strcpy(n->text, "refused");
	apply();
	cr_assert_str_eq(facts_user(facts, 0), "root");
	cr_assert_null(facts_user(facts, 1));
	cr_assert_str_eq(facts_note(facts, STREAM_SYS), "refused");
	cr_assert_null(facts_note(facts, STREAM_FILE));
	n = sample_add(&frame->s[STREAM_NOTE], STREAM_NOTE);
	n->stream = STREAM_SYS;
	apply();
	cr_assert_null(facts_note(facts, STREAM_SYS), "it works again");
}

static void task_exit(uint32_t pid)
{
	struct task_rec *r;

	fixture_task(frame, pid, pid, "gone");
	r = (struct task_rec *)sample_rec(&frame->s[STREAM_TASK], STREAM_TASK,
					  frame->s[STREAM_TASK].count - 1);
	r->flags |= TASK_EXITED;
}

/* Of the process that was told last. */
static uint64_t cmdline_add(const char *text)
{
	const struct sample *tasks = &frame->s[STREAM_TASK];
	const struct task_rec *task = sample_rec(tasks, STREAM_TASK, tasks->count - 1);
	struct cmdline_rec *r = sample_add(&frame->s[STREAM_CMDLINE], STREAM_CMDLINE);

	r->key = task->key;
	strcpy(r->text, text);
	return task->key.start_ns;
}

Test(facts, exited_are_kept_for_a_while_and_the_living_for_ever)
{
	uint64_t alive_ns, gone_ns;

	fixture_task(frame, 20, 20, "alive");
	alive_ns = cmdline_add("alive -v");
	task_exit(10);
	gone_ns = cmdline_add("gone -v");
	frame->mono_ns = 1;
	apply();
	cr_assert_str_eq(facts_cmdline(facts, 10, gone_ns), "gone -v");
	for (uint64_t s = 1; s < 100; s++) {
		facts_expire(facts);
		frame->mono_ns = s * 1000000000;
		apply();
	}
	cr_assert_not_null(facts_pid(facts, 10));
	for (uint64_t s = 100; s < 300; s++) {
		facts_expire(facts);
		frame->mono_ns = s * 1000000000;
		apply();
	}
	cr_assert_null(facts_pid(facts, 10));
	cr_assert_null(facts_cmdline(facts, 10, gone_ns));
	cr_assert_not_null(facts_pid(facts, 20));
	cr_assert_str_eq(facts_cmdline(facts, 20, alive_ns), "alive -v");
}

Test(facts, exited_are_kept_as_long_as_they_are_looked_up)
{
	task_exit(10);
	apply();
	for (uint64_t s = 1; s < 400; s++) {
		facts_expire(facts);
		frame->mono_ns = s * 1000000000;
		apply();
		cr_assert_not_null(facts_pid(facts, 10));
	}
}

Test(facts, surplus_is_dropped_oldest_first)
{
	struct file_id file = { .ino = 1 };

	for (uint64_t i = 1; i <= (64 << 10) + 10; i++)
		path_add(i, "/x");
	apply();
	facts_expire(facts);
	cr_assert_not_null(facts_path(facts, &file));
	facts_expire(facts);
	cr_assert_not_null(facts_path(facts, &file), "looked up since the last call but one");
	file.ino = 2;
	cr_assert_null(facts_path(facts, &file));
	file.ino = 11;
	cr_assert_null(facts_path(facts, &file));
	file.ino = 12;
	cr_assert_not_null(facts_path(facts, &file));
}

Test(facts, dump_is_the_same_facts)
{
	struct facts *again = facts_new();
	struct task_key key = { .tid = 11, .start_ns = 11000 };
	struct file_id file = { .ino = 5 };

	fixture_task(frame, 10, 10, "leader");
	fixture_task(frame, 10, 11, "thread");
	path_add(5, "/etc/passwd");
	cgroup_add(7, 1, "/docker/x");
	apply();
	facts_dump(facts, frame);
	facts_apply(again, frame);
	cr_assert_str_eq(facts_task(again, &key)->comm, "thread");
	cr_assert_str_eq(facts_leader(again, &key)->comm, "leader");
	cr_assert_str_eq(facts_path(again, &file)->path, "/etc/passwd");
	cr_assert_str_eq(facts_cgroup_id(again, 7, 1).path, "/docker/x");
	facts_free(again);
}
