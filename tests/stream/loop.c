/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "core/loop.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000ull

struct probe {
	struct loop *loop;
	int pipe[2];
	int other[2];
	int calls, idles, spares, signal;
	uint64_t ticks;
};

static void setup(struct probe *p)
{
	memset(p, 0, sizeof(*p));
	cr_assert_eq(loop_new(&p->loop), 0);
	cr_assert_eq(pipe(p->pipe), 0);
	cr_assert_eq(pipe(p->other), 0);
}

static void teardown(struct probe *p)
{
	loop_free(p->loop);
	for (int i = 0; i < 2; i++) {
		close(p->pipe[i]);
		close(p->other[i]);
	}
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void on_read_stop(void *data)
{
	struct probe *p = data;
	char c;

	cr_assert_eq(read(p->pipe[0], &c, 1), 1);
	p->calls++;
	loop_stop(p->loop, c);
}

Test(loop, gives_what_stop_was_given)
{
	struct probe p;

	setup(&p);
	cr_assert_eq(loop_add_fd(p.loop, p.pipe[0], on_read_stop, &p), 0);
	cr_assert_eq(write(p.pipe[1], "\x07\x09", 2), 2);
	cr_expect_eq(loop_run(p.loop), 7);
	cr_expect_eq(loop_run(p.loop), 9, "it can run again");
	teardown(&p);
}

static void on_tick(void *data, uint64_t ticks)
{
	struct probe *p = data;

	p->ticks += ticks;
	if (++p->calls == 5)
		loop_stop(p->loop, 0);
}

Test(loop, timer_keeps_its_interval)
{
	struct probe p;
	uint64_t start, took;

	setup(&p);
	start = now_ns();
	cr_assert_eq(loop_set_timer(p.loop, 20 * MS, on_tick, &p), 0);
	cr_expect_eq(loop_run(p.loop), 0);
	took = now_ns() - start;
	/* that none comes late cannot be asked of a machine with other work */
	cr_expect_geq(p.ticks, 5);
	cr_expect_geq(took, p.ticks * 20 * MS);
	teardown(&p);
}

static void on_slow_tick(void *data, uint64_t ticks)
{
	struct probe *p = data;

	p->calls++;
	p->ticks += ticks;
	if (p->calls == 1)
		usleep(120000);
	else
		loop_stop(p->loop, 0);
}

Test(loop, late_ticks_come_as_one_call)
{
	struct probe p;

	setup(&p);
	loop_set_timer(p.loop, 20 * MS, on_slow_tick, &p);
	loop_run(p.loop);
	cr_expect_eq(p.calls, 2);
	cr_expect_geq(p.ticks, 6, "one before, at least five while it slept: %lu",
		      (unsigned long)p.ticks);
	teardown(&p);
}

static void on_restart(void *data, uint64_t ticks)
{
	struct probe *p = data;

	(void)ticks;
	if (++p->calls == 2)
		loop_stop(p->loop, 0);
	else
		loop_set_timer(p->loop, 20 * MS, on_restart, p);
}

Test(loop, timer_can_be_set_anew, .timeout = 5)
{
	struct probe p;
	uint64_t start = now_ns();

	setup(&p);
	loop_set_timer(p.loop, 3600000 * MS, on_restart, &p);
	loop_set_timer(p.loop, 10 * MS, on_restart, &p);
	loop_run(p.loop);
	cr_expect_geq(now_ns() - start, 30 * MS);
	teardown(&p);
}

static void on_signal(void *data, int signal)
{
	struct probe *p = data;

	p->signal = signal;
	loop_stop(p->loop, 0);
}

Test(loop, signals_come_through_it)
{
	static const int signals[] = { SIGUSR1, SIGTERM, 0 };
	struct probe p;
	sigset_t mask;

	setup(&p);
	cr_assert_eq(loop_set_signals(p.loop, signals, on_signal, &p), 0);
	raise(SIGTERM);
	loop_run(p.loop);
	cr_expect_eq(p.signal, SIGTERM);
	raise(SIGUSR1);
	loop_run(p.loop);
	cr_expect_eq(p.signal, SIGUSR1);
	teardown(&p);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	cr_expect_not(sigismember(&mask, SIGTERM), "the mask is as it was");
}

/* Whichever of the two comes first removes the other, which has an event in the same round. */
static void on_read_remove(void *data)
{
	struct probe *p = data;

	p->calls++;
	loop_remove_fd(p->loop, p->pipe[0]);
	loop_remove_fd(p->loop, p->other[0]);
}

static void on_idle_stop(void *data)
{
	struct probe *p = data;

	if (++p->idles == 2)
		loop_stop(p->loop, 0);
}

Test(loop, a_removed_fd_is_not_called_in_the_same_round)
{
	struct probe p;

	setup(&p);
	loop_add_fd(p.loop, p.pipe[0], on_read_remove, &p);
	loop_add_fd(p.loop, p.other[0], on_read_remove, &p);
	loop_set_idle(p.loop, on_idle_stop, &p);
	cr_assert_eq(write(p.pipe[1], "x", 1), 1);
	cr_assert_eq(write(p.other[1], "x", 1), 1);
	loop_run(p.loop);
	cr_expect_eq(p.calls, 1);
	cr_expect_eq(p.idles, 2, "before sleeping, also the first time");
	teardown(&p);
}

static void on_hang_up(void *data)
{
	struct probe *p = data;
	char c;

	cr_expect_eq(read(p->pipe[0], &c, 1), 0);
	loop_stop(p->loop, 0);
}

Test(loop, a_hang_up_is_an_event, .timeout = 5)
{
	struct probe p;

	setup(&p);
	loop_add_fd(p.loop, p.pipe[0], on_hang_up, &p);
	close(p.pipe[1]);
	loop_run(p.loop);
	p.pipe[1] = -1;
	teardown(&p);
}

Test(loop, refuses_what_cannot_be_waited_for)
{
	struct probe p;
	FILE *f = tmpfile();

	setup(&p);
	cr_expect_eq(loop_add_fd(p.loop, -1, on_hang_up, &p), -EBADF);
	cr_expect_eq(loop_add_fd(p.loop, fileno(f), on_hang_up, &p), -EPERM);
	fclose(f);
	teardown(&p);
	loop_free(NULL);
}

static int on_spare_write(void *data)
{
	struct probe *p = data;

	p->spares++;
	/* what arrives comes before the next spare moment */
	if (p->spares == 3)
		cr_assert_eq(write(p->pipe[1], "\7", 1), 1);
	cr_assert_leq(p->spares, 3, "something was waiting");
	return p->spares == 1 ? 1 : 0;
}

Test(loop, works_while_nothing_waits)
{
	struct probe p;

	setup(&p);
	cr_assert_eq(loop_add_fd(p.loop, p.pipe[0], on_read_stop, &p), 0);
	loop_set_spare(p.loop, on_spare_write, &p);
	cr_assert_eq(loop_run(p.loop), 7);
	cr_assert_eq(p.spares, 3);
	teardown(&p);
}

static int on_spare_once(void *data)
{
	struct probe *p = data;

	p->spares++;
	return -1;
}

static void on_timer_count(void *data, uint64_t ticks)
{
	struct probe *p = data;

	(void)ticks;
	if (++p->calls == 3)
		loop_stop(p->loop, 0);
}

Test(loop, work_that_is_done_is_asked_for_again_after_events)
{
	struct probe p;

	setup(&p);
	cr_assert_eq(loop_set_timer(p.loop, 5 * MS, on_timer_count, &p), 0);
	loop_set_spare(p.loop, on_spare_once, &p);
	cr_assert_eq(loop_run(p.loop), 0);
	cr_assert_leq(p.spares, 3, "once before each of the events, not over and over");
	cr_assert_geq(p.spares, 1);
	teardown(&p);
}
