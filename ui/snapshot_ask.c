/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key `S`.  What is saved is what was on the screen when it was pressed, however long the name
 * takes to type: the screen is held meanwhile, as by the key `z`.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file_create.h"
#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"
#include "ui/snapshot.h"

struct snapshot {
	struct screen screen;
	bool held;	/* it is the snapshot that holds the screen */
	char name[300]; /* the one that was proposed */
};

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	screen_done(&s->screen);
	free(s);
}

static void snapshot_end(struct ui *ui)
{
	struct snapshot *s = ui->snapshot;

	ui->snapshot = NULL;
	if (s && s->held)
		ui_pause(ui, false);
	snapshot_free(s);
}

/* Up to the ending: whoever wants another format did not choose another name. */
static bool is_proposed(const struct snapshot *s, const char *name)
{
	size_t stem = (size_t)(strrchr(s->name, '.') - s->name) + 1;

	return !strncmp(name, s->name, stem) && !strpbrk(name + stem, "./");
}

static void screen_save(struct ui *ui, const struct screen *s, const char *name, bool numbered)
{
	char path[PATH_MAX], where[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), "%s", name);
	r = snapshot_save(ui, s, numbered, path, sizeof(path));
	if (r)
		ui_message(ui, ROLE_ERROR, "%s: %s", path,
			   r == -ENODATA ? "the first interval is not over yet" : file_error(r));
	else
		ui_message(ui, ROLE_STATE, "saved in %s", path_whole(path, where));
}

static void name_done(struct ui *ui, const char *name)
{
	screen_save(ui, &ui->snapshot->screen, name, is_proposed(ui->snapshot, name));
	snapshot_end(ui);
}

bool snapshot_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size)
{
	(void)ui;
	return snapshot_name_check(text, ret_at, error, size);
}

/* Without messages, which are about what keys did before. */
static void screen_take(struct ui *ui, struct screen *to)
{
	const struct screen *now = ui->screen;

	screen_init(to, now->width, now->height, now->utf8);
	ui_draw(ui, to);
	ui->screen = now;
}

void action_save(struct ui *ui, int key)
{
	struct snapshot *s;

	(void)key;
	if (!ui->screen || ui->snapshot)
		return;
	s = ui->snapshot = xcalloc(1, sizeof(*s));
	screen_take(ui, &s->screen);
	s->held = !ui->paused;
	ui_pause(ui, true);
	s->held = s->held && ui->paused;
	file_name(ui, ui_level(ui)->q.panel->name, "txt", s->name, sizeof(s->name));
	view_push(ui, view_prompt_new(ui, &(struct prompt){
						  .label = "Save as",
						  .text = s->name,
						  .complete = complete_ending,
						  .check = snapshot_check,
						  .done = name_done,
						  .left = snapshot_end,
					  }));
}

void snapshot_run(struct ui *ui, const char *name)
{
	struct screen now;

	if (!*name) {
		action_save(ui, 'S');
	} else if (ui->screen) {
		screen_take(ui, &now);
		screen_save(ui, &now, name, false);
		screen_done(&now);
	}
}
