/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills the trail of the level's rows: with every table that is shown, and, while there is nothing
 * else to do, with the intervals before it from the timeline.
 */
#include "ui/app.h"

#define STRETCH 32 /* intervals that are taken in forward, for only that is cheap */

void backfill_init(struct backfill *l)
{
	*l = (struct backfill){ .trail = trail_new(), .reach = TRAIL_VALUES };
	query_run_init(&l->run);
}

void backfill_done(struct backfill *l)
{
	trail_free(l->trail);
	query_run_done(&l->run);
	if (l->open)
		moment_done(&l->moment);
}

void backfill_open(struct ui *ui)
{
	struct backfill *l = &ui->backfill;

	l->running = false;
	if (trail_open(l->trail, &ui_level(ui)->q))
		l->unreadable = 0;
}

void backfill_feed(struct ui *ui)
{
	struct backfill *l = &ui->backfill;
	uint64_t id = ui_frame_id(ui);

	backfill_open(ui);
	trail_seek(l->trail, id);
	if (ui->table && !trail_has(l->trail, id))
		trail_add(l->trail, id, ui->table);
}

/* The newest stretch first, but each from its beginning on. */
static bool missing_find(const struct ui *ui, uint64_t *ret_id)
{
	const struct backfill *l = &ui->backfill;
	uint64_t newest = l->newest ? l->newest : ui_frame_id(ui), first, last, id, from;

	if (!past_range(ui, &first, &last) || newest < first)
		return false;
	if (newest > last)
		newest = last;
	if (newest - first >= l->reach)
		first = newest - l->reach + 1;
	if (first <= l->unreadable)
		first = l->unreadable + 1;
	for (id = newest; id >= first && trail_has(l->trail, id);)
		id--;
	if (id < first)
		return false;
	from = id - id % STRETCH > first ? id - id % STRETCH : first;
	while (from < id && trail_has(l->trail, from))
		from++;
	*ret_id = from;
	return true;
}

/* A slice of the query over the moment; false: its rows are in the trail. */
static bool run_step(struct ui *ui)
{
	struct backfill *l = &ui->backfill;

	l->running = query_step(&l->run, ui->work.slice);
	if (l->running)
		return true;
	trail_add(l->trail, l->moment.id, &l->run.grouped);
	if (ui_level(ui)->page)
		page_backfill(ui_level(ui)->page, l->moment.id, &l->moment);
	return false;
}

bool backfill_step(struct ui *ui)
{
	struct backfill *l = &ui->backfill;
	uint64_t id;

	if (l->running) {
		run_step(ui);
		return true;
	}
	if (!missing_find(ui, &id)) {
		if (l->open)
			moment_done(&l->moment);
		l->open = false;
		return false;
	}
	if (!l->open)
		moment_init(&l->moment);
	l->open = true;
	if (moment_goto(&l->moment, ui->session.timeline, id) || !l->moment.prev) {
		l->unreadable = id; /* nor what is before it */
		return true;
	}
	query_begin(&l->run, &ui_level(ui)->q, l->moment.prev, l->moment.cur, l->moment.facts, NULL);
	l->running = true;
	/* few records are not worth a step of their own */
	if (query_records(&ui_level(ui)->q, l->moment.cur) < ui->work.large)
		while (run_step(ui))
			;
	return true;
}
