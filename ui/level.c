/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drill-down: a stack of queries. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/identity.h"
#include "core/mem.h"
#include "ui/app.h"

struct level *ui_level(const struct ui *ui)
{
	return ui->levels[ui->depth - 1];
}

static void level_done(struct level *l)
{
	query_done(&l->q);
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

static const struct panel *link_target(const struct ui *ui, const struct link *link)
{
	return link->panel ? panel_find(link->panel) : ui_level(ui)->q.panel;
}

/* A cell that says who or what: neither unknown nor the 0 of a pid that is grouped away. */
static bool cell_identifies(const struct column *c, const void *row)
{
	if (!column_is_known(c, row))
		return false;
	return c->kind == COL_STR ? column_str(c, row)[0] != '\0'
				  : c->agg != AGG_ID || column_u64(c, row) != 0;
}

/* "pid=12 and comm=dd" for the columns of the link; false when the row has not all of them. */
static bool link_filter(const struct ui *ui, const struct link *link, const void *row, char *buf,
			size_t size)
{
	const struct panel *from = ui_level(ui)->q.panel, *to = link_target(ui, link);
	char names[256], *save = NULL;
	size_t at;

	buf[0] = '\0';
	snprintf(names, sizeof(names), "%s", link->on);
	for (char *n = strtok_r(names, " ", &save); n; n = strtok_r(NULL, " ", &save)) {
		const struct column *c = panel_column(from, n);

		if (!to || !c || !panel_column(to, n) || !cell_identifies(c, row))
			return false;
		at = strlen(buf);
		if (at)
			snprintf(buf + at, size - at, " and ");
		if (filter_format_equal(buf, size, c, row) < 0)
			return false;
	}
	return buf[0] != '\0';
}

static void level_make(struct level *l, const struct ui *ui, const struct link *link,
		       const char *filter)
{
	const struct query *from = &ui_level(ui)->q;
	struct filter_error wrong;
	char error[200];

	*l = (struct level){ 0 };
	query_init(&l->q, link_target(ui, link));
	l->q.all = from->all;
	query_set_group(&l->q, link->group, error, sizeof(error));
	query_set_filter(&l->q, filter, &wrong);
}

/* The same rows as now: a link that leads nowhere. */
static bool level_same(const struct query *a, const struct query *b)
{
	return a->panel == b->panel && a->n_keys == b->n_keys &&
	       !memcmp(a->keys, b->keys, a->n_keys * sizeof(a->keys[0])) && a->filter_text &&
	       b->filter_text && !strcmp(a->filter_text, b->filter_text);
}

/* The text that says what a row is to a person: the process, or what the widest column shows. */
static const char *row_name(const struct panel *p, const struct link *link, const void *row)
{
	bool by_pid = strstr(link->on, "pid");

	for (const struct column *c = p->columns; c->name; c++)
		if (c->kind == COL_STR && column_is_known(c, row) && !strstr(link->on, c->name) &&
		    (by_pid ? !strcmp(c->name, "comm") : !c->width && !(c->flags & COL_HIDDEN)))
			return column_str(c, row);
	return NULL;
}

/* "threads of dd (pid=12)" */
static void crumb_make(const struct ui *ui, struct step *step, const char *filter, const void *row)
{
	const char *name = row_name(ui_level(ui)->q.panel, step->link, row);
	const char *join = !name ? "" : strstr(step->link->on, "pid") ? " of " : ": ";

	snprintf(step->crumb, sizeof(step->crumb), "%s%s%.200s (%s)", step->label, join,
		 name ? name : "", filter);
}

int level_steps(struct ui *ui, const void *row)
{
	const struct link *link = ui_level(ui)->q.panel->links;

	ui->n_steps = 0;
	for (; link && link->on && ui->n_steps < STEPS_MAX; link++) {
		struct step *step = &ui->steps[ui->n_steps];
		char filter[sizeof(step->filter)];
		struct level l;

		if (!link_filter(ui, link, row, filter, sizeof(filter)))
			continue;
		memcpy(step->filter, filter, sizeof(filter));
		step->link = link;
		step->label = link->label ? link->label : link_target(ui, link)->name;
		crumb_make(ui, step, filter, row);
		level_make(&l, ui, link, filter);
		if (l.q.filter && !level_same(&l.q, &ui_level(ui)->q))
			ui->n_steps++;
		level_done(&l);
	}
	return ui->n_steps;
}

bool level_drill(struct ui *ui, const struct step *step)
{
	struct level *l;

	if (ui->depth == LEVELS_MAX)
		return false;
	l = xmalloc(sizeof(*l));
	level_make(l, ui, step->link, step->filter);
	l->crumb = xstrdup(step->crumb);
	ui->levels[ui->depth++] = l;
	level_changed(ui);
	return true;
}

bool level_up(struct ui *ui)
{
	if (ui->depth == 1)
		return false;
	levels_drop(ui, ui->depth - 1);
	level_changed(ui);
	return true;
}

const void *level_row(const struct ui *ui)
{
	const struct level *l = ui_level(ui);

	return ui->table && l->cursor < ui->table->n ? table_row(ui->table, l->cursor) : NULL;
}

void level_select(struct ui *ui, size_t row)
{
	struct level *l = ui_level(ui);

	if (!ui->table || !ui->table->n)
		return;
	l->cursor = row < ui->table->n ? row : ui->table->n - 1;
	l->selected = row_identity(&l->q, table_row(ui->table, l->cursor));
	/* whoever has not left the top wants to see what is at the top */
	l->following = l->cursor > 0;
	ui->dirty = true;
}

void level_restore(struct ui *ui)
{
	struct level *l = ui_level(ui);
	struct identity id;

	if (!ui->table || !ui->table->n)
		return;
	identity_init(&id, &l->q);
	for (size_t i = 0; l->following && i < ui->table->n; i++)
		if (identity_hash(&id, table_row(ui->table, i)) == l->selected) {
			l->cursor = i;
			return;
		}
	if (l->cursor >= ui->table->n)
		l->cursor = ui->table->n - 1;
}
