/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binds the screen to the event loop and the terminal. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/loop.h"
#include "ui/app.h"
#include "ui/look.h"
#include "ui/terminal.h"

#define FIRST_INTERVAL_NS 300000000ull /* nobody likes to look at an empty screen for long */
#define SPARE_NS 10000000ull /* of looking back at a time, */
#define SLOW_NS 30000000ull /* what takes longer comes seldom: */
#define REST 10 /* times as long nothing of the kind is done */
#define BUSY_NS 60000000ull /* a tick as long as that has so many rows that none is done at all */
#define DRAW_NS 200000000ull /* and not drawn more often than this */
#define KEYS_A_ROUND 64 /* then the timer gets its turn: somebody may hold a key or paste */

struct run {
	struct ui *ui;
	struct loop *loop;
	struct terminal *terminal;
	struct screen screen;
	uint64_t tick_ns; /* of the timer; the first of them is a short one */
	bool full; /* waiting for the terminal to take the last frame */
	uint64_t rest_ns; /* until then nobody looks back: it would make a key wait */
	uint64_t drawn_ns;
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void stop_if_quit(struct run *run)
{
	if (run->ui->quit)
		loop_stop(run->loop, run->ui->result);
}

static void on_tick(void *data, uint64_t ticks);

static int timer_start(struct run *run, uint64_t ns)
{
	run->tick_ns = ns;
	return loop_set_timer(run->loop, ns, on_tick, run);
}

static void on_tick(void *data, uint64_t ticks)
{
	struct run *run = data;
	uint64_t took = clock_ns(CLOCK_THREAD_CPUTIME_ID);

	(void)ticks; /* late ones are not made up for: the next interval is that much longer */
	ui_tick(run->ui);
	took = clock_ns(CLOCK_THREAD_CPUTIME_ID) - took;
	if (took > BUSY_NS)
		run->rest_ns = clock_ns(CLOCK_MONOTONIC) + run->tick_ns;
	/* a recording says itself when its next frame is due */
	if (run->tick_ns != ui_tick_ns(run->ui))
		timer_start(run, ui_tick_ns(run->ui));
	stop_if_quit(run);
}

static void on_input(void *data)
{
	struct run *run = data;
	struct key_event key;
	int r = 1;

	for (int i = 0; i < KEYS_A_ROUND && r > 0 && !run->ui->quit; i++) {
		r = terminal_key(run->terminal, &key);
		if (r > 0)
			ui_key(run->ui, &key);
	}
	if (r < 0)
		run->ui->quit = true;
	stop_if_quit(run);
}

static void on_drain(void *data)
{
	struct run *run = data;
	struct source *source = run->ui->session.source;

	if (source->drain)
		source->drain(source);
}

/* Stops as if nobody had caught the signal, and goes on when the shell says so. */
static void stop_here(struct run *run)
{
	sigset_t set;

	terminal_leave(run->terminal);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	terminal_enter(run->terminal);
}

static void on_signal(void *data, int signal_number)
{
	struct run *run = data;
	int width, height;

	switch (signal_number) {
	case SIGTSTP:
		stop_here(run);
		break;
	case SIGCONT:
		terminal_leave(run->terminal);
		terminal_enter(run->terminal);
		break;
	case SIGWINCH:
		terminal_resize(run->terminal);
		break;
	default:
		run->ui->quit = true;
		stop_if_quit(run);
		return;
	}
	terminal_size(run->terminal, &width, &height);
	screen_resize(&run->screen, width, height);
	run->ui->dirty = true;
}

/* Sends the frame that is on its way, now or when there is room.  False: it is not all gone. */
static bool frame_send(struct run *run);

static void on_room(void *data)
{
	frame_send(data);
}

static bool frame_send(struct run *run)
{
	int r = terminal_send(run->terminal), fd = terminal_out_fd(run->terminal);

	if (r < 0) {
		run->ui->quit = true;
		stop_if_quit(run);
	}
	if (run->full && r)
		loop_remove_fd(run->loop, fd);
	else if (!run->full && !r)
		loop_add_fd_out(run->loop, fd, on_room, run);
	run->full = !r;
	return r > 0;
}

/* Where the terminal is slow or held, frames are left out: it gets the newest when it has room. */
static void on_idle(void *data)
{
	struct run *run = data;

	if (!run->ui->dirty || run->ui->quit || run->full)
		return;
	ui_draw(run->ui, &run->screen);
	terminal_paint(run->terminal, &run->screen);
	frame_send(run);
	run->drawn_ns = clock_ns(CLOCK_MONOTONIC);
}

/* Somebody waits for it; the rest has time. */
static bool is_urgent(const struct ui *ui)
{
	return ui->work.on || ui->going.on || view_works(ui);
}

static bool spare_step(struct ui *ui)
{
	/* none must wait for another's end */
	bool any = going_step(ui) | view_step(ui);

	return work_step(ui) || any || backfill_step(ui);
}

/* Steps are told by what they take, not by how long others make them wait. */
static int on_spare(void *data)
{
	struct run *run = data;
	struct ui *ui = run->ui;
	uint64_t start = clock_ns(CLOCK_MONOTONIC), now = start, took;
	bool more = true, any = false;

	while (more && now - start < SPARE_NS && (now >= run->rest_ns || is_urgent(ui))) {
		took = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		more = spare_step(ui);
		any |= more;
		took = clock_ns(CLOCK_THREAD_CPUTIME_ID) - took;
		now = clock_ns(CLOCK_MONOTONIC);
		if (took > SLOW_NS)
			run->rest_ns = now + REST * took;
	}
	if (any && !is_urgent(ui) && (!more || now < run->rest_ns || now - run->drawn_ns > DRAW_NS))
		ui->dirty = true;
	if (!more)
		return -1;
	return now < run->rest_ns && !is_urgent(ui) ? (int)((run->rest_ns - now) / 1000000) + 1 : 0;
}

static void on_interval_changed(struct ui *ui)
{
	struct run *run = ui->backend;

	timer_start(run, ui_tick_ns(ui));
}

static void on_repaint(struct ui *ui)
{
	struct run *run = ui->backend;

	terminal_forget(run->terminal);
}

static void on_theme_changed(struct ui *ui)
{
	struct run *run = ui->backend;

	terminal_theme(run->terminal, &ui->theme);
}

static int loop_prepare(struct run *run, char *error, size_t size)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT, 0 };
	const struct ui_options *o = &run->ui->options;
	const struct source *source = run->ui->session.source;
	int r = loop_new(&run->loop);
	bool first;

	if (!r)
		r = loop_set_signals(run->loop, signals, on_signal, run);
	if (!r)
		r = loop_add_fd(run->loop, 0, on_input, run);
	if (!r && source->fd >= 0)
		r = loop_add_fd(run->loop, source->fd, on_drain, run);
	first = source->live && !o->iterations && o->interval_ns > FIRST_INTERVAL_NS;
	if (!r)
		r = timer_start(run, first ? FIRST_INTERVAL_NS : ui_tick_ns(run->ui));
	if (r)
		snprintf(error, size, "event loop: %s", strerror(-r));
	if (r)
		return r;
	loop_set_idle(run->loop, on_idle, run);
	loop_set_spare(run->loop, on_spare, run);
	return 0;
}

