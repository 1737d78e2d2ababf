/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen without a terminal: some intervals, one file. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/file_create.h"
#include "core/loop.h"
#include "ui/app.h"
#include "ui/look.h"
#include "ui/snapshot.h"

struct run {
	struct ui *ui;
	struct loop *loop;
};

static void on_tick(void *data, uint64_t ticks)
{
	struct run *run = data;

	(void)ticks;
	ui_tick(run->ui);
	if (run->ui->quit)
		loop_stop(run->loop, run->ui->result);
}

static void on_drain(void *data)
{
	struct source *source = data;

	source->drain(source);
}

/* What there is by then is saved. */
static void on_signal(void *data, int signal_number)
{
	struct run *run = data;

	(void)signal_number;
	loop_stop(run->loop, 0);
}

static int live_run(struct run *run, char *error, size_t size)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, 0 };
	struct source *source = run->ui->session.source;
	int r = loop_new(&run->loop);

	if (!r)
		r = loop_set_signals(run->loop, signals, on_signal, run);
	if (!r && source->fd >= 0 && source->drain)
		r = loop_add_fd(run->loop, source->fd, on_drain, source);
	if (!r)
		r = loop_set_timer(run->loop, run->ui->options.interval_ns, on_tick, run);
	if (!r)
		r = loop_run(run->loop);
	if (r)
		snprintf(error, size, "%s", run->ui->error[0] ? run->ui->error : strerror(-r));
	return r;
}

/* The first interval is there already. */
static int replay_run(struct ui *ui, char *error, size_t size)
{
	uint64_t done = 1;

	for (; done < ui->options.iterations && !ui->ended; done += !ui->ended)
		ui_tick(ui);
	if (done == ui->options.iterations)
		return 0;
	snprintf(error, size, "%s, after %llu of %llu intervals", ui->message,
		 (unsigned long long)done, (unsigned long long)ui->options.iterations);
	return -ENODATA;
}

static int picture_save(struct ui *ui, int width, int height, char *path, size_t path_size,
			char *error, size_t size)
{
	char where[PATH_MAX];
	struct screen screen;
	int r;

	work_end(ui);
	if (!ui->table) {
		snprintf(error, size, "%s: there is no whole interval to show", path);
		return -ENODATA;
	}
	screen_init(&screen, width, height, true);
	ui->message[0] = '\0';
	ui_draw(ui, &screen);
	r = snapshot_save(ui, &screen, false, path, path_size);
	ui->screen = NULL;
	screen_done(&screen);
	if (r)
		snprintf(error, size, "%s: %s", path, file_error(r));
	else if (path_whole(path, where) == where)
		snprintf(path, path_size, "%s", where);
	return r;
}

static int ui_prepare(struct ui **ret, const struct ui_options *o, const char *path, char *error,
		      size_t size)
{
	int r = file_creatable(path);

	/* now rather than after all the intervals */
	if (r) {
		snprintf(error, size, "%s: %s", path, file_error(r));
		o->source->close(o->source);
		return r;
	}
	r = ui_new(ret, o, error, size);
	if (r)
		return r;
	ui_level(*ret)->q.limit = o->rows;
	ui_refresh(*ret);
	return 0;
}

int ui_snapshot(const struct ui_options *o, int width, int height, char *path, size_t path_size,
		char *error, size_t size)
{
	struct run run = { .ui = NULL };
	int r = ui_prepare(&run.ui, o, path, error, size);

	if (r)
		return r;
	r = o->source->live ? live_run(&run, error, size) : replay_run(run.ui, error, size);
	if (!r)
		r = picture_save(run.ui, width, height, path, path_size, error, size);
	loop_free(run.loop);
	look_warn_at_end(run.ui, stderr);
	ui_free(run.ui);
	return r;
}
