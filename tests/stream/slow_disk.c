/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks that hang, fail or are full: the two calls that the recorder makes are replaced here. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/record.h"
#include "core/timeline.h"
#include "recording.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool stalled, in_write; /* in_write: a write waits because of it */
static bool sync_waits; /* until a write waits */
static int writes_left = -1, write_error, sync_error; /* after so many writes; -1: never */

static void stall(bool on)
{
	pthread_mutex_lock(&lock);
	stalled = on;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t offset)
{
	int e = 0;

	pthread_mutex_lock(&lock);
	while (stalled) {
		in_write = true;
		pthread_cond_broadcast(&changed);
		pthread_cond_wait(&changed, &lock);
	}
	in_write = false;
	if (writes_left > 0)
		writes_left--;
	else if (!writes_left)
		e = write_error;
	pthread_mutex_unlock(&lock);
	if (e) {
		/* a part of it is there: disks are full in the middle of a block */
		syscall(SYS_pwrite64, fd, data, n / 2, offset);
		errno = e;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, data, n, offset);
}

int fdatasync(int fd)
{
	int e;

	(void)fd;
	pthread_mutex_lock(&lock);
	while (sync_waits && !in_write)
		pthread_cond_wait(&changed, &lock);
	e = sync_error;
	pthread_mutex_unlock(&lock);
	errno = e;
	return e ? -1 : 0;
}

/* A writer that does not wait, as for live probes. */
static void live_open(struct recording_writer *w, const char *path)
{
	cr_assert_eq(writer_open(w, path), 0);
	recorder_close(w->recorder);
	unlink(path);
	cr_assert_eq(recorder_open(&w->recorder, path, false), 0);
}

Test(slow_disk, stops_nothing_and_is_told, .timeout = 60)
{
	struct recording_writer w;
	struct recording r;
	struct session session;
	struct source *s;
	int frames = 0, gaps = 0;
	char want[40];

	recording_init(&r);
	live_open(&w, r.path);
	for (int i = 0; i < 10; i++)
		writer_frame(&w, i);
	stall(true);
	for (int i = 10; i < 150; i++)
		cr_assert_eq(writer_frame(&w, i), 0, "nobody waits");
	cr_expect_geq(recorder_dropped(w.recorder), 50);
	stall(false);
	while (recorder_waiting(w.recorder))
		usleep(1000);
	for (int i = 150; i < 160; i++)
		writer_frame(&w, i);
	snprintf(want, sizeof(want), "%d frames were not recorded", (int)recorder_dropped(w.recorder));
	cr_assert_eq(writer_close(&w), 0);
	cr_assert_eq(replay_open(&s, r.path, r.error, sizeof(r.error)), 0);
	cr_expect(strstr(replay_note(s), want), "\"%s\" lacks \"%s\"", replay_note(s), want);
	session_init(&session, s);
	for (; !session_step(&session); frames++) {
		gaps += session.cur->gap;
		cr_assert(!session.cur->gap || !session.prev, "no interval over what is missing");
		cr_assert(!session.prev ||
			  session.prev->mono_ns + 1000000000 == session.cur->mono_ns);
		cr_assert_eq(facts_count(session.facts, STREAM_TASK),
			     session.cur->mono_ns / 1000000000, "no name is missing");
	}
	cr_expect_eq(gaps, 1);
	cr_expect_eq(frames, 160 - atoi(want));
	session_done(&session);
	recording_done(&r);
}

Test(slow_disk, does_not_keep_one_from_leaving, .timeout = 60)
{
	struct recording_writer w;
	struct recording r;

	recording_init(&r);
	live_open(&w, r.path);
	for (int i = 0; i < 3; i++)
		writer_frame(&w, i);
	stall(true);
	for (int i = 3; i < 6; i++)
		writer_frame(&w, i);
	cr_expect_eq(writer_close(&w), -ETIMEDOUT);
	stall(false);
	/* the threads that were left behind end, and free all: the sanitizer looks */
	usleep(300000);
	recording_done(&r);
}

static void expect_end(int error, bool sync)
{
	struct recording_writer w;
	struct recording r;
	int frames, e = 0, n;

	recording_init(&r);
	live_open(&w, r.path);
	pthread_mutex_lock(&lock);
	writes_left = sync ? -1 : 20;
	write_error = error;
	sync_error = sync ? error : 0;
	pthread_mutex_unlock(&lock);
	for (n = 0; !e && n < 1000; n++) {
		e = writer_frame(&w, n);
		while (!e && recorder_waiting(w.recorder))
			usleep(100);
	}
	cr_expect_eq(e, -error);
	cr_expect_eq(writer_frame(&w, n), -error, "nothing after it");
	cr_expect_eq(writer_close(&w), -error);
	cr_expect_eq(replay_all(&r, &frames), 1, "%s", r.error);
	if (!sync)
		cr_expect(frames == 19 || frames == 20, "%d", frames);
	recording_done(&r);
}

Test(slow_disk, a_full_one_ends_the_file_after_a_whole_frame, .timeout = 60)
{
	expect_end(ENOSPC, false);
}

Test(slow_disk, a_broken_one_ends_the_file_after_a_whole_frame, .timeout = 60)
{
	expect_end(EIO, false);
}

Test(slow_disk, what_it_says_late_is_heard, .timeout = 60)
{
	expect_end(EIO, true);
}

Test(slow_disk, what_it_says_while_a_write_is_under_way_is_heard, .timeout = 60)
{
	struct recording_writer w;
	struct recording r;
	int n = 0;

	recording_init(&r);
	live_open(&w, r.path);
	pthread_mutex_lock(&lock);
	sync_waits = true;
	sync_error = EIO;
	pthread_mutex_unlock(&lock);
	writer_frame(&w, n++);
	while (recorder_waiting(w.recorder))
		usleep(1000);
	stall(true);
	while (!writer_frame(&w, n++))
		usleep(1000);
	stall(false);
	while (recorder_waiting(w.recorder))
		usleep(1000);
	cr_expect_eq(writer_frame(&w, n), -EIO, "a write that goes well does not make up for it");
	cr_expect_eq(writer_close(&w), -EIO);
	recording_done(&r);
}
