/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screen_test [-r] [-a] [-l] [-o] [-k] [-q] [-f FILTER] [-g GROUP] [-s SORT] [-w FILE]
 *     RECORDING WIDTHxHEIGHT KEYS
 *
 * Plays a recording, presses keys, and prints the screen as text: no terminal, no root.  KEYS are
 * characters and <Names>; <Tick> takes in the next frame, <Ticks N> N of them, <WxH> resizes,
 * <Click X,Y> and <Double X,Y> click, <Paste TEXT> pastes, <Screen> prints the screen in between.
 * -r prints the roles of the cells as well; -a draws with ASCII alone; -l takes the recording for
 * live probes; -o plays it in a loop; -k presses keys faster than screens are drawn; -q runs
 * queries and goes to moments in small slices, and draws in between; -f FILTER, -g GROUP, -s SORT,
 * -w FILE are as on the command line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/history.h"
#include "core/record.h"
#include "ui/app.h"

struct test {
	struct ui *ui;
	struct screen screen;
	bool roles, hurried, slices;
};

#define SLICE 3 /* records */

/* What is asked for in slices is waited for. */
static void work_off(struct test *t)
{
	while (t->slices && (going_step(t->ui) || work_step(t->ui) || view_step(t->ui)))
		ui_draw(t->ui, &t->screen);
}

static void roles_write(const struct screen *s)
{
	for (int y = 0; y < s->height; y++) {
		for (int x = 0; x < s->width; x++)
			putchar('A' + screen_cell(s, y, x)->role);
		putchar('\n');
	}
}

static void show(struct test *t)
{
	/* as in the event loop: key presses between two frames are drawn as well */
	work_off(t);
	while (backfill_step(t->ui))
		;
	ui_draw(t->ui, &t->screen);
	screen_write(&t->screen, stdout);
	if (t->screen.cursor_y >= 0)
		printf("[cursor %d,%d]\n", t->screen.cursor_x, t->screen.cursor_y);
	if (t->roles)
		roles_write(&t->screen);
}

/* As the terminal delivers what is pasted; | stands for the end of a line. */
static void paste(struct test *t, const char *text)
{
	struct key_event key = { .pasted = true };

	for (; *text; text++) {
		key.code = *text == '|' ? K_ENTER : *text;
		ui_key(t->ui, &key);
	}
}

static bool press_named(struct test *t, const char *name)
{
	struct key_event key = { .code = K_CLICK };
	char text[32];
	int width, height, n;

	if (!strcmp(name, "Tick")) {
		ui_tick(t->ui);
	} else if (sscanf(name, "Ticks %d", &n) == 1) {
		while (n-- > 0) {
			ui_tick(t->ui);
			work_off(t);
		}
	} else if (!strcmp(name, "Screen")) {
		show(t);
	} else if (sscanf(name, "%dx%d", &width, &height) == 2) {
		screen_resize(&t->screen, width, height);
	} else if (sscanf(name, "Click %d,%d", &key.x, &key.y) == 2) {
		ui_key(t->ui, &key);
	} else if (sscanf(name, "Double %d,%d", &key.x, &key.y) == 2) {
		ui_key(t->ui, &key);
		key.twice = true;
		ui_key(t->ui, &key);
	} else if (sscanf(name, "Paste %31[^\n]", text) == 1) {
		paste(t, text);
	} else {
		key.code = !strcmp(name, "lt") ? '<' : key_parse(name);
		if (!key.code) {
			fprintf(stderr, "no such key: <%s>\n", name);
			return false;
		}
		ui_key(t->ui, &key);
	}
	return true;
}

static bool press_all(struct test *t, const char *keys)
{
	struct key_event key = { 0 };
	char name[32];

	/* where things are is known from drawing them */
	ui_draw(t->ui, &t->screen);
	for (const char *p = keys; *p && !t->ui->quit;) {
		size_t n = *p == '<' ? strcspn(p, ">") : 0;

		if (n && p[n] && n < sizeof(name)) {
			snprintf(name, sizeof(name), "%.*s", (int)n - 1, p + 1);
			p += n + 1;
			if (!press_named(t, name))
				return false;
		} else {
			key.code = key_decode(&p);
			ui_key(t->ui, &key);
		}
		if (!t->hurried)
			ui_draw(t->ui, &t->screen);
		work_off(t);
	}
	return true;
}

static int run(struct ui_options *o, const char *recording, const char *size, const char *keys,
	       struct test t, bool utf8, bool live)
{
	int width, height;
	char error[300];

	if (sscanf(size, "%dx%d", &width, &height) != 2)
		return 2;
	if (replay_open(&o->source, recording, error, sizeof(error))) {
		printf("%s\n", error);
		return 1;
	}
	if (live) {
		o->source->live = true;
		o->source->timeline = NULL;
		o->history_bytes = HISTORY_BYTES;
	}
	if (ui_new(&t.ui, o, error, sizeof(error))) {
		printf("%s\n", error);
		return 1;
	}
	screen_init(&t.screen, width, height, utf8);
	if (t.slices) {
		t.ui->work.large = 0;
		t.ui->work.slice = SLICE;
		t.ui->going.at_once = 0;
		t.ui->going.slice = 100 * SLICE;
	}
	if (!press_all(&t, keys))
		return 2;
	if (t.ui->quit)
		printf("[quit]\n");
	else
		show(&t);
	ui_free(t.ui);
	screen_done(&t.screen);
	return 0;
}

int main(int argc, char **argv)
{
	struct ui_options o = { .interval_ns = 1000000000 };
	struct test t = { .roles = false };
	bool utf8 = true, live = false;
	int option;

	while ((option = getopt(argc, argv, "ralokqf:g:s:w:")) != -1) {
		if (option == 'r')
			t.roles = true;
		else if (option == 'k')
			t.hurried = true;
		else if (option == 'a')
			utf8 = false;
		else if (option == 'l')
			live = true;
		else if (option == 'o')
			o.loop = true;
		else if (option == 'q')
			t.slices = true;
		else if (option == 'f')
			o.filter = optarg;
		else if (option == 'g')
			o.group = optarg;
		else if (option == 's')
			o.sort = optarg;
		else if (option == 'w')
			o.record = optarg;
		else
			return 2;
	}
	if (argc - optind != 3)
		return 2;
	return run(&o, argv[optind], argv[optind + 1], argv[optind + 2], t, utf8, live);
}
