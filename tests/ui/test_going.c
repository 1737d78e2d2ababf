/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way to another moment is gone in slices: keys are answered in between. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/record.h"
#include "core/source.h"
#include "look.h"
#include "ui/app.h"

#define ROWS 20
#define FRAMES 100
#define WALL 1763720100ull /* of the first frame, in seconds */

static uint64_t frame;

static int source_read(struct source *s, struct frame *f)
{
	(void)s;
	f->mono_ns = (100 + frame) * 1000000000ull;
	f->wall_ns = (WALL + frame) * 1000000000ull;
	for (uint32_t i = 0; i < ROWS; i++) {
		struct sched_rec *r = sample_add(&f->s[STREAM_SCHED], STREAM_SCHED);

		r->key = (struct task_key){ .tid = 1 + i, .tgid = 1 + i, .start_ns = 1 };
		r->v.cpu_ns = frame * frame * (1 + i) * 10;
		r->v.vol_switches = frame;
	}
	frame++;
	return 0;
}

static void source_close(struct source *s)
{
	(void)s;
}

static struct source live = { .read = source_read, .close = source_close, .fd = -1, .live = true };

static struct ui *make(struct source *source, uint64_t frames)
{
	struct ui_options o = { .source = source,
				.interval_ns = 1000000000,
				.all = true,
				.history_bytes = 64 << 20,
				.panel = panel_find("runq") };
	char error[300];
	struct ui *ui;

	setenv("TZ", "UTC", 1);
	cr_assert_eq(ui_new(&ui, &o, error, sizeof(error)), 0, "%s", error);
	screen_init(&screen, 100, 30, true);
	while (ui->position + 1 < frames && !ui->ended)
		ui_tick(ui);
	ui->going.at_once = ui->going.slice = 7;
	return ui;
}

static struct ui *make_live(void)
{
	frame = 0;
	return make(&live, FRAMES);
}

/* The same frames, recorded. */
static struct ui *make_recording(void)
{
	char path[] = "/tmp/test_going_XXXXXX", error[300];
	struct frame *cur = frame_new(), *prev = frame_new();
	struct facts *facts = facts_new();
	struct recorder *recorder;
	struct source *source;

