/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drill-down: a stack of queries. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/identity.h"
#include "core/mem.h"
#include "ui/app.h"
#include "ui/settings.h"

struct level *ui_level(const struct ui *ui)
{
	return ui->levels[ui->depth - 1];
}

static void level_done(struct level *l)
{
	query_done(&l->q);
	tree_folds_done(&l->folds);
	picks_drop(l);
	page_free(l->page);
	free(l->crumb);
}

void levels_init(struct ui *ui)
{
	while (panels[ui->n_bases])
		ui->n_bases++;
	ui->bases = xcalloc(ui->n_bases, sizeof(*ui->bases));
	for (size_t i = 0; i < ui->n_bases; i++) {
		query_init(&ui->bases[i].q, panels[i]);
		ui->bases[i].q.all = ui->options.all;
	}
	ui->levels[0] = &ui->bases[0];
	ui->depth = 1;
}

static void levels_drop(struct ui *ui, int depth)
{
	for (; ui->depth > depth; ui->depth--) {
		select_left(ui, ui->levels[ui->depth - 1]);
		level_done(ui->levels[ui->depth - 1]);
		free(ui->levels[ui->depth - 1]);
	}
}

void levels_done(struct ui *ui)
{
	if (!ui->bases)
		return;
	levels_drop(ui, 1);
	for (size_t i = 0; i < ui->n_bases; i++)
		level_done(&ui->bases[i]);
	free(ui->bases);
}

static void level_changed(struct ui *ui)
{
	summary_open(&ui->summary, &ui_level(ui)->q);
	ui_refresh(ui);
}

void level_open(struct ui *ui, const struct panel *p)
{
	for (size_t i = 0; i < ui->n_bases; i++)
		if (panels[i] == p) {
			levels_drop(ui, 1);
			ui->levels[0] = &ui->bases[i];
			level_changed(ui);
		}
}

static struct level *level_new(const struct step *step, bool all)
{
	struct level *l = xcalloc(1, sizeof(*l));
	struct filter_error wrong;
	char error[200];

	query_init(&l->q, step->panel);
	l->q.all = all;
	query_set_group(&l->q, step->group, error, sizeof(error));
	query_set_filter(&l->q, step->filter, &wrong);
	l->crumb = xstrdup(step->crumb);
	if (step->page)
		l->page = page_new(step);
	return l;
}

bool level_drill(struct ui *ui, const struct step *step)
{
	const struct level *now = ui_level(ui);
	struct level *l;

	if (ui->depth == LEVELS_MAX) {
		ui_message(ui, ROLE_WARNING, "deeper than that it does not go");
		return false;
	}
	/* a page shows more than rows usually do */
	l = level_new(step, now->page ? now->page->set.blocks[now->page->focus].q.all : now->q.all);
	columns_inherit(ui, &l->q);
	ui->levels[ui->depth++] = l;
	level_changed(ui);
	return true;
}

bool level_open_on(struct ui *ui, const struct panel *p)
{
	const struct query *q;
	struct step step;

	if (!ui_level(ui)->page && !level_selection(ui, &q)) {
		ui_message(ui, ROLE_WARNING, "there is no row to open %s on", p->name);
		return false;
	}
	if (!step_to_panel(ui, &step, p)) {
		ui_message(ui, ROLE_WARNING, "%s has none of what identifies this row", p->name);
		return false;
	}
	return level_drill(ui, &step);
}

bool level_up(struct ui *ui)
{
	if (ui->depth == 1)
		return false;
	levels_drop(ui, ui->depth - 1);
	level_changed(ui);
	return true;
}

void level_up_to(struct ui *ui, int depth)
{
	while (ui->depth > depth && level_up(ui))
		;
}

const void *level_row(const struct ui *ui)
{
	const struct level *l = ui_level(ui);

	if (!ui->table || l->lost || l->cursor >= ui->table->n)
		return NULL;
	return table_row(ui->table, l->cursor);
}

const void *level_selection(const struct ui *ui, const struct query **ret_q)
{
	const struct level *l = ui_level(ui);

	if (l->page)
		return page_row(l->page, ret_q);
	*ret_q = &l->q;
	return level_row(ui);
}

void level_select(struct ui *ui, size_t row)
{
	struct level *l = ui_level(ui);

	l->pinned = l->lost = false;
	if (!ui->table || !ui->table->n)
		return;
	l->cursor = row < ui->table->n ? row : ui->table->n - 1;
	l->selected = row_identity(&l->q, table_row(ui->table, l->cursor));
	/* whoever has not left the top wants to see what is at the top */
	l->following = l->cursor > 0;
	ui->dirty = true;
}

void level_pin(struct ui *ui, bool pinned)
{
	struct level *l = ui_level(ui);

	level_select(ui, l->cursor);
	l->pinned = pinned;
	identity_init(&l->pinned_by, &l->q);
}

void level_restore(struct ui *ui)
{
	struct level *l = ui_level(ui);
	struct identity id;

	identity_init(&id, &l->q);
	/* rows that are grouped in another way are other rows */
	l->pinned &= identity_equal(&id, &l->pinned_by);
	l->lost = l->pinned;
	for (size_t i = 0; (l->following || l->pinned) && i < ui->table->n; i++)
		if (identity_hash(&id, table_row(ui->table, i)) == l->selected) {
			l->cursor = i;
			l->lost = false;
			return;
		}
	if (l->cursor >= ui->table->n)
		l->cursor = ui->table->n ? ui->table->n - 1 : 0;
}