static int run_screen(struct run *run, char *error, size_t size)
{
	struct ui *ui = run->ui;
	int r = loop_prepare(run, error, size), width, height;
	bool utf8 = terminal_locale();

	if (!r)
		r = terminal_open(&run->terminal, &ui->theme, error, size);
	if (r)
		return r;
	terminal_size(run->terminal, &width, &height);
	screen_init(&run->screen, width, height, utf8);
	ui->backend = run;
	ui->interval_changed = on_interval_changed;
	ui->repaint = on_repaint;
	ui->theme_changed = on_theme_changed;
	look_warn(ui);
	ui->dirty = true;
	r = loop_run(run->loop);
	if (r)
		snprintf(error, size, "%s", ui->error[0] ? ui->error : strerror(-r));
	return r;
}

int ui_run(const struct ui_options *o, char *error, size_t size)
{
	struct run run = { .ui = NULL };
	int r = terminal_check(error, size);

	if (r) {
		o->source->close(o->source);
		return r;
	}
	r = ui_new(&run.ui, o, error, size);
	if (r)
		return r;
	r = run_screen(&run, error, size);
	terminal_close(run.terminal);
	look_warn_at_end(run.ui, stderr);
	ui_free(run.ui);
	/* last: signals that it keeps away could kill before the recording is whole */
	loop_free(run.loop);
	screen_done(&run.screen);
	return r;
}
