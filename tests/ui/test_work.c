/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries over many records run in slices: keys are answered in between, and nothing wrong is shown. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/source.h"
#include "look.h"
#include "ui/app.h"

#define ROWS 100

static uint64_t frame;

static int source_read(struct source *s, struct frame *f)
{
	(void)s;
	f->mono_ns = (100 + frame) * 1000000000ull;
	f->wall_ns = (1763720100 + frame) * 1000000000ull;
	for (uint32_t i = 0; i < ROWS; i++) {
		struct file_rec *r = sample_add(&f->s[STREAM_FILE], STREAM_FILE);

		r->key.task = (struct task_key){ .tid = 1 + i, .tgid = 1 + i / 10, .start_ns = 1 };
		r->key.file = (struct file_id){ .ino = 1000 + i, .dev = 1 };
		r->v.type = S_IFREG;
		r->v.reads = frame * (1 + i);
	}
	frame++;
	return 0;
}

static void source_close(struct source *s)
{
	(void)s;
}

static struct source source = { .read = source_read, .close = source_close, .fd = -1, .live = true };

static struct ui *make(void)
{
	struct ui_options o = { .source = &source,
				.interval_ns = 1000000000,
				.all = true,
				.panel = panel_find("filetop") };
	char error[300];
	struct ui *ui;

	frame = 0;
	cr_assert_eq(ui_new(&ui, &o, error, sizeof(error)), 0, "%s", error);
	screen_init(&screen, 100, 30, true);
	ui_tick(ui);
	cr_assert_not(ui->work.on, "few records are not divided");
	cr_assert_eq(ui->table->n, ROWS);
	ui->work.large = 0;
	ui->work.slice = 7;
	return ui;
}

static void done(struct ui *ui)
{
	ui_free(ui);
	screen_done(&screen);
	free(text);
	text = NULL;
}

static void press(struct ui *ui, const char *name)
{
	struct key_event key = { .code = key_parse(name) };

	cr_assert(key.code, "%s", name);
	ui_key(ui, &key);
}

Test(work, a_new_interval_leaves_the_rows_until_its_own_are_there)
{
	struct ui *ui = make();
	uint64_t wall_ns = ui->table->wall_ns;
	size_t slices = 0;

	ui_tick(ui);
	cr_assert(ui->work.on);
	while (work_step(ui) && ui->work.on) {
		cr_assert_eq(ui->table->n, ROWS);
		cr_assert_eq(ui->table->wall_ns, wall_ns);
		cr_expect(strstr(look(ui), " …"), "not marked");
		slices++;
	}
	cr_expect_gt(slices, ROWS / 7);
	cr_expect_eq(ui->table->wall_ns, wall_ns + 1000000000);
	cr_expect_null(strstr(look(ui), " …"));
	done(ui);
}

Test(work, rows_of_another_level_do_not_stand_under_its_heading)
{
	struct ui *ui = make();

	cr_expect(strstr(look(ui), ":1001]"));
	press(ui, "H");
	cr_assert(ui->work.on);
	cr_expect_null(strstr(look(ui), ":1001]"));
	cr_expect(strstr(look(ui), "working ..."));
	press(ui, "5");
	cr_expect_eq(ui_level(ui)->q.panel, panel_find("syscount"));
	cr_expect(strstr(look(ui), "working ..."));
	press(ui, "3");
	work_end(ui);
	cr_expect(strstr(look(ui), ":1001]"));
	done(ui);
}

Test(work, keys_are_answered_while_a_query_is_under_way)
{
	struct ui *ui = make();

	ui_tick(ui);
	work_step(ui);
	press(ui, "Down");
	press(ui, "Down");
	cr_expect_eq(ui_level(ui)->cursor, 2);
	press(ui, "R");
	cr_expect(ui->work.on, "sorting does not begin anew");
	cr_expect(ui_level(ui)->q.ascending);
	press(ui, "?");
	cr_expect(ui->view->below != NULL, "the help is there");
	press(ui, "Esc");
	work_end(ui);
	cr_assert_eq(ui->table->n, ROWS);
	for (size_t i = 1; i < ROWS; i++)
		cr_assert_leq(column_compare(ui_level(ui)->q.sort, table_row(ui->table, i - 1),
					     table_row(ui->table, i)),
			      0, "row %zu", i);
	done(ui);
}

Test(work, rows_come_every_second_interval_however_busy_it_is)
{
	struct ui *ui = make();
	uint64_t runs = ui->runs;

	for (int i = 0; i < 6; i++) {
		ui_tick(ui);
		work_step(ui);
	}
	cr_expect_geq(ui->runs, runs + 2);
	cr_expect(ui->work.on);
	done(ui);
}

Test(work, what_is_left_of_it_goes_with_its_level)
{
	struct ui *ui = make();

	press(ui, "Enter");
	work_step(ui);
	press(ui, "Backspace");
	work_step(ui);
	press(ui, "p");
	work_step(ui);
	ui_tick(ui);
	work_end(ui);
	cr_expect_not_null(ui->table);
	press(ui, "H");
	work_step(ui);
	done(ui);
}

static void type(struct ui *ui, const char *line)
{
	for (; *line; line++) {
		struct key_event key = { .code = *line };

		ui_key(ui, &key);
	}
}

Test(work, candidates_of_many_rows_are_sought_in_slices)
{
	struct ui *ui = make();
	size_t slices = 0;

	type(ui, "\\pid=");
	press(ui, "Tab");
	cr_assert(view_works(ui));
	cr_expect(strstr(look(ui), "looking ..."));
	while (view_step(ui))
		slices++;
	cr_expect_gt(slices, ROWS / 7);
	cr_expect(strstr(look(ui), "10 in all"), "%s", text);
	cr_expect_null(strstr(look(ui), "looking ..."));
	/* the list goes on with what is typed, and Tab through it */
	type(ui, "1");
	cr_expect(strstr(look(ui), "looking ..."));
	press(ui, "Tab");
	while (view_step(ui))
		;
	cr_expect(strstr(look(ui), "pid=10"), "%s", text);
	done(ui);
}

Test(work, a_key_ends_the_search_for_candidates)
{
	struct ui *ui = make();

	type(ui, "\\pid=");
	press(ui, "Tab");
	view_step(ui);
	type(ui, "7");
	cr_expect_not(view_works(ui));
	press(ui, "Tab");
	view_step(ui);
	press(ui, "Esc");
	cr_expect_not(view_works(ui));
	cr_expect(strstr(look(ui), "pid=7"), "the line is still there");
	press(ui, "Tab");
	view_step(ui);
	press(ui, "Enter");
	cr_expect_not(view_works(ui));
	done(ui);
}

Test(work, candidates_come_although_intervals_are_short)
{
	struct ui *ui = make();
	int ticks = 0;

	type(ui, "\\pid=");
	press(ui, "Tab");
	for (; view_works(ui) && ticks < 10; ticks++) {
		view_step(ui);
		ui_tick(ui);
	}
	cr_expect_lt(ticks, 5);
	cr_expect(strstr(look(ui), "10 in all"), "%s", text);
	done(ui);
}
