/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queries behind the screen: of the level, of what stands above its rows, and of a page.  Few
 * records are gone over at once.  With many of them the queries run in slices when there is nothing
 * else to do, in second runs beside those that are shown, so that keys are answered meanwhile.
 */
#include <string.h>

#include "ui/app.h"

#define LARGE 16000 /* records: what takes some 40 ms */
#define SLICE 512   /* of them: a millisecond */

void work_init(struct work *w)
{
	*w = (struct work){ .large = LARGE, .slice = SLICE };
}

void query_pair_init(struct query_pair *p)
{
	*p = (struct query_pair){ .shown = 0 };
	query_run_init(&p->runs[0]);
	query_run_init(&p->runs[1]);
}

void query_pair_done(struct query_pair *p)
{
	query_run_done(&p->runs[0]);
	query_run_done(&p->runs[1]);
}

struct query_run *query_pair_shown(struct query_pair *p)
{
	return &p->runs[p->shown];
}

/* One of the queries, by number: that of the level, those above its rows, those of a page. */
struct job {
	struct query_pair *pair;
	const struct query *q;
	struct summary_block *block; /* NULL: it is the level's */
	bool above; /* the rows: it goes when they do */
};

static bool job_get(struct ui *ui, int number, struct job *ret)
{
	struct page_view *page = ui_level(ui)->page;
	struct summary_set *set = &ui->summary;
	int i = number - 1;

	if (!number) {
		*ret = (struct job){ &ui->query, &ui_level(ui)->q, NULL, false };
		return true;
	}
	if (i >= set->n && page) {
		i -= set->n;
		set = &page->set;
	}
	if (i >= set->n)
		return false;
	*ret = (struct job){ &set->blocks[i].pair, &set->blocks[i].q, &set->blocks[i],
			     set == &ui->summary };
	set->blocks[i].q.keep = set->keep;
	return true;
}

static size_t records(struct ui *ui)
{
	struct job job;
	size_t n = 0;

	/* what stands above the rows mostly shares theirs */
	for (int i = 0; job_get(ui, i, &job); i++)
		if (!job.above || job.q->panel != ui_level(ui)->q.panel)
			n += query_records(job.q, ui_frame(ui));
	return n;
}

/* What is shown of rows that are no more those of the level. */
static void tables_hide(struct ui *ui)
{
	struct job job;

	ui->table = NULL;
	for (int i = 0; job_get(ui, i, &job); i++)
		if (job.block)
			job.block->table = NULL;
}

/* Of the second runs, when there is no need for them any more. */
static void give_back(struct query_run *r)
{
	if (!r->base.cap && !r->grouped.cap)
		return;
	query_run_done(r);
	query_run_init(r);
}

/* All queries begin with the frames that are shown; in place: in the runs that are shown. */
static void jobs_begin(struct ui *ui, bool in_place)
{
	const struct query_run *level = NULL;
	struct job job;

	for (int i = 0; job_get(ui, i, &job); i++) {
		int shown = job.pair->shown, at = in_place ? shown : !shown;

		if (in_place)
			give_back(&job.pair->runs[!shown]);
		else
			query_run_lend(&job.pair->runs[at], &job.pair->runs[shown]);
		query_begin(&job.pair->runs[at], job.q, ui_frame_before(ui), ui_frame(ui),
			    ui_facts(ui), job.above ? level : NULL);
		if (!i)
			level = &job.pair->runs[at];
	}
	ui->work.job = 0;
	ui->work.in_place = in_place;
}

/* False: all are done. */
static bool jobs_step(struct ui *ui, size_t rows)
{
	struct job job;

	if (!job_get(ui, ui->work.job, &job))
		return false;
	if (!query_step(&job.pair->runs[ui->work.in_place ? job.pair->shown : !job.pair->shown], rows))
		ui->work.job++;
	return true;
}

static void work_cancel(struct ui *ui)
{
	ui->work.on = ui->work.late = false;
}

static void jobs_show(struct ui *ui)
{
	const struct query *q = &ui_level(ui)->q;
	struct query_run *run;
	struct job job;

	for (int i = 0; job_get(ui, i, &job); i++) {
		job.pair->shown ^= !ui->work.in_place;
		if (job.block)
			job.block->table = &query_pair_shown(job.pair)->grouped;
	}
	run = query_pair_shown(&ui->query);
	ui->table = &run->grouped;
	/* somebody has sorted the rows that were shown meanwhile */
	if (run->sort != q->sort || run->ascending != q->ascending)
		query_run_sort(run, q);
	ui->runs++;
	work_cancel(ui);
	ui_see(ui);
}

void work_begin(struct ui *ui, bool same_rows)
{
	bool late = ui->work.late;

	work_cancel(ui);
	if (!same_rows)
		tables_hide(ui);
	if (!ui_frame_before(ui) || !ui_frame(ui)) {
		tables_hide(ui);
		return;
	}
	if (records(ui) < ui->work.large) {
		jobs_begin(ui, true);
		while (jobs_step(ui, SIZE_MAX))
			;
		jobs_show(ui);
		return;
	}
	jobs_begin(ui, false);
	ui->work.on = true;
	ui->work.late = late;
	ui->dirty = true;
}

bool work_step(struct ui *ui)
{
	if (!ui->work.on)
		return false;
	if (!jobs_step(ui, ui->work.slice))
		jobs_show(ui);
	return true;
}

void work_end(struct ui *ui)
{
	while (work_step(ui))
		;
}

void work_tick(struct ui *ui)
{
	if (ui->work.on && ui->work.late)
		work_end(ui);
	ui->work.late = ui->work.on;
}
