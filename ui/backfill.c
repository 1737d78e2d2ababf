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

/* The query that comes next over the moment, if there is one left: the level's is the last, for its
 * trail says what is missing. */
static void run_begin(struct ui *ui)
{
	struct backfill *l = &ui->backfill;
	const struct page_view *page = ui_level(ui)->page;
	const unsigned int sections = page ? (unsigned int)page->set.n : 0;
	const struct query *q = NULL;

	for (; !q && l->section <= sections; l->section++) {
		l->to = l->section < sections ? page->sections[l->section].trail : l->trail;
		if (!trail_has(l->to, l->moment.id))
			q = l->section < sections ? &page->set.blocks[l->section].q : &ui_level(ui)->q;
	}
	l->running = q;
	if (q)
		query_begin(&l->run, q, l->moment.prev, l->moment.cur, l->moment.facts, NULL);
}

/* A slice of the queries over the moment, whose rows go into the trails. */
static void run_step(struct ui *ui)
{
	struct backfill *l = &ui->backfill;

	if (query_step(&l->run, ui->work.slice))
		return;
	trail_add(l->to, l->moment.id, &l->run.grouped);
	run_begin(ui);
}

/* A slice of the way to the moment; false: it is there, or nobody gets there. */
static bool going(struct ui *ui, uint64_t id)
{
	struct backfill *l = &ui->backfill;
	int r = 0;

	if (!l->open)
		moment_init(&l->moment);
	l->open = true;
	if (!l->going || l->moment.goal != id)
		r = moment_begin(&l->moment, ui->session.timeline, id);
	if (!r)
		r = moment_step(&l->moment, ui->going.slice);
	l->going = r > 0;
	if (r < 0 || (!r && !l->moment.prev))
		l->unreadable = id; /* nor what is before it */
	return l->going;
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
		l->open = l->going = false;
		return false;
	}
	if (going(ui, id) || l->unreadable == id)
		return true;
	l->section = 0;
	run_begin(ui);
	/* few records are not worth a step of their own */
	if (query_records(&ui_level(ui)->q, l->moment.cur) < ui->work.large)
		while (l->running)
			run_step(ui);
	return true;
}
