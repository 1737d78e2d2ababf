/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "batch.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file_create.h"
#include "core/format.h"
#include "core/loop.h"
#include "core/mem.h"
#include "core/record.h"
#include "export/export.h"
#include "output.h"
#include "record_dir.h"

struct batch {
	const struct options *options;
	const struct plan *plan;
	const struct exporter *exporter;
	struct session session;
	struct query_run run;
	struct loop *loop;
	struct output *output;
	struct recorder *recorder; /* NULL: none */
	struct record_dir *record_dir; /* NULL: none */
	int dir_failed; /* negative errno of the last frame for it */
	int ready_fd;		   /* always readable: the pace of a replay; -1 when live */
	uint64_t intervals;	   /* printed */
	char *error;
	size_t error_size;
};

static int fail(struct batch *b, int r, const char *what, const char *why)
{
	snprintf(b->error, b->error_size, "%s: %s", what, why);
	return r;
}

static int output_fail(struct batch *b, int r)
{
	const char *name = b->options->output ? b->options->output : "stdout";

	return fail(b, r, name,
		    r == -ETIMEDOUT ? "nobody reads; the last lines are cut off" : file_error(r));
}

/* Recording for ever outlives a full disk; whoever reads the log wants each change told once. */
static void record_dir_tell(struct batch *b, int r)
{
	if (r && r != b->dir_failed)
		fprintf(stderr, "probetop: %s: %s; will try again\n", b->options->record_dir, strerror(-r));
	else if (!r && b->dir_failed)
		fprintf(stderr, "probetop: %s: recording again\n", b->options->record_dir);
	b->dir_failed = r;
}

static int frame_record(struct batch *b)
{
	const struct session *s = &b->session;
	int r;

	if (b->record_dir)
		record_dir_tell(b, record_dir_write(b->record_dir, s));
	if (!b->recorder)
		return 0;
	r = recorder_write(b->recorder, s->prev, s->cur, s->facts);
	return r ? fail(b, r, b->options->record, strerror(-r)) : 0;
}

/* 0; 1: nobody reads any more; negative errno. */
static int interval_print(struct batch *b)
{
	const struct session *s = &b->session;
	FILE *out = output_begin(b->output);
	int r;

	for (size_t i = 0; i < b->plan->n; i++) {
		const struct query *q = &b->plan->queries[i];
		const struct table *t = query_run(&b->run, q, s->prev, s->cur, s->facts);

		b->exporter->table(out, t, q, !b->intervals);
	}
	r = output_commit(b->output);
	/* head has seen enough: that is an end, not a failure */
	if (r == -EPIPE)
		return 1;
	if (r)
		return output_fail(b, r);
	b->intervals++;
	return 0;
}

/* 0; 1: that was the last one; negative errno. */
static int frame_take(struct batch *b)
{
	struct session *s = &b->session;
	int r = session_step(s);

	if (r == 1 && !b->intervals)
		return fail(b, -ENODATA, b->options->replay, "holds no whole interval");
	if (r == 1)
		return 1;
	if (r < 0)
		return fail(b, r, s->source->live ? "the probes" : b->options->replay,
			    source_error(s->source, r));
	r = frame_record(b);
	if (!r && s->prev)
		r = interval_print(b);
	if (r)
		return r;
	return b->options->iterations && b->intervals >= b->options->iterations;
}

static void on_frame(void *data)
{
	struct batch *b = data;
	int r = frame_take(b);

	if (r)
		loop_stop(b->loop, r < 0 ? r : 0);
}

/* Ticks that came late are one interval, a longer one; its length is measured. */
static void on_tick(void *data, uint64_t ticks)
{
	(void)ticks;
	on_frame(data);
}

static void on_signal(void *data, int signal)
{
	struct batch *b = data;

	if (signal == SIGHUP && b->record_dir)
		record_dir_reopen(b->record_dir);
	else
		loop_stop(b->loop, BATCH_INTERRUPTED);
}

