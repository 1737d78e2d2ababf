/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory of recordings is one recording. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/timeline.h"
#include "recording.h"

#define FRAMES 9
#define FILES 3

struct ring {
	char folder[32];
	char path[FILES][64];
	char error[300];
};

/* Three files of three frames each, every one but the first begins with the last of the one before;
 * made from the youngest to the oldest by name, for it is time that counts. */
static void ring_make(struct ring *r)
{
	struct recording_writer w;

	strcpy(r->folder, "/tmp/probetop-test-XXXXXX");
	cr_assert(mkdtemp(r->folder));
	for (int i = 0; i < FILES; i++)
		snprintf(r->path[i], sizeof(r->path[i]), "%s/%c.ptrec", r->folder, 'c' - i);
	cr_assert_eq(writer_open(&w, r->path[0]), 0);
	for (int i = 0; i < FRAMES; i++) {
		if (i && i % FILES == 0) {
			cr_assert_eq(recorder_close(w.recorder), 0);
			cr_assert_eq(recorder_open(&w.recorder, r->path[i / FILES], true), 0);
			cr_assert_eq(recorder_write(w.recorder, NULL, w.cur, w.facts), 0);
		}
		cr_assert_eq(writer_frame(&w, i), 0);
	}
	cr_assert_eq(writer_close(&w), 0);
}

static void ring_remove(struct ring *r)
{
	for (int i = 0; i < FILES; i++)
		unlink(r->path[i]);
	rmdir(r->folder);
}

static struct source *ring_open(struct ring *r)
{
	struct source *s;

	cr_assert_eq(replay_open(&s, r->folder, r->error, sizeof(r->error)), 0, "%s", r->error);
	return s;
}

/* Frame i as it was made, and all that was known then. */
static void expect_frame(const struct frame *f, const struct facts *facts, int i)
{
	struct frame *want = frame_new();
	char comm[16];

	frame_make(want, i);
	cr_expect_eq(f->mono_ns, want->mono_ns, "%d", i);
	cr_expect_eq(f->s[STREAM_SCHED].count, want->s[STREAM_SCHED].count, "%d", i);
	cr_expect_arr_eq(f->s[STREAM_SCHED].recs, want->s[STREAM_SCHED].recs,
			 (size_t)want->s[STREAM_SCHED].count * streams[STREAM_SCHED].rec_size);
	for (int k = 0; facts && k <= i; k++) {
		snprintf(comm, sizeof(comm), "task %d", k);
		cr_assert(facts_pid(facts, (uint32_t)k + 1), "%d at %d", k, i);
		cr_expect_str_eq(facts_pid(facts, (uint32_t)k + 1)->comm, comm);
	}
	frame_free(want);
}

Test(replay_dir, files_are_one_recording)
{
	struct session session;
	struct ring r;
	int i = 0, e;

	ring_make(&r);
	session_init(&session, ring_open(&r));
	cr_expect_eq(session.timeline->end, FRAMES);
	for (; !(e = session_step(&session)); i++) {
		expect_frame(session.cur, session.facts, i);
		cr_expect_eq(!session.prev, !i, "no interval is lost between files: %d", i);
	}
	cr_expect_eq(e, 1);
	cr_expect_eq(i, FRAMES);
	cr_expect_str_eq(source_note(session.source), "");
	session_done(&session);
	ring_remove(&r);
}

Test(replay_dir, any_moment_can_be_had)
{
	struct session session;
	struct moment m;
	struct ring r;

	ring_make(&r);
	session_init(&session, ring_open(&r));
	moment_init(&m);
	for (int k = 0; k < 2 * FRAMES; k++) {
		int i = k * 4 % FRAMES;

		cr_assert_eq(moment_goto(&m, session.timeline, (uint64_t)i), 0);
		expect_frame(m.cur, m.facts, i);
		cr_expect_eq(!m.prev, !i);
		cr_assert_eq(session_seek(&session, (uint64_t)i), 0);
		expect_frame(session.cur, session.facts, i);
		cr_expect_eq(session_step(&session), i + 1 == FRAMES);
		if (i + 1 < FRAMES)
			expect_frame(session.cur, session.facts, i + 1);
		cr_expect_eq(timeline_at(session.timeline, 0, m.cur->mono_ns), (uint64_t)i);
	}
	moment_done(&m);
	session_done(&session);
	ring_remove(&r);
}

static int steps(struct session *s, int *ret_without)
{
	int n = 0, r;

	for (*ret_without = 0; !(r = session_step(s)); n++)
		*ret_without += !s->prev;
	cr_expect_eq(r, 1, "%s", source_error(s->source, r));
	return n;
}

