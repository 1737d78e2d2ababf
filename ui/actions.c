/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keys do to the table and to the program; sort.c and ask.c have those about queries. */
#include <stdio.h>
#include <string.h>

#include "core/format.h"
#include "ui/app.h"
#include "ui/bindings.h"

#define ON_MAX 40 /* cells of what a panel is opened on, in the menu */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void action_quit(struct ui *ui, int key)
{
	(void)key;
	ui->quit = true;
}

void action_help(struct ui *ui, int key)
{
	(void)key;
	view_push(ui, view_help_new(ui));
}

void action_panel(struct ui *ui, int key)
{
	if (key - '1' < ui->n_order)
		level_open(ui, ui->order[key - '1']);
}

/* The key that opens a panel; a blank: it has none. */
static char panel_key(const struct ui *ui, const struct panel *p)
{
	for (int i = 0; i < ui->n_order && i < 9; i++)
		if (ui->order[i] == p)
			return (char)('1' + i);
	return ' ';
}

/* What it is about, as the menu has room for it; size: 4 bytes for each of ON_MAX cells. */
static void step_text(const struct step *s, char *buf, size_t size)
{
	char clean[3 * sizeof(s->filter)];
	int width;

	text_for_terminal(clean, sizeof(clean), s->filter);
	width = text_width(clean);
	text_fit(buf, size, clean, width < ON_MAX ? width : ON_MAX, false, true);
}

/* All panels, and below them those that can be opened on the selected row. */
static void panel_chosen(struct ui *ui, int index)
{
	if (index < (int)ui->n_bases)
		level_open(ui, panels[index]);
	else
		level_drill(ui, &ui->steps[index - (int)ui->n_bases]);
}

void action_panel_menu(struct ui *ui, int key)
{
	char text[16 + STEPS_MAX][256], filter[200];
	const char *labels[COUNT(text)];
	int n = 0, current = 0, on = steps_to_panels(ui);

	(void)key;
	for (; panels[n] && n < 16; n++) {
		const struct panel *p = panels[n];

		snprintf(text[n], sizeof(text[n]), "%c %-9s %s", panel_key(ui, p), p->name,
			 p->title);
		if (p == ui_level(ui)->q.panel)
			current = n;
	}
	for (int i = 0; i < on; i++, n++) {
		const struct step *s = &ui->steps[i];

		step_text(s, filter, sizeof(filter));
		snprintf(text[n], sizeof(text[n]), "%c %-9s of %s", panel_key(ui, s->panel),
			 s->panel->name, filter);
	}
	for (int i = 0; i < n; i++)
		labels[i] = text[i];
	view_push(ui, view_menu_new("Panels", labels, n, current, panel_chosen));
}

void action_panel_next(struct ui *ui, int key)
{
	int n = ui->n_order, i = 0;

	while (i < n && ui->order[i] != ui_level(ui)->q.panel)
		i++;
	/* one that has no tab is behind the last */
	if (key == K_TAB)
		i = i + 1 < n ? i + 1 : 0;
	else
		i = (i > 0 ? i : n) - 1;
	level_open(ui, ui->order[i]);
}

void action_move(struct ui *ui, int key)
{
	const struct level *l = ui_level(ui);
	size_t n = ui->table ? ui->table->n : 0, to = l->cursor;
	size_t page = ui->area.rows > 1 ? (size_t)ui->area.rows - 1 : 1;

	if ((key == K_HOME || key == K_END) && past_end(ui, key))
		return;
	if (key == K_UP || key == 'k')
		to -= to > 0;
	else if (key == K_DOWN || key == 'j')
		to++;
	else if (key == K_PAGE_UP)
		to -= to > page ? page : to;
	else if (key == K_PAGE_DOWN)
		to += page;
	else
		to = key == K_HOME || !n ? 0 : n - 1;
	level_select(ui, to);
}

void action_scroll_columns(struct ui *ui, int key)
{
	struct level *l = ui_level(ui);
	const struct column *columns[64];
	int n = (int)query_columns(&l->q, columns, COUNT(columns));

	l->skip += key == K_LEFT ? -1 : 1;
	if (l->skip > n - 2)
		l->skip = n - 2;
	if (l->skip < 0)
		l->skip = 0;
}

static void drill_chosen(struct ui *ui, int index)
{
	level_drill(ui, &ui->steps[index]);
}

static void drill_refuse(struct ui *ui, const void *row)
{
	const struct column *unknown = row ? row_unknown_key(&ui_level(ui)->q, row) : NULL;

	if (unknown)
		ui_message(ui, ROLE_WARNING, "nothing further to see: this row has no %s",
			   unknown->name);
	else
		ui_message(ui, ROLE_WARNING, "nothing further to see of this row");
}

/* Rows move under the hand: the menu says whose it is. */
static void menu_title(char *buf, size_t size, const struct panel *p, const void *row)
{
	const struct column *comm = panel_column(p, "comm"), *pid = panel_column(p, "pid");
	bool named = comm && column_is_known(comm, row);

	if (named && pid && column_is_known(pid, row) && column_u64(pid, row))
		snprintf(buf, size, "Show for %s %llu", column_str(comm, row),
			 (unsigned long long)column_u64(pid, row));
	else if (named)
		snprintf(buf, size, "Show for %s", column_str(comm, row));
	else
		snprintf(buf, size, "Show");
}

