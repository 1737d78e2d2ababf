/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways on from the selected row, for the menus of Enter and F2. */
#include <stdio.h>
#include <string.h>

#include "ui/app.h"

static const struct column *shown_text(const struct panel *p, const char *filter, const void *row)
{
	for (const struct column *c = p->columns; c->name; c++)
		if (c->kind == COL_STR && column_is_known(c, row) && !strstr(filter, c->name) &&
		    !c->width && !(c->flags & COL_HIDDEN))
			return c;
	return NULL;
}

/* The text that says what a row is to a person: the process, or what the widest column shows. */
static const char *row_name(const struct panel *p, const char *filter, const void *row)
{
	bool process = !strncmp(filter, "pid=", 4) || !strncmp(filter, "tid=", 4);
	const struct column *c = process ? panel_column(p, "comm") : shown_text(p, filter, row);

	return c && column_is_known(c, row) ? column_str(c, row) : NULL;
}

/* "threads of dd (pid=12)" */
static void crumb_make(struct step *s, const struct query *from, const void *row)
{
	const char *name = row ? row_name(from->panel, s->filter, row) : NULL;
	const char *join = !name ? "" : !strncmp(s->filter + 1, "id=", 3) ? " of " : ": ";

	snprintf(s->crumb, sizeof(s->crumb), "%s%s%.200s (%s)", s->label, join, name ? name : "",
		 s->filter);
}

/* The row alone that one comes from. */
static bool leads_back(const struct link *link, const struct step *s, const struct query *now,
		       const struct query *then)
{
	struct link_term terms[LINK_TERMS];
	size_t n = link_terms(link, now->panel, terms), found = 0;

	if (s->panel != now->panel || then->n_keys != now->n_keys ||
	    memcmp(then->keys, now->keys, now->n_keys * sizeof(now->keys[0])))
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < now->n_keys; k++)
			found += terms[i].there == now->keys[k] && terms[i].here == now->keys[k];
	return found == now->n_keys ||
	       (now->filter_text && !strcmp(then->filter_text, now->filter_text));
}

static bool step_is_new(const struct link *link, const struct step *s, const struct query *now)
{
	struct filter_error wrong;
	struct query then;
	char error[200];
	bool is_new;

	query_init(&then, s->panel);
	query_set_group(&then, s->group, error, sizeof(error));
	is_new = !query_set_filter(&then, s->filter, &wrong) && !leads_back(link, s, now, &then);
	query_done(&then);
	return is_new;
}

static void steps_add(struct ui *ui, const struct link *link, const void *row)
{
	const struct query *from = &ui_level(ui)->q;

	for (; link && link->on && ui->n_steps < STEPS_MAX; link++) {
		struct step *s = &ui->steps[ui->n_steps];

		if (!link_filter(link, from, row, s->filter, sizeof(s->filter)))
			continue;
		s->panel = link_target(link, from->panel);
		s->group = link->group;
		s->label = link->label ? link->label : s->panel->name;
		crumb_make(s, from, row);
		ui->n_steps += step_is_new(link, s, from);
	}
}

int steps_of_row(struct ui *ui, const void *row)
{
	ui->n_steps = 0;
	steps_add(ui, ui_level(ui)->q.panel->links, row);
	steps_add(ui, links_shared, row);
	return ui->n_steps;
}

bool step_to_panel(struct ui *ui, struct step *s, const struct panel *p)
{
	const struct query *from = &ui_level(ui)->q;
	const void *row = level_row(ui);

	if (!row ||
	    !link_filter_keys(p, columns_shared, from, row, s->filter, sizeof(s->filter)))
		return false;
	s->panel = p;
	s->group = NULL;
	s->label = p->name;
	crumb_make(s, from, row);
	return true;
}

int steps_to_panels(struct ui *ui)
{
	ui->n_steps = 0;
	for (size_t i = 0; panels[i] && ui->n_steps < STEPS_MAX; i++)
		ui->n_steps += step_to_panel(ui, &ui->steps[ui->n_steps], panels[i]);
	return ui->n_steps;
}

const struct column *row_unknown_key(const struct query *q, const void *row)
{
	for (size_t i = 0; i < q->n_keys; i++)
		if (!column_is_known(q->keys[i], row) ||
		    (q->keys[i]->agg == AGG_ID && !column_u64(q->keys[i], row)))
			return q->keys[i];
	return NULL;
}
