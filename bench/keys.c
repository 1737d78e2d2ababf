/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench-keys [ROWS]: what a key costs on a panel of 100,000 rows, from the key to the drawn screen: CPU
 * time, median of several, and where it runs a query, until the rows are there and the longest time
 * in between that another key would wait.  The terminal is not part of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/mem.h"
#include "core/source.h"
#include "ui/app.h"

#define PROCESSES 1000
#define ROUNDS 9

static uint64_t rows;
static uint64_t frame;

static void facts_put(struct frame *f)
{
	for (uint32_t i = 0; i < PROCESSES; i++) {
		struct task_rec *r = sample_add(&f->s[STREAM_TASK], STREAM_TASK);

		r->key = (struct task_key){ .tid = 100 + i, .tgid = 100 + i, .start_ns = 1000 + i };
		r->leader_start_ns = r->key.start_ns;
		snprintf(r->comm, sizeof(r->comm), "worker-%u", i);
	}
	/* each file is read by two processes */
	for (uint64_t i = 0; i < rows / 2; i++) {
		struct path_rec *p = sample_add(&f->s[STREAM_PATH], STREAM_PATH);

		p->file = (struct file_id){ .ino = 1000 + i, .dev = 8 << 20 };
		p->type = S_IFREG;
		snprintf(p->path, sizeof(p->path), "/srv/data/%02u/%02u/object-%06u.bin",
			 (uint32_t)(i % 97), (uint32_t)(i % 89), (uint32_t)i);
	}
}

static int source_read(struct source *s, struct frame *f)
{
	(void)s;
	f->mono_ns = (5000 + frame) * 1000000000ull;
	f->wall_ns = (1763720100 + frame) * 1000000000ull;
	if (!frame)
		facts_put(f);
	for (uint64_t i = 0; i < rows; i++) {
		struct file_rec *r = sample_add(&f->s[STREAM_FILE], STREAM_FILE);
		uint32_t process = (uint32_t)(i % PROCESSES);

		r->key.task = (struct task_key){ .tid = 100 + process,
						 .tgid = 100 + process,
						 .start_ns = 1000 + process };
		r->key.file = (struct file_id){ .ino = 1000 + i / 2, .dev = 8 << 20 };
		r->v.type = S_IFREG;
		/* the order changes with every frame */
		r->v.reads = frame * (1 + i * 7919 % 10007);
		r->v.read_bytes = r->v.reads * 4096;
		r->v.lat.n[40 + i % 20] = (uint32_t)r->v.reads;
		r->v.lat.total_ns = r->v.reads * 5000;
	}
	frame++;
	return 0;
}

static void source_close(struct source *s)
{
	(void)s;
}

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* As the loop has it: a slice, then whoever has pressed a key is answered.  The longest of them. */
static double work_off(struct ui *ui, struct screen *s)
{
	double longest = 0;
	bool more = true;

	while (more) {
		double from = cpu_ms(), took;

		more = work_step(ui) | view_step(ui);
		if (ui->dirty)
			ui_draw(ui, s);
		took = cpu_ms() - from;
		if (took > longest)
			longest = took;
	}
	return longest;
}

static double middle(double *ms)
{
	qsort(ms, ROUNDS, sizeof(ms[0]), compare);
	return ms[ROUNDS / 2];
}

static void type(struct ui *ui, struct screen *s, const char *line)
{
	for (; *line; line++) {
		struct key_event key = { .code = *line };

		ui_key(ui, &key);
		work_off(ui, s);
	}
}

static void measure(struct ui *ui, struct screen *s, const char *name, const char *keys)
{
	struct key_event key = { 0 };
	double ms[ROUNDS], all[ROUNDS], wait[ROUNDS];
	bool query = false;

	for (int i = 0; i < ROUNDS; i++) {
		const char *p = keys;
		double from;

		key.code = key_parse(keys);
		if (!key.code)
			key.code = key_decode(&p);
		from = cpu_ms();
		if (!strcmp(keys, "Tick"))
			ui_tick(ui);
		else
			ui_key(ui, &key);
		ui_draw(ui, s);
		ms[i] = cpu_ms() - from;
		query |= ui->work.on || view_works(ui);
		wait[i] = work_off(ui, s);
		all[i] = cpu_ms() - from;
		/* the list of candidates goes, or the next one would be out of it */
		if (!strcmp(keys, "Tab"))
			type(ui, s, "\033");
	}
	printf("%-22s %8.2f ms", name, middle(ms));
	if (query)
		printf(", rows after %7.2f ms, a key waits at most %6.2f ms", middle(all), middle(wait));
	printf("\n");
}

int main(int argc, char **argv)
{
	static const char *const keys[][2] = {
		{ "Down", "Down" },	  { "PgDn", "PgDn" },	     { "End", "End" },
		{ "Home", "Home" },	  { "Right", "Right" },	     { "wheel", "Wheel-Down" },
		{ "R (reverse)", "R" },	  { "> (next column)", ">" }, { "H (threads)", "H" },
		{ "new interval", "Tick" },
	};
	struct source source = { .read = source_read, .close = source_close, .fd = -1 };
	struct ui_options o = { .source = &source,
				.interval_ns = 1000000000,
				.panel = panel_find("filetop") };
	struct screen screen;
	char error[300];
	struct ui *ui;

	rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
	if (ui_new(&ui, &o, error, sizeof(error))) {
		fprintf(stderr, "bench-keys: %s\n", error);
		return 1;
	}
	screen_init(&screen, 200, 50, true);
	work_end(ui);
	ui_draw(ui, &screen);
	printf("%zu rows\n", ui->table->n);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		measure(ui, &screen, keys[i][0], keys[i][1]);
	type(ui, &screen, "\\file=");
	measure(ui, &screen, "Tab (files of a filter)", "Tab");
	type(ui, &screen, "\033/");
	measure(ui, &screen, "/ (text in no row)", "#");
	ui_free(ui);
	screen_done(&screen);
	return 0;
}