void action_drill(struct ui *ui, int key)
{
	const char *labels[STEPS_MAX];
	const void *row = level_row(ui);
	int n = steps_of_row(ui);
	char title[64];

	(void)key;
	if (!n) {
		drill_refuse(ui, row);
		return;
	}
	if (n == 1) {
		drill_chosen(ui, 0);
		return;
	}
	for (int i = 0; i < n; i++)
		labels[i] = ui->steps[i].label;
	menu_title(title, sizeof(title), ui_level(ui)->q.panel, row);
	view_push(ui, view_menu_new(title, labels, n, 0, drill_chosen));
}

void action_page(struct ui *ui, int key)
{
	struct step step;

	(void)key;
	if (step_to_page(ui, &step))
		level_drill(ui, &step);
	else
		ui_message(ui, ROLE_WARNING,
			   ui_level(ui)->page ? "this is its page"
					      : "this row has no process and no control group");
}

void action_back(struct ui *ui, int key)
{
	if (key == K_ESC && going_stop(ui))
		return;
	if (!pick_undo(ui) && !level_up(ui))
		ui->search[0] = '\0'; /* nothing is highlighted any more */
}

void action_follow(struct ui *ui, int key)
{
	const struct level *l = ui_level(ui);

	(void)key;
	if (!l->pinned && !level_row(ui))
		ui_message(ui, ROLE_WARNING, "no row here to follow");
	else
		level_pin(ui, !l->pinned);
}

void action_threads(struct ui *ui, int key)
{
	struct query *q = &ui_level(ui)->q;
	const struct tree_kind *tree = q->tree;
	char group[256] = "", error[300];
	bool threads = query_by_thread(q);
	size_t at = 0;

	(void)key;
	if (!panel_column(q->panel, "tid")) {
		ui_message(ui, ROLE_WARNING, "%s knows no threads", q->panel->name);
		return;
	}
	for (size_t i = 0; i < q->n_keys; i++)
		if (strcmp(q->keys[i]->name, "tid"))
			at += (size_t)snprintf(group + at, sizeof(group) - at, "%s,",
					       q->keys[i]->name);
	snprintf(group + at, sizeof(group) - at, "%s", threads ? "" : "tid");
	if (query_set_group(q, group, error, sizeof(error)))
		ui_message(ui, ROLE_ERROR, "%s", error);
	q->tree = tree; /* back from the threads it shows again */
	ui_refresh(ui);
}

void action_all(struct ui *ui, int key)
{
	struct query *q = &ui_level(ui)->q;

	(void)key;
	q->all = !q->all;
	ui_message(ui, ROLE_TEXT, q->all ? "all rows" : "the panel's usual rows");
	summary_open(&ui->summary, q);
	ui_refresh(ui);
}

void action_pause(struct ui *ui, int key)
{
	(void)key;
	ui_pause(ui, !ui->paused);
}

void action_trend(struct ui *ui, int key)
{
	static const char *const names[] = {
		[TREND_WIDE] = "trend on wide screens",
		[TREND_ON] = "trend always",
		[TREND_OFF] = "no trend",
	};

	(void)key;
	ui->trend = (ui->trend + 1) % COUNT(names);
	ui_message(ui, ROLE_TEXT, "%s", names[ui->trend]);
}

void interval_set(struct ui *ui, uint64_t ns)
{
	bool other = ns != ui->options.interval_ns;

	ui->options.interval_ns = ns;
	ui->options.as_recorded = false;
	ui_message(ui, ROLE_TEXT, "interval %g s", (double)ns / 1e9);
	if (other && ui->interval_changed)
		ui->interval_changed(ui);
}

void action_interval(struct ui *ui, int key)
{
	static const uint64_t steps_ms[] = { 100,   200,   500,	   1000,   2000,    5000,   10000,
					     20000, 60000, 300000, 600000, 1800000, 3600000 };
	uint64_t now_ms = ui->options.interval_ns / 1000000, to_ms = now_ms;

	if (!ui->session.source->live) {
		past_speed(ui, key == '+');
		return;
	}
	for (size_t i = 0; i < COUNT(steps_ms); i++) {
		if (key == '-' && steps_ms[i] < now_ms)
			to_ms = steps_ms[i];
		if (key == '+' && steps_ms[i] > now_ms) {
			to_ms = steps_ms[i];
			break;
		}
	}
	interval_set(ui, to_ms * 1000000);
}

void action_record(struct ui *ui, int key)
{
	char path[300];

	(void)key;
	if (ui->recorder) {
		record_stop(ui);
		return;
	}
	file_name(ui, NULL, "rec", path, sizeof(path));
	record_start(ui, path);
}

void action_redraw(struct ui *ui, int key)
{
	(void)key;
	if (ui->repaint)
		ui->repaint(ui);
}
