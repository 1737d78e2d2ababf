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

static bool is_of_process(const char *filter)
{
	return !strncmp(filter, "pid=", 4) || !strncmp(filter, "tid=", 4) ||
	       !strncmp(filter, "ppid=", 5);
}

/* The text that says what a row is to a person: the process, or what the widest column shows. */
static const char *row_name(const struct panel *p, const char *filter, const void *row)
{
	const struct column *c = is_of_process(filter) ? panel_column(p, "comm") :
							 shown_text(p, filter, row);

	return c && column_is_known(c, row) ? column_str(c, row) : NULL;
}

/* Whether one pair of brackets holds all of it. */
static bool is_bracketed(const char *filter)
{
	int depth = 0;
	char quote = '\0';

	if (*filter != '(')
		return false;
	for (; *filter; filter++) {
		if (quote ? *filter == quote : *filter == '\'' || *filter == '"')
			quote = quote ? '\0' : *filter;
		else if (!quote)
			depth += (*filter == '(') - (*filter == ')');
		if (!depth)
			return !filter[1];
	}
	return false;
}

void crumb_write(struct step *s, const char *join, const char *name)
{
	bool bracketed = is_bracketed(s->filter);

	snprintf(s->crumb, sizeof(s->crumb), "%s%s%.200s %s%s%s", s->label, join, name,
		 bracketed ? "" : "(", s->filter, bracketed ? "" : ")");
}

/* "threads of dd (pid=12)" */
static void crumb_make(struct step *s, const struct query *from, const void *row)
{
	const char *name = row ? row_name(from->panel, s->filter, row) : NULL;

	crumb_write(s, !name ? "" : is_of_process(s->filter) ? " of " : ": ", name ? name : "");
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

static void step_init(struct step *s, const struct panel *p, const struct link *link)
{
	s->panel = p;
	s->page = NULL;
	s->group = link ? link->group : NULL;
	s->label = link && link->label ? link->label : p->name;
}

static void steps_add(struct ui *ui, const struct link *link, const struct query *from,
		      const void *row)
{
	for (; link && link->on && ui->n_steps < STEPS_MAX; link++) {
		struct step *s = &ui->steps[ui->n_steps];

		if (!link_filter(link, from, row, s->filter, sizeof(s->filter)))
			continue;
		step_init(s, link_target(link, from->panel), link);
		crumb_make(s, from, row);
		ui->n_steps += step_is_new(link, s, from);
	}
}

static const char *row_text(const struct panel *p, const char *name, const void *row)
{
	const struct column *c = panel_column(p, name);

	return c && column_is_known(c, row) ? column_str(c, row) : "";
}

static uint64_t row_number(const struct panel *p, const char *name, const void *row)
{
	const struct column *c = panel_column(p, name);

	return c && column_is_known(c, row) ? column_u64(c, row) : 0;
}

/* False: the row has not what the page is about, or one comes from there. */
static bool page_add(struct step *s, const struct page *page, const struct query *from,
		     const void *row, const struct page_view *now)
{
	const struct column *on = panel_column(from->panel, page->link.on);

	if (!on || !column_is_known(on, row) ||
	    !link_filter(&page->link, from, row, s->filter, sizeof(s->filter)))
		return false;
	step_init(s, panel_find(page->sections->panel), &page->link);
	s->page = page;
	s->pid = (uint32_t)row_number(from->panel, "pid", row);
	s->start_ns = row_number(from->panel, "start_ns", row);
	snprintf(s->cgroup, sizeof(s->cgroup), "%s", row_text(from->panel, "cgroup", row));
	crumb_make(s, from, row);
	return !now || now->def != page ||
	       (page->below ? strcmp(now->cgroup, s->cgroup) != 0
			    : now->pid != s->pid || now->start_ns != s->start_ns);
}

bool step_to_page(struct ui *ui, struct step *s)
{
	const struct query *from;
	const void *row = level_selection(ui, &from);

	for (const struct page *p = pages; row && p->name; p++)
		if (page_add(s, p, from, row, ui_level(ui)->page))
			return true;
	return false;
}

int steps_of_row(struct ui *ui)
{
	const struct query *from;
	const void *row = level_selection(ui, &from);

	ui->n_steps = 0;
	for (const struct page *p = pages; row && p->name; p++)
		ui->n_steps += page_add(&ui->steps[ui->n_steps], p, from, row, NULL);
	if (row)
		steps_add(ui, from->panel->links, from, row);
	if (row)
		steps_add(ui, links_shared, from, row);
	return ui->n_steps;
}

/* On what the page is about, whichever of its rows is selected. */
static bool subject_to_panel(const struct page_view *page, struct step *s, const struct panel *p)
{
	if (!panel_column(p, page->def->link.on))
		return false;
	step_init(s, p, NULL);
	snprintf(s->filter, sizeof(s->filter), "%s", page->subject);
	crumb_make(s, NULL, NULL);
	return strlen(page->subject) < sizeof(s->filter);
}

bool step_to_panel(struct ui *ui, struct step *s, const struct panel *p)
{
	const struct query *from;
	const void *row = level_selection(ui, &from);

	if (ui_level(ui)->page)
		return subject_to_panel(ui_level(ui)->page, s, p);
	if (!row ||
	    !link_filter_keys(p, columns_shared, from, row, s->filter, sizeof(s->filter)))
		return false;
	step_init(s, p, NULL);
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
