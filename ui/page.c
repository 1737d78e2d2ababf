/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages: what they show, and moving about in them. */
#include "ui/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/app.h"

#define FILTER_MAX 2600

/* col^=PATH/ as a filter says it. */
static void below_append(char *buf, size_t size, const char *name, const char *path)
{
	char prefix[600], column[40];
	const char *value = prefix;
	const struct column c = { .name = column, .kind = COL_STR };

	snprintf(column, sizeof(column), "%s^", name);
	snprintf(prefix, sizeof(prefix), "%s/", path);
	filter_format_equal(buf, size, &c, &value);
}

/* What panels are opened on from here. */
static char *subject_make(const struct step *step)
{
	const struct page *def = step->page;
	char text[FILTER_MAX];
	size_t at;

	/* of a row of a tree the filter has them already */
	if (!def->below || strstr(step->filter, "^=") || !step->cgroup[0] || !strcmp(step->cgroup, "/"))
		return xstrdup(step->filter);
	snprintf(text, sizeof(text), "(%s or ", step->filter);
	below_append(text, sizeof(text), def->link.on, step->cgroup);
	at = strlen(text);
	snprintf(text + at, sizeof(text) - at, ")");
	return xstrdup(text);
}

struct page_view *page_new(const struct step *step)
{
	struct page_view *p = xcalloc(1, sizeof(*p));
	char filter[FILTER_MAX];

	p->def = step->page;
	/* a control group is opened from the row of one process, and is about all of them */
	p->pid = p->def->below ? 0 : step->pid;
	p->start_ns = p->def->below ? 0 : step->start_ns;
	p->cgroup = step->page->below ? xstrdup(step->cgroup) : NULL;
	p->subject = subject_make(step);
	/* another process may get the pid; rows of which nobody knows the start are shown */
	if (p->start_ns)
		snprintf(filter, sizeof(filter), "%s and (start_ns=%llu or start_ns=0)", p->subject,
			 (unsigned long long)p->start_ns);
	else
		snprintf(filter, sizeof(filter), "%s", p->subject);
	summary_init(&p->set);
	summary_open_sections(&p->set, p->def->sections, filter);
	for (int i = 0; i < p->set.n; i++)
		p->sections[i].trail = trail_new();
	return p;
}

void page_free(struct page_view *p)
{
	if (!p)
		return;
	for (int i = 0; i < p->set.n; i++)
		trail_free(p->sections[i].trail);
	summary_done(&p->set);
	free(p->subject);
	free(p->cgroup);
	free(p);
}

static size_t section_size(const struct page_view *p, int i)
{
	return p->set.blocks[i].table ? p->set.blocks[i].table->n : 0;
}

/* The selection stays with its row, and in a section that has rows. */
static void selection_restore(struct page_view *p)
{
	for (int i = 0; i < p->set.n; i++) {
		struct page_section *sec = &p->sections[i];
		const struct summary_block *b = &p->set.blocks[i];
		size_t n = section_size(p, i);
		struct identity id;

		identity_init(&id, &b->q);
		for (size_t row = 0; sec->cursor && row < n; row++)
			if (identity_hash(&id, table_row(b->table, row)) == sec->selected) {
				sec->cursor = row;
				break;
			}
		if (sec->cursor >= n)
			sec->cursor = n ? n - 1 : 0;
	}
	for (int i = 0; i < p->set.n && !section_size(p, p->focus); i++)
		p->focus = (p->focus + 1) % p->set.n;
}

static void lines_refresh(struct page_view *p, const struct frame *cur, const struct facts *facts)
{
	const struct page_subject subject = {
		.cur = cur,
		.facts = facts,
		.pid = p->pid,
		.start_ns = p->start_ns,
		.cgroup = p->cgroup,
	};
	struct page_line lines[PAGE_LINES];
	int n = p->def->about(&subject, lines);

	p->gone = n == 0;
	if (p->gone)
		return;
	memcpy(p->lines, lines, (size_t)n * sizeof(lines[0]));
	p->n_lines = n;
	p->seen_ns = cur->wall_ns;
}

void page_see(struct ui *ui, struct page_view *p)
{
	uint64_t id = ui_frame_id(ui);

	lines_refresh(p, ui_frame(ui), ui_facts(ui));
	for (int i = 0; i < p->set.n; i++) {
		struct trail *t = p->sections[i].trail;

		trail_open(t, &p->set.blocks[i].q);
		trail_seek(t, id);
		if (!trail_has(t, id))
			trail_add(t, id, p->set.blocks[i].table);
	}
	selection_restore(p);
}