Test(replay_dir, part_of_it_is_replayed)
{
	struct session session;
	struct source *s;
	struct ring r;
	int without;

	ring_make(&r);
	s = ring_open(&r);
	/* frame i was taken a second after frame i - 1 */
	cr_assert_eq(replay_between(s, "+2s", "+6s", r.error, sizeof(r.error)), 0, "%s", r.error);
	session_init(&session, s);
	cr_expect_eq(steps(&session, &without), 6);
	expect_frame(session.cur, session.facts, 6);
	cr_expect_eq(without, 1);
	session_done(&session);
	ring_remove(&r);
}

Test(replay_dir, what_is_missing_makes_a_gap)
{
	struct session session;
	struct moment m;
	struct ring r;
	int without;

	ring_make(&r);
	unlink(r.path[1]);
	session_init(&session, ring_open(&r));
	/* 0 1 2, and 5 6 7 8 */
	cr_expect_eq(steps(&session, &without), 7);
	cr_expect_eq(without, 2);
	expect_frame(session.cur, session.facts, FRAMES - 1);
	moment_init(&m);
	cr_assert_eq(moment_goto(&m, session.timeline, 3), 0);
	cr_expect_null(m.prev, "of different times");
	expect_frame(m.cur, m.facts, 5);
	moment_done(&m);
	session_done(&session);
	ring_remove(&r);
}

static void tail_cut(const char *path, off_t by)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(truncate(path, st.st_size - by), 0);
}

Test(replay_dir, what_cannot_be_read_is_said)
{
	struct session session;
	struct ring r;
	int n, e;

	ring_make(&r);
	/* an index and the last frame */
	tail_cut(r.path[1], 400);
	session_init(&session, ring_open(&r));
	for (n = 0; !(e = session_step(&session)); n++)
		;
	cr_expect_eq(e, -ENODATA);
	cr_expect(strstr(source_error(session.source, e), "b.ptrec: it is cut off"), "%s",
		  source_error(session.source, e));
	expect_frame(session.cur, session.facts, FRAMES - 1);
	cr_expect_geq(n, FRAMES - 1);
	session_done(&session);
	/* the newest may be under way: that is a note */
	tail_cut(r.path[2], 400);
	unlink(r.path[1]);
	session_init(&session, ring_open(&r));
	while (!(e = session_step(&session)))
		;
	cr_expect_eq(e, 1);
	cr_expect(strstr(source_note(session.source), "cut off"), "%s", source_note(session.source));
	session_done(&session);
	cr_assert_eq(truncate(r.path[2], 10), 0);
	session_init(&session, ring_open(&r));
	cr_expect(strstr(source_note(session.source), "1 file is left out"), "%s",
		  source_note(session.source));
	cr_expect_eq(session.timeline->end, 3);
	session_done(&session);
	ring_remove(&r);
}

Test(replay_dir, refuses_what_is_no_ring)
{
	struct source *s;
	struct ring r;

	ring_make(&r);
	for (int i = 0; i < FILES; i++)
		cr_assert_eq(truncate(r.path[i], 3), 0);
	cr_expect_lt(replay_open(&s, r.folder, r.error, sizeof(r.error)), 0);
	cr_expect(strstr(r.error, "cut off"), "%s", r.error);
	ring_remove(&r);
	cr_assert_eq(mkdir(r.folder, 0700), 0);
	cr_expect_lt(replay_open(&s, r.folder, r.error, sizeof(r.error)), 0);
	cr_expect(strstr(r.error, "no recording"), "%s", r.error);
	rmdir(r.folder);
}

/* What a damaged recording leaves out does not move what comes after it. */
Test(replay_dir, damage_moves_no_position)
{
	uint64_t key = 0, at = 0;
	struct session session;
	struct recording r;
	struct source *s;
	int n = 0;

	recording_init(&r);
	recording_make(&r, 130);
	r.bytes[r.size / 3] ^= 1;
	recording_store(&r, r.bytes, r.size);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0);
	session_init(&session, s);
	for (; !session_step(&session); n++) {
		at = timeline_at(s->timeline, n ? at + 1 : 0, session.cur->mono_ns);
		cr_expect_eq(session.cur->mono_ns, s->timeline->mono_ns(s->timeline, at));
		if (session.cur->gap)
			key = at;
	}
	cr_expect_lt(n, 130, "something is left out");
	cr_expect_gt(key, 0);
	cr_expect_eq(at, 129);
	session_done(&session);
	recording_done(&r);
}