static void on_event(void *data)
{
	struct source *source = data;

	source->drain(source);
}

static int pace_set(struct batch *b)
{
	struct source *source = b->session.source;
	int r;

	if (source->fd >= 0 && source->drain) {
		r = loop_add_fd(b->loop, source->fd, on_event, source);
		if (r)
			return r;
	}
	if (source->live)
		return loop_set_timer(b->loop, b->options->delay_ns, on_tick, b);
	b->ready_fd = eventfd(1, EFD_CLOEXEC);
	if (b->ready_fd < 0)
		return -errno;
	return loop_add_fd(b->loop, b->ready_fd, on_frame, b);
}

/* Opening the output empties it. */
static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return a && b && !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static int files_open(struct batch *b)
{
	const struct options *o = b->options;
	int r;

	if (is_same_file(o->output, o->replay))
		return fail(b, -EINVAL, o->output, "is the recording that is replayed");
	r = output_open(&b->output, o->output);
	if (r)
		return output_fail(b, r);
	if (o->record_dir)
		return record_dir_open(&b->record_dir, o->record_dir, o->keep_ns, o->max_size, b->error,
				       b->error_size);
	if (!o->record)
		return 0;
	r = recorder_open(&b->recorder, o->record, !b->session.source->live);
	if (r)
		fail(b, r, o->record, file_error(r));
	return r;
}

static int loop_prepare(struct batch *b)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, 0 };
	int r = loop_new(&b->loop);

	return r ? r : loop_set_signals(b->loop, signals, on_signal, b);
}

/* Signals come through the loop only after the files are open: a FIFO may wait for its reader. */
static int batch_loop(struct batch *b)
{
	int r = files_open(b);

	if (r)
		return r;
	r = loop_prepare(b);
	if (r)
		return fail(b, r, "event loop", strerror(-r));
	/* the frame that the first interval counts from */
	r = frame_take(b);
	if (r)
		return r;
	r = pace_set(b);
	return r ? fail(b, r, "event loop", strerror(-r)) : loop_run(b->loop);
}

static void note(const char *file, const char *text)
{
	char line[1000], clean[4 * sizeof(line)];

	if (!*text)
		return;
	snprintf(line, sizeof(line), "%s: %s", file, text);
	text_for_terminal(clean, sizeof(clean), line);
	fprintf(stderr, "probetop: %s\n", clean);
}

/* What does not keep the result from being right, but must be known. */
static void notes_print(struct batch *b)
{
	char text[100];
	uint64_t dropped = b->recorder ? recorder_dropped(b->recorder) : 0;

	snprintf(text, sizeof(text), "%llu frames are not in it: the disk was too slow",
		 (unsigned long long)dropped);
	if (dropped)
		note(b->options->record, text);
	if (b->options->replay)
		note(b->options->replay, source_note(b->session.source));
}

static int files_close(struct batch *b, int r)
{
	int output = output_close(b->output), record = recorder_close(b->recorder);
	int dir = record_dir_close(b->record_dir);

	if (r >= 0 && output)
		r = output_fail(b, output);
	if (r >= 0 && record)
		r = fail(b, record, b->options->record, file_error(record));
	if (r >= 0 && dir)
		r = fail(b, dir, b->options->record_dir, file_error(dir));
	return r;
}

int batch_run(const struct options *o, const struct plan *plan, struct source *source, char *error,
	      size_t size)
{
	struct batch b = {
		.options = o,
		.plan = plan,
		.exporter = exporter_find(o->format),
		.ready_fd = -1,
		.error = error,
		.error_size = size,
	};
	int r;

	session_init(&b.session, source);
	query_run_init(&b.run);
	r = batch_loop(&b);
	notes_print(&b);
	r = files_close(&b, r < 0 || r == BATCH_INTERRUPTED ? r : 0);
	query_run_done(&b.run);
	session_done(&b.session);
	if (b.ready_fd >= 0)
		close(b.ready_fd);
	loop_free(b.loop);
	return r;
}
