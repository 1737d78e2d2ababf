/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/record.h"
#include "recording.h"

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
	cr_expect_eq(recorder_open(&recorder, r.path), -EEXIST);
	snprintf(link, sizeof(link), "%s/link", r.folder);
	cr_assert_eq(symlink("nowhere", link), 0);
	cr_expect_eq(recorder_open(&recorder, link), -EEXIST, "nor follows a link");
	unlink(link);
	cr_expect_null(recorder);
	cr_expect_eq(recorder_open(&recorder, "/nonexistent/a"), -ENOENT);
	cr_expect_eq(recorder_close(NULL), 0);
	recording_done(&r);
}

/* Whoever begins to record late still has the names of all tasks. */
Test(record, begin_has_all_facts)
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
	cr_assert_eq(recorder_open(&recorder, r.path), 0);
	cr_assert_eq(recorder_begin(recorder, f, facts), 0);
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

/* A limit on the size of files stands for a full disk. */
Test(record, on_a_full_disk_ends_after_the_last_whole_frame)
{
	struct rlimit limit, before;
	struct frame *f = frame_new();
	struct recorder *recorder;
	struct recording r;
	int frames, e = 0, n;

	recording_init(&r);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = (struct rlimit){ .rlim_cur = 20000, .rlim_max = before.rlim_max };
	cr_assert_eq(recorder_open(&recorder, r.path), 0);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (n = 0; !e && n < 100; n++) {
		frame_make(f, n);
		e = recorder_write(recorder, f);
	}
	setrlimit(RLIMIT_FSIZE, &before);
	cr_expect_eq(e, -EFBIG);
	frame_make(f, n);
	cr_expect_eq(recorder_write(recorder, f), -EFBIG, "nothing after a failure");
	cr_expect_eq(recorder_close(recorder), -EFBIG);
	cr_expect_eq(replay_all(&r, &frames), 1, "%s", r.error);
	cr_expect_eq(frames, n - 1);
	cr_expect_geq(frames, 1);
	frame_free(f);
	recording_done(&r);
}
