/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/record.h"
#include "core/timeline.h"
#include "recording.h"

static void expect_moment(const struct moment *m, int id)
{
	struct frame *want = frame_new();
	struct task_key key = { .tid = (uint32_t)id + 1, .tgid = (uint32_t)id + 1, .start_ns = 5 };
	char name[COMM_LEN];

	frame_make(want, id);
	frame_expect_equal(m->cur, want);
	cr_assert_eq(facts_count(m->facts, STREAM_TASK), (size_t)id + 1);
	snprintf(name, sizeof(name), "task %d", id);
	cr_assert_str_eq(facts_task(m->facts, &key)->comm, name);
	if (id) {
		frame_make(want, id - 1);
		frame_expect_equal(m->prev, want);
	} else {
		cr_assert_null(m->prev);
	}
	frame_free(want);
}

Test(record, comes_back_as_it_was)
{
	struct frame *want = frame_new(), *got = frame_new();
	struct recording r;
	struct source *s;

	recording_init(&r);
	recording_make(&r, 4);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0, "%s", r.error);
	cr_expect_not(s->live);
	for (int i = 0; i < 4; i++) {
		frame_make(want, i);
		frame_index(want);
		frame_reset(got);
		cr_assert_eq(s->read(s, got), 0);
		frame_expect_equal(got, want);
	}
	frame_reset(got);
	cr_expect_eq(s->read(s, got), 1);
	cr_expect_eq(s->read(s, got), 1, "the end stays the end");
	s->close(s);
	recording_done(&r);
	frame_free(want);
	frame_free(got);
}

Test(record, is_for_its_owner_alone)
{
	struct recording r;
	struct stat st;

	recording_init(&r);
	umask(0);
	recording_make(&r, 1);
	cr_assert_eq(stat(r.path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600);
	recording_done(&r);
}

Test(record, overwrites_nothing)
{
	struct recorder *recorder = NULL;
	struct recording r;
	char link[64];

	recording_init(&r);
	recording_make(&r, 1);
	cr_expect_eq(recorder_open(&recorder, r.path, false), -EEXIST);
	snprintf(link, sizeof(link), "%s/link", r.folder);
	cr_assert_eq(symlink("nowhere", link), 0);
	cr_expect_eq(recorder_open(&recorder, link, false), -EEXIST, "nor follows a link");
	unlink(link);
	cr_expect_null(recorder);
	cr_expect_eq(recorder_open(&recorder, "/nonexistent/a", false), -ENOENT);
	cr_expect_eq(recorder_close(NULL), 0);
	recording_done(&r);
}

/* Whoever begins to record late still has the names of all tasks. */
Test(record, begins_with_all_facts)
{
	struct frame *f = frame_new(), *got = frame_new();
	struct facts *facts = facts_new();
	struct recorder *recorder;
	struct recording r;
	struct source *s;

	recording_init(&r);
	for (int i = 0; i < 3; i++) {
		frame_make(f, i);
		facts_apply(facts, f);
	}
	cr_assert_eq(recorder_open(&recorder, r.path, false), 0);
	cr_assert_eq(recorder_write(recorder, NULL, f, facts), 0);
	cr_assert_eq(recorder_close(recorder), 0);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0);
	cr_assert_eq(s->read(s, got), 0);
	cr_expect_eq(got->s[STREAM_TASK].count, 3);
	cr_expect_eq(got->s[STREAM_SCHED].count, 3);
	cr_expect_eq(got->s[STREAM_HOST].count, 1);
	cr_expect_eq(got->mono_ns, f->mono_ns);
	s->close(s);
	facts_free(facts);
	frame_free(f);
	frame_free(got);
	recording_done(&r);
}

/* Any frame, in any order, is what came one after the other; so are the facts. */
Test(record, any_frame_can_be_had, .timeout = 60)
{
	enum { N = 200 };
	struct recording r;
	struct source *s;
	struct moment m;
	struct session session;

	recording_init(&r);
	recording_make(&r, N);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0, "%s", r.error);
	session_init(&session, s);
	moment_init(&m);
	cr_assert_eq(session.timeline->end, N);
	for (uint64_t i = 0; i < 3 * N; i++) {
		uint64_t id = i < N ? i : i * 7919 % N;

		cr_assert_eq(moment_goto(&m, session.timeline, id), 0);
		expect_moment(&m, (int)id);
		if (i >= N)
			continue;
		cr_assert_eq(session_step(&session), 0);
		cr_assert_eq(session.cur->mono_ns, m.cur->mono_ns);
		if (i)
			frame_expect_equal(session.cur, m.cur);
	}
	cr_assert_eq(session_step(&session), 1);
	cr_assert_eq(session_seek(&session, 130), 0);
	cr_assert_eq(session_step(&session), 0);
	cr_assert_eq(moment_goto(&m, session.timeline, 131), 0);
	cr_assert_eq(session.cur->mono_ns, m.cur->mono_ns);
	cr_assert_eq(session.prev->mono_ns, m.prev->mono_ns);
	cr_assert_eq(facts_count(session.facts, STREAM_TASK), 132);
	cr_assert_eq(session_step(&session), 0);
	cr_assert_eq(moment_goto(&m, session.timeline, 132), 0);
	frame_expect_equal(session.cur, m.cur);
	moment_done(&m);
	session_done(&session);
	recording_done(&r);
}