const void *page_row(const struct page_view *p, const struct query **ret_q)
{
	const struct summary_block *b = &p->set.blocks[p->focus];

	*ret_q = &b->q;
	return p->sections[p->focus].cursor < section_size(p, p->focus)
		       ? table_row(b->table, p->sections[p->focus].cursor)
		       : NULL;
}

static void row_select(struct page_view *p, int section, size_t row)
{
	struct page_section *sec = &p->sections[section];
	const struct summary_block *b = &p->set.blocks[section];

	p->focus = section;
	sec->cursor = row;
	sec->selected = row_identity(&b->q, table_row(b->table, row));
}

/* From section to section, those without rows left out; false: there is none further on. */
static bool section_step(struct page_view *p, int by, bool round)
{
	int i = p->focus;

	do {
		i += by;
		if (round)
			i = (i + p->set.n) % p->set.n;
		if (i < 0 || i >= p->set.n)
			return false;
	} while (!section_size(p, i) && i != p->focus);
	p->focus = i;
	return true;
}

static void row_step(struct page_view *p, int by)
{
	size_t at = p->sections[p->focus].cursor, n = section_size(p, p->focus);

	if (by < 0 && at > 0)
		row_select(p, p->focus, at - 1);
	else if (by > 0 && at + 1 < n)
		row_select(p, p->focus, at + 1);
	else if (section_step(p, by, false))
		row_select(p, p->focus, by > 0 ? 0 : section_size(p, p->focus) - 1);
}

static void page_move(struct ui *ui, struct page_view *p, int code)
{
	int rows = ui->area.rows > 1 ? ui->area.rows - 1 : 1;
	int by = code == K_UP || code == 'k' || code == K_PAGE_UP || code == K_HOME ? -1 : 1;
	int n = code == K_PAGE_UP || code == K_PAGE_DOWN ? rows : 1;

	if ((code == K_HOME || code == K_END) && past_end(ui, code))
		return;
	if (code == K_HOME || code == K_END)
		while (section_step(p, by, false))
			;
	if ((code == K_HOME || code == K_END) && section_size(p, p->focus))
		row_select(p, p->focus, by < 0 ? 0 : section_size(p, p->focus) - 1);
	else
		while (n--)
			row_step(p, by);
}

/* The panel of the section, on the row. */
static void page_enter(struct ui *ui, struct page_view *p)
{
	const struct summary_block *b = &p->set.blocks[p->focus];
	struct step step = { .panel = b->q.panel, .group = b->def->opens, .label = b->def->label };
	const struct query *q;
	const void *row = page_row(p, &q);
	char keys[sizeof(step.filter)];
	bool enough;

	if (!row) {
		ui_message(ui, ROLE_WARNING, "no row here to go on from");
		return;
	}
	link_filter_keys(q->panel, columns_shared, q, row, keys, sizeof(keys));
	enough = !strncmp(keys, "pid=", 4) || !strncmp(keys, "tid=", 4);
	if (snprintf(step.filter, sizeof(step.filter), "%s%s%s", enough ? "" : p->subject,
		     enough || !keys[0] ? "" : " and ", keys) >= (int)sizeof(step.filter))
		snprintf(step.filter, sizeof(step.filter), "%s", keys);
	crumb_write(&step, "", "");
	level_drill(ui, &step);
}

static bool page_click(struct page_view *p, const struct key_event *key)
{
	for (int i = 0; i < p->set.n; i++) {
		const struct page_section *sec = &p->sections[i];
		size_t row = sec->top + (size_t)(key->y - sec->y);

		if (key->y < sec->y || key->y >= sec->y + sec->rows || row >= section_size(p, i))
			continue;
		row_select(p, i, row);
		return true;
	}
	return false;
}

bool page_key(struct ui *ui, struct page_view *p, const struct key_event *key)
{
	const struct keymap_entry *entry = keymap_find(&ui->keymap, key->code);
	const struct binding *b = entry ? entry->binding : NULL;

	if (key->code == K_CLICK)
		return page_click(p, key);
	if (key->code == K_WHEEL_UP || key->code == K_WHEEL_DOWN)
		for (int i = 0; i < 3; i++)
			row_step(p, key->code == K_WHEEL_UP ? -1 : 1);
	else if (!b)
		return false;
	else if (b->run == action_move)
		page_move(ui, p, entry->as);
	else if (b->run == action_panel_next)
		section_step(p, entry->as == K_TAB ? 1 : -1, true);
	else if (b->run == action_drill)
		page_enter(ui, p);
	else if (b->run == action_back || b->run == action_page)
		return false;
	else if (b->group == KEYS_ROWS || b->group == KEYS_FILTERS || b->group == KEYS_MOVING)
		ui_message(ui, ROLE_WARNING, "not on a page: Enter opens the panel of a section");
	else
		return false;
	return true;
}