	frame = 0;
	close(mkstemp(path));
	unlink(path);
	cr_assert_eq(recorder_open(&recorder, path, false), 0);
	for (int i = 0; i < FRAMES; i++) {
		frame_reset(cur);
		source_read(NULL, cur);
		frame_index(cur);
		cr_assert_eq(recorder_write(recorder, i ? prev : NULL, cur, facts), 0);
		/* a slow disk would cost frames */
		while (recorder_waiting(recorder))
			usleep(1000);
		frame_copy(prev, cur);
	}
	cr_assert_eq(recorder_close(recorder), 0);
	cr_assert_eq(replay_open(&source, path, error, sizeof(error)), 0, "%s", error);
	unlink(path);
	frame_free(cur);
	frame_free(prev);
	facts_free(facts);
	return make(source, FRAMES - 20);
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

static void expect_shown(struct ui *ui, uint64_t id)
{
	cr_expect_not(ui->going.on);
	cr_expect_eq(ui_frame_id(ui), id, "%llu", (unsigned long long)ui_frame_id(ui));
	cr_assert_not_null(ui->table);
	cr_expect_eq(ui->table->wall_ns, (WALL + id) * 1000000000);
	cr_expect_eq(ui->table->n, ROWS);
	cr_expect_null(strstr(look(ui), "going to"));
}

Test(going, keys_are_answered_on_the_way)
{
	struct ui *ui = make_live();
	int slices = 0;

	press(ui, "T");
	cr_assert(ui->going.on);
	cr_expect(strstr(look(ui), "going to 10:16:38 ..."), "%s", text);
	while (ui->going.on && slices++ < 100000) {
		cr_assert_eq(ui_frame_id(ui), FRAMES - 1);
		cr_assert_eq(ui->table->n, ROWS);
		if (slices == 50)
			press(ui, "Down");
		going_step(ui);
	}
	cr_expect_gt(slices, 38 * ROWS / 7);
	cr_expect_eq(ui_level(ui)->cursor, 1);
	expect_shown(ui, FRAMES - 2);
	cr_expect(ui->past && ui->paused);
	/* forward is one frame */
	press(ui, "t");
	for (slices = 0; going_step(ui); slices++)
		;
	cr_expect_lt(slices, 30);
	expect_shown(ui, FRAMES - 1);
	done(ui);
}

Test(going, live_goes_on_meanwhile)
{
	struct ui *ui = make_live();

	press(ui, "T");
	for (int i = 0; i < 5; i++) {
		going_step(ui);
		ui_tick(ui);
		cr_expect_eq(ui_frame_id(ui), (uint64_t)FRAMES + i);
		cr_expect_eq(ui->table->wall_ns, (WALL + FRAMES + i) * 1000000000);
	}
	press(ui, "2");
	cr_expect(ui->going.on, "another panel keeps it");
	press(ui, "1");
	going_end(ui);
	expect_shown(ui, FRAMES - 2);
	ui_tick(ui);
	expect_shown(ui, FRAMES - 2);
	done(ui);
}

Test(going, another_key_changes_the_goal)
{
	struct ui *ui = make_live();

	press(ui, "T");
	press(ui, "T");
	going_step(ui);
	press(ui, "T");
	cr_expect_eq(ui->going.id, FRAMES - 4);
	press(ui, "t");
	going_end(ui);
	expect_shown(ui, FRAMES - 3);
	press(ui, "T");
	press(ui, "Home");
	going_end(ui);
	expect_shown(ui, 1);
	goto_set(ui, "10:15:50");
	cr_assert(ui->going.on);
	going_step(ui);
	goto_set(ui, "10:15:20");
	going_end(ui);
	expect_shown(ui, 20);
	done(ui);
}

Test(going, is_given_up)
{
	struct ui *ui = make_live();

	press(ui, "T");
	going_step(ui);
	press(ui, "Esc");
	expect_shown(ui, FRAMES - 1);
	cr_expect_not(ui->paused);
	press(ui, "T");
	press(ui, "End");
	expect_shown(ui, FRAMES - 1);
	cr_expect_not(ui->paused);
	/* pausing holds what is there */
	press(ui, "T");
	press(ui, "Space");
	expect_shown(ui, FRAMES - 1);
	cr_expect(ui->paused);
	ui_tick(ui);
	expect_shown(ui, FRAMES - 1);
	/* and a moment that is held stays when the next is not wanted */
	press(ui, "T");
	press(ui, "Esc");
	expect_shown(ui, FRAMES - 1);
	press(ui, "T");
	press(ui, "Space");
	expect_shown(ui, FRAMES);
	cr_expect_not(ui->paused);
	done(ui);
}

Test(going, what_the_history_drops_is_said)
{
	struct ui *ui = make_live();

	press(ui, "T");
	going_end(ui);
	press(ui, "Home");
	going_step(ui);
	while (ui->session.timeline->begin < 2)
		ui_tick(ui);
	cr_assert(ui->going.on);
	cr_expect_null(strstr(look(ui), "going to"));
	while (going_step(ui))
		;
	cr_expect(strstr(ui->message, "that moment cannot be read"), "%s", ui->message);
	expect_shown(ui, FRAMES - 2);
	cr_expect(ui->paused, "what was shown is");
	done(ui);
}

Test(going, in_a_recording)
{
	struct ui *ui = make_recording();

	expect_shown(ui, 79);
	press(ui, "T");
	for (int i = 0; i < 5; i++) {
		cr_assert(going_step(ui) && ui->going.on);
		cr_expect(strstr(look(ui), "going to 10:16:18 ..."));
		ui_tick(ui);
		cr_expect_eq(ui_frame_id(ui), 79, "it stands meanwhile");
	}
	press(ui, "T");
	going_end(ui);
	expect_shown(ui, 77);
	/* it plays on from there, and was not paused where somebody gave up */
	press(ui, "Space");
	ui_tick(ui);
	expect_shown(ui, 78);
	press(ui, "T");
	going_step(ui);
	press(ui, "Esc");
	ui_tick(ui);
	expect_shown(ui, 79);
	press(ui, "T");
	press(ui, "End");
	going_end(ui);
	expect_shown(ui, FRAMES - 1);
	done(ui);
}
