/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way to a moment that somebody wants to see.  What lies before it must be decoded, which takes
 * seconds on a large machine; that is done in slices when there is nothing else to do.
 */
#include <stdio.h>
#include <string.h>

#include "core/timeline.h"
#include "ui/app.h"

#define AT_ONCE 25000 /* records: what takes some 10 ms */
#define SLICE 4096 /* of them: a millisecond */

void going_init(struct going *g)
{
	*g = (struct going){ .at_once = AT_ONCE, .slice = SLICE };
}

/* That of a recording leads its session there. */
static int way_begin(struct ui *ui, uint64_t id)
{
	if (!ui->session.source->live)
		return session_seek_begin(&ui->session, id);
	return moment_begin(&ui->moment, ui->session.timeline, id);
}

static int way_step(struct ui *ui, size_t records)
{
	if (!ui->session.source->live)
		return session_seek_step(&ui->session, records);
	return moment_step(&ui->moment, records);
}

/* r: as moment_step. */
static void go_on(struct ui *ui, int r)
{
	ui->going.on = r > 0;
	if (!r)
		past_arrive(ui);
	else if (r < 0)
		ui_message(ui, ROLE_ERROR, "that moment cannot be read: %s", strerror(-r));
}

void going_begin(struct ui *ui, uint64_t id)
{
	int r = way_begin(ui, id);

	ui->going.id = id;
	ui->dirty = true;
	go_on(ui, r ? r : way_step(ui, ui->going.at_once));
}

bool going_step(struct ui *ui)
{
	if (!ui->going.on)
		return false;
	go_on(ui, way_step(ui, ui->going.slice));
	return true;
}

void going_end(struct ui *ui)
{
	while (ui->going.on)
		go_on(ui, way_step(ui, SIZE_MAX));
}

bool going_stop(struct ui *ui)
{
	bool on = ui->going.on;

	ui->going.on = false;
	moment_rest(&ui->moment);
	session_rest(&ui->session);
	return on;
}

bool going_text(const struct ui *ui, char *buf, size_t size)
{
	const struct timeline *t = ui->session.timeline;
	uint64_t id = ui->going.id;
	char when[16];

	/* the history may have dropped it since */
	if (!ui->going.on || id < t->begin)
		return false;
	clock_text(when, sizeof(when), t->wall_ns(t, id));
	snprintf(buf, size, "going to %s ...  (Esc: stay here)", when);
	return true;
}
