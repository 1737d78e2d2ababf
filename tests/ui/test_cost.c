/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which keys run the query again: with 100,000 rows that is what makes a key slow. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/source.h"
#include "ui/app.h"

#define ROWS 200

static uint64_t frame;

static int source_read(struct source *s, struct frame *f)
{
	(void)s;
	f->mono_ns = (100 + frame) * 1000000000ull;
	for (uint64_t i = 0; i < ROWS; i++) {
		struct file_rec *r = sample_add(&f->s[STREAM_FILE], STREAM_FILE);

		r->key.task = (struct task_key){ .tid = 1, .tgid = 1, .start_ns = 1 };
		r->key.file = (struct file_id){ .ino = 1 + i, .dev = 1 };
		r->v.type = S_IFREG;
		/* pairs that are equal, in an order that is none */
		r->v.reads = frame * (1 + i * 37 % ROWS / 2);
		r->v.read_bytes = r->v.reads * (i % 3);
	}
	frame++;
	return 0;
}

static void source_close(struct source *s)
{
	(void)s;
}

static struct source source = { .read = source_read, .close = source_close, .fd = -1 };

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
	return ui;
}

static void press(struct ui *ui, struct screen *s, const char *name)
{
	struct key_event key = { .code = key_parse(name) };

	cr_assert(key.code, "%s", name);
	ui_key(ui, &key);
	ui_draw(ui, s);
}

Test(cost, moving_searching_and_sorting_run_no_query)
{
	static const char *const keys[] = { "Down", "PgDn", "End", "Up", "PgUp", "Home", "j", "k",
					    "Right", "Left", "Wheel-Down", "Wheel-Up", "R", "R", "<",
					    ">", "/", "1", "Enter", "n" };
	struct ui *ui = make();
	struct screen s;
	uint64_t runs;

	screen_init(&s, 80, 24, true);
	ui_draw(ui, &s);
	cr_assert_eq(ui->table->n, ROWS);
	runs = ui->runs;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		press(ui, &s, keys[i]);
		cr_expect_eq(ui->runs, runs, "%s ran the query", keys[i]);
	}
	/* that it would be seen */
	press(ui, &s, "H");
	cr_expect_gt(ui->runs, runs);
	ui_free(ui);
	screen_done(&s);
}

Test(cost, sorting_alone_orders_as_a_query_does)
{
	struct ui *ui = make();
	const struct column *by = panel_column(ui_level(ui)->q.panel, "reads");

	for (int ascending = 0; ascending < 2; ascending++) {
		ui_level(ui)->q.sort = by;
		ui_level(ui)->q.ascending = ascending;
		ui_resort(ui);
		cr_assert_eq(ui->table->n, ROWS);
		for (size_t i = 1; i < ui->table->n; i++) {
			int order = column_compare(by, table_row(ui->table, i - 1),
						   table_row(ui->table, i));

			cr_assert(ascending ? order <= 0 : order >= 0, "row %zu", i);
		}
	}
	ui_free(ui);
}
