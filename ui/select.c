/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is looked at at all, changed while it runs.  What was asked for (-p, -c, :pid, :cgroup) comes
 * before what a filter asks for that was typed and names processes or a group and nothing else.
 *
 * A step down by pid is not such a filter: its owner wants to go up again, and find there what
 * happened meanwhile.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/app.h"

const struct selection *ui_selection(const struct ui *ui)
{
	return selection_is_all(&ui->asked) ? &ui->typed : &ui->asked;
}

/* A group may be named by a directory that says nothing of the path in the rows: the kernel knows. */
static void keep_init(struct ui *ui)
{
	selection_keep_init(&ui->selected, ui_selection(ui), !ui->session.source->live);
}

void select_init(struct ui *ui)
{
	selection_copy(&ui->asked, &ui->options.only);
	keep_init(ui);
}

void select_done(struct ui *ui)
{
	selection_done(&ui->asked);
	selection_done(&ui->typed);
	ui->typed_in = NULL;
}

/* The kernel has other filters from here on, so an interval ends and another begins. */
static void select_step(struct ui *ui)
{
	if (ui->session.source->select)
		ui_tick(ui);
	ui_refresh(ui);
}

static bool is_same(const struct selection *a, const struct selection *b)
{
	if (a->n_pids != b->n_pids || !a->cgroup != !b->cgroup)
		return false;
	if (a->cgroup && strcmp(a->cgroup, b->cgroup) != 0)
		return false;
	return !a->n_pids || !memcmp(a->pids, b->pids, a->n_pids * sizeof(a->pids[0]));
}

/* Puts `to` into the place of *of, and takes it over; false: error says why all is as it was. */
static bool select_change(struct ui *ui, struct selection *of, struct selection *to, char *error,
			  size_t size)
{
	struct source *source = ui->session.source;
	struct selection before, old = *of;
	bool same;
	int r;

	selection_copy(&before, ui_selection(ui));
	*of = *to;
	*to = (struct selection){ 0 };
	same = is_same(&before, ui_selection(ui));
	r = same || !source->select ? 0 : source->select(source, ui_selection(ui), error, size);
	selection_done(&before);
	if (r) {
		*to = *of;
		*of = old;
		selection_done(to);
		return false;
	}
	selection_done(&old);
	keep_init(ui);
	if (!same)
		select_step(ui);
	return true;
}

bool select_ask(struct ui *ui, struct selection *only)
{
	char error[300], text[300];
	bool all = selection_is_all(only), typed = all && selection_is_all(&ui->asked);

	/* everything: neither what a filter asks for */
	if (all)
		ui->typed_in = NULL;
	if (all && !typed)
		selection_done(&ui->typed);
	if (!select_change(ui, typed ? &ui->typed : &ui->asked, only, error, sizeof(error))) {
		ui_message(ui, ROLE_ERROR, "%s", error);
		return false;
	}
	selection_text(text, sizeof(text), &ui->asked);
	if (selection_is_all(&ui->asked))
		ui_message(ui, ROLE_STATE, "everything is looked at");
	else
		ui_message(ui, ROLE_STATE, "only %s is %s from here on", text,
			   ui->session.source->select ? "counted" : "shown");
	for (size_t i = 0; i < ui->asked.n_pids; i++)
		if (!facts_pid(ui_facts(ui), ui->asked.pids[i]))
			ui_message(ui, ROLE_WARNING, "no process %u is known yet",
				   ui->asked.pids[i]);
	return true;
}

void select_typed(struct ui *ui)
{
	struct selection only = { 0 };
	char error[300];

	ui->typed_in = selection_from_filter(&only, ui_level(ui)->q.filter) ? ui_level(ui) : NULL;
	if (select_change(ui, &ui->typed, &only, error, sizeof(error)))
		return;
	/* nothing is wrong with the filter: rows are filtered here then */
	ui->typed_in = NULL;
	select_change(ui, &ui->typed, &(struct selection){ 0 }, error, sizeof(error));
}

void select_left(struct ui *ui, const struct level *level)
{
	char error[300];

	if (ui->typed_in != level)
		return;
	ui->typed_in = NULL;
	select_change(ui, &ui->typed, &(struct selection){ 0 }, error, sizeof(error));
}

/* One that is not known may well live: not every kernel tells of all. */
static bool process_ended(const struct ui *ui, uint32_t pid)
{
	const struct task_rec *t = facts_pid(ui_facts(ui), pid);

	return t && facts_exited(ui_facts(ui), &t->key);
}

bool select_ended(const struct ui *ui, char *buf, size_t size)
{
	const struct selection *asked = ui_selection(ui);
	struct selection typed = { 0 };
	const struct selection *of = asked->n_pids ? asked : &typed;
	bool ended;

	/* then they lived, maybe */
	if (ui->past)
		return false;
	if (!asked->n_pids && ui_level(ui)->q.filter)
		selection_from_filter(&typed, ui_level(ui)->q.filter);
	ended = of->n_pids;
	for (size_t i = 0; i < of->n_pids && ended; i++)
		ended = process_ended(ui, of->pids[i]);
	if (ended && of->n_pids == 1)
		snprintf(buf, size, "process %u has ended", of->pids[0]);
	else if (ended)
		snprintf(buf, size, "these %zu processes have ended", of->n_pids);
	selection_done(&typed);
	return ended;
}