/* The same in slices; what is played after it follows, and needs no facts of its own. */
Test(record, any_frame_can_be_had_in_slices, .timeout = 60)
{
	enum { N = 130 };
	struct session session;
	struct recording r;
	struct source *s;
	int slices = 0, e;

	recording_init(&r);
	recording_make(&r, N);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0, "%s", r.error);
	session_init(&session, s);
	for (uint64_t i = 0; i < N; i++) {
		uint64_t id = i * 7919 % N;
		struct moment shown;

		cr_assert_eq(session_seek_begin(&session, id), 0);
		while ((e = session_seek_step(&session, 100)) > 0)
			slices++;
		cr_assert_eq(e, 0);
		shown = (struct moment){ .prev = session.prev, .cur = session.cur, .facts = session.facts };
		expect_moment(&shown, (int)id);
		for (uint64_t k = id + 1; k < N && k < id + 3; k++) {
			cr_assert_eq(session_step(&session), 0);
			shown = (struct moment){ .prev = session.prev,
						 .cur = session.cur,
						 .facts = session.facts };
			expect_moment(&shown, (int)k);
		}
	}
	cr_expect_gt(slices, 10 * N);
	session_done(&session);
	recording_done(&r);
}

/* A limit on the size of files stands for a full disk. */
Test(record, on_a_full_disk_ends_after_the_last_whole_frame)
{
	struct rlimit limit, before;
	struct recording_writer w;
	struct recording r;
	int frames, e = 0, n;

	recording_init(&r);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = (struct rlimit){ .rlim_cur = 20000, .rlim_max = before.rlim_max };
	cr_assert_eq(writer_open(&w, r.path), 0);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (n = 0; !e && n < 10000; n++) {
		e = writer_frame(&w, n);
		usleep(1000);
	}
	setrlimit(RLIMIT_FSIZE, &before);
	cr_expect_eq(e, -EFBIG);
	cr_expect_eq(writer_frame(&w, n), -EFBIG, "nothing after a failure");
	cr_expect_eq(writer_close(&w), -EFBIG);
	cr_expect_eq(replay_all(&r, &frames), 1, "%s", r.error);
	cr_expect_leq(frames, n);
	cr_expect_geq(frames, 10);
	recording_done(&r);
}

/* Hands over a frame as soon as the one before is in the file, and tells how many it did. */
static void record_and_tell(const char *path, int tell)
{
	struct recording_writer w;

	writer_open(&w, path);
	for (int n = 0; n < 100000; n++) {
		while (recorder_waiting(w.recorder))
			usleep(50);
		writer_frame(&w, n);
		if (write(tell, &n, sizeof(n)) < 0)
			break;
	}
	_exit(1);
}

/* Killed at any moment, a recorder loses at most the interval that it was writing. */
Test(record, survives_kill_at_any_moment, .timeout = 300)
{
	for (int i = 0; i < 200; i++) {
		int pipes[2], frames, told = -1, e;
		struct recording r;
		pid_t pid;

		recording_init(&r);
		cr_assert_eq(pipe(pipes), 0);
		pid = fork();
		if (!pid)
			record_and_tell(r.path, pipes[1]);
		close(pipes[1]);
		cr_assert_gt(read(pipes[0], &told, sizeof(told)), 0);
		usleep((useconds_t)(rand() % 20000));
		kill(pid, SIGKILL);
		waitpid(pid, &e, 0);
		while (read(pipes[0], &told, sizeof(told)) > 0)
			;
		close(pipes[0]);
		e = replay_all(&r, &frames);
		cr_assert(e == 1 || strstr(r.error, "cut off after"), "%d: %s", i, r.error);
		cr_assert_geq(frames, told, "%d: %d frames of %d", i, frames, told + 1);
		recording_done(&r);
	}
}
