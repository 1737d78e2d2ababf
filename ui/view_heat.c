/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The heat map: latencies of the level's rows over time, in place of the rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"
#include "ui/header.h"
#include "ui/heat.h"

#define TIME_GAP 12 /* cells from one time of the axis to the next, at least */

struct heat_view {
	struct view view;
	struct backfill *backfill;
	struct heat heat; /* as drawn last */
	bool follows;	  /* the cursor stays at the moment that is shown */
	uint64_t at;	  /* interval of the cursor */
	uint64_t latency; /* of the cursor, ns */
	bool marks;
};

/* The oldest and the newest interval that there may be. */
static void range(const struct ui *ui, uint64_t *ret_first, uint64_t *ret_last)
{
	if (past_range(ui, ret_first, ret_last))
		return;
	*ret_last = ui_frame_id(ui);
	*ret_first = *ret_last < TRAIL_POINTS ? 1 : *ret_last - TRAIL_POINTS + 1;
}

/* The moment that is shown is at the right, unless the cursor is further on or does not fit. */
static uint64_t window_end(const struct heat_view *v, uint64_t shown, int columns)
{
	uint64_t end = v->at > shown ? v->at : shown;

	return end - v->at < (uint64_t)columns ? end : v->at + (uint64_t)columns - 1;
}

static void cursor_place(const struct ui *ui, struct heat_view *v)
{
	uint64_t first, last;

	range(ui, &first, &last);
	if (v->follows)
		v->at = ui_frame_id(ui);
	if (v->at < first)
		v->at = first;
	if (v->at > last)
		v->at = last;
}

static void cursor_move(const struct ui *ui, struct heat_view *v, int64_t by)
{
	uint64_t first, last;

	range(ui, &first, &last);
	if (by < 0 && v->at < first + (uint64_t)-by)
		v->at = first;
	else if (by > 0 && v->at + (uint64_t)by > last)
		v->at = last;
	else
		v->at += (uint64_t)by;
	v->follows = v->at == ui_frame_id(ui);
}

static void latency_move(struct heat_view *v, int by)
{
	int row = heat_row(&v->heat, v->latency) + by;

	if (row >= 0 && row < v->heat.rows)
		v->latency = heat_low(&v->heat, row);
}

static void heat_enter(struct ui *ui, const struct heat_view *v)
{
	uint64_t at = v->at;

	view_pop(ui);
	if (at != ui_frame_id(ui))
		past_goto(ui, at);
}

static void heat_click(const struct ui *ui, struct heat_view *v, const struct key_event *key)
{
	const struct heat *h = &v->heat;
	int column = key->x - h->x, row = h->y + h->rows - 1 - key->y;

	if (column < 0 || column >= h->columns || row < 0 || row >= h->rows)
		return;
	v->at = h->end;
	cursor_move(ui, v, column - (h->columns - 1));
	v->latency = heat_low(h, row);
}

static bool heat_move(struct ui *ui, struct heat_view *v, int key)
{
	int page = v->heat.columns > 2 ? v->heat.columns / 2 : 1;

	switch (key) {
	case K_LEFT:
	case K_WHEEL_UP:
		cursor_move(ui, v, -1);
		return true;
	case K_RIGHT:
	case K_WHEEL_DOWN:
	case 'l':
		cursor_move(ui, v, 1);
		return true;
	case K_PAGE_UP:
		cursor_move(ui, v, -page);
		return true;
	case K_PAGE_DOWN:
		cursor_move(ui, v, page);
		return true;
	case K_HOME:
		cursor_move(ui, v, INT64_MIN / 2);
		return true;
	case K_END:
		cursor_move(ui, v, INT64_MAX / 2);
		return true;
	case K_UP:
	case 'k':
		latency_move(v, 1);
		return true;
	case K_DOWN:
	case 'j':
		latency_move(v, -1);
		return true;
	}
	return false;
}

static bool heat_key(struct ui *ui, struct view *view, const struct key_event *key)
{
	struct heat_view *v = (struct heat_view *)view;

	if (key->code == K_CLICK) {
		heat_click(ui, v, key);
		if (key->twice)
			heat_enter(ui, v);
		return true;
	}
	if (heat_move(ui, v, key->code))
		return true;
	switch (key->code) {
	case K_ENTER:
		heat_enter(ui, v);
		return true;
	case K_ESC:
	case K_BACKSPACE:
	case 'L':
		view_pop(ui);
		return true;
	case '%':
		v->marks = !v->marks;
		return true;
	}
	return false;
}

/* A panel says what its latencies are where it has a histogram of them. */
static const char *latency_name(const struct panel *p)
{
	for (const struct summary *b = p->summary; b && b->kind != SUMMARY_END; b++)
		if (b->kind == SUMMARY_HIST && b->label && !b->panel)
			return b->label;
	return "latency";
}

static void title_draw(const struct ui *ui, const struct heat_view *v, struct screen *s, int y)
{
	const struct panel *p = ui_level(ui)->q.panel;
	/* where the first line, which says so, has no room */
	bool past = y == 0 && ui->past && ui->session.source->live;
	enum role role = past ? ROLE_PAST : ROLE_HEADING;
	char text[200];
	int x;

	screen_fill(s, y, 0, s->width, role);
	snprintf(text, sizeof(text), "%s%s: %s over time", past ? "PAST " : "", p->name,
		 latency_name(p));
	screen_text(s, y, 0, s->width, role, text);
	x = text_width(text) + 3;
	if (v->marks && x + 15 <= s->width)
		x += screen_text(s, y, x, s->width - x, ROLE_HEADING, "o p50  x p99") + 3;
	if (s->width - x >= 18)
		heat_legend(s, y, s->width - 18, 18);
}

/* A line where intervals are known, and the time of some of them. */
static void axis_draw(const struct ui *ui, const struct heat *h, struct screen *s, int y,
		      bool times)
{
	int step = TIME_GAP, free_from = h->x;
	char text[16];

	for (int column = 0; column < h->columns; column++) {
		const struct trail_point *p = heat_point(h, ui->backfill.trail, column);

		if (!p)
			continue;
		screen_text(s, y, h->x + column, 1, ROLE_DIM, "─");
		if (!times || p->id % (uint64_t)step || h->x + column < free_from ||
		    h->x + column + 8 > s->width)
			continue;
		clock_text(text, sizeof(text), p->wall_ns);
		screen_text(s, y, h->x + column, 1, ROLE_DIM, "┴");
		screen_text(s, y + 1, h->x + column, 8, ROLE_DIM, text);
		free_from = h->x + column + step;
	}
}

static void cursor_draw(const struct heat_view *v, struct screen *s, int axis_y)
{
	const struct heat *h = &v->heat;
	int x = h->x + h->columns - 1 - (int)(h->end - v->at);
	int y = h->y + h->rows - 1 - heat_row(h, v->latency);

	if (x < h->x)
		return;
	screen_mark(s, y, x, 1, ROLE_SELECTED);
	screen_mark(s, y, 0, HEAT_GUTTER - 1, ROLE_SELECTED);
	if (axis_y >= 0)
		screen_text(s, axis_y, x, 1, ROLE_VALUE, "▲");
}

/* "10:15:04  34 of 1200  1.0ms - 2.1ms  p50 ..." */
static void status_draw(const struct ui *ui, const struct heat_view *v, struct screen *s, int y)
{
	const struct heat *h = &v->heat;
	const struct trail_point *p =
		heat_point(h, ui->backfill.trail, h->columns - 1 - (int)(h->end - v->at));
	int row = heat_row(h, v->latency), x;
	char clock[16], low[16], high[16], n[16], all[16];
	struct lat lat;

	screen_fill(s, y, 0, s->width, ROLE_TEXT);
	if (!p) {
		screen_text(s, y, 0, s->width, ROLE_DIM, "not known");
		return;
	}
	clock_text(clock, sizeof(clock), p->wall_ns);
	x = screen_printf(s, y, 0, s->width, ROLE_VALUE, "%s ", clock);
	format_count(n, sizeof(n), (double)heat_count(h, p, row));
	format_count(all, sizeof(all), (double)p->lat.count);
	x += screen_printf(s, y, x, s->width - x, ROLE_TEXT, "%s of %s  ", n, all);
	format_ns(low, sizeof(low), (double)heat_low(h, row));
	format_ns(high, sizeof(high), (double)heat_low(h, row + 1));
	x += screen_printf(s, y, x, s->width - x, ROLE_TEXT,
			   row + 1 < h->rows ? "%s - %s  " : "%s and more  ", low, high);
	lat = p->lat;
	lat_finish(&lat);
	for (int i = 0; i < 3 && lat.count; i++) {
		static const char *const names[] = { "p50 ", "p99 ", "max " };

		format_ns(low, sizeof(low),
			  (double)(i == 0   ? lat.p50_ns
				   : i == 1 ? lat.p99_ns
					    : lat.max_ns));
		if (x + 4 + (int)strlen(low) > s->width)
			break;
		x += screen_text(s, y, x, s->width - x, ROLE_LABEL, names[i]);
		x += screen_text(s, y, x, s->width - x, ROLE_VALUE, low) + 2;
	}
}

static void hint_draw(const struct ui *ui, struct screen *s, int y)
{
	char going[64];

	if (ui->message[0])
		screen_fit(s, y, 0, s->width, ui->message_role, ui->message, false, true);
	else if (going_text(ui, going, sizeof(going)))
		screen_fit(s, y, 0, s->width, ROLE_STATE, going, false, true);
	else
		screen_fit(s, y, 0, s->width, ROLE_DIM,
			   "arrows: cursor  Enter: that moment  %: percentiles  Esc: back", false,
			   true);
}

/* Header, tabs, way down, title, shades, axis, times, status, hint: what there is room for. */
static void heat_view_draw(struct ui *ui, struct view *view, struct screen *s)
{
	struct heat_view *v = (struct heat_view *)view;
	int h = s->height, y = 0, below = (h >= 3) + (h >= 7) + (h >= 9) + (h >= 8), axis_y = -1;
	int columns = s->width > HEAT_GUTTER ? s->width - HEAT_GUTTER : 1;

	screen_clear(s);
	if (h >= 6)
		header_draw(ui, s, y++, false);
	if (h >= 14)
		tabs_draw(ui, s, y++);
	if (h >= 9 && context_wanted(ui))
		context_draw(ui, s, y++);
	if (h >= 2)
		title_draw(ui, v, s, y++);
	if (!panel_latency(ui_level(ui)->q.panel)) {
		screen_printf(s, y, 0, s->width, ROLE_DIM, "%s has no latencies",
			      ui_level(ui)->q.panel->name);
		return;
	}
	cursor_place(ui, v);
	heat_init(&v->heat, ui->backfill.trail, y, h - y - below, s->width,
		  window_end(v, ui_frame_id(ui), columns < TRAIL_POINTS ? columns : TRAIL_POINTS));
	ui->backfill.newest = v->heat.end;
	ui->backfill.reach = (uint64_t)v->heat.columns;
	heat_draw(&v->heat, s, ui->backfill.trail, v->marks);
	y += v->heat.rows;
	if (h >= 7) {
		axis_y = y;
		axis_draw(ui, &v->heat, s, y, h >= 9);
		y += 1 + (h >= 9);
	}
	cursor_draw(v, s, axis_y);
	if (h >= 3)
		status_draw(ui, v, s, y++);
	if (h >= 8)
		hint_draw(ui, s, h - 1);
}

static void heat_free(struct view *view)
{
	struct heat_view *v = (struct heat_view *)view;

	v->backfill->newest = 0;
	v->backfill->reach = TRAIL_VALUES;
	free(v);
}

static const struct view_class heat_class = {
	.name = "heat map",
	.key = heat_key,
	.draw = heat_view_draw,
	.free = heat_free,
	.keys_pass = true,
};

void action_heat(struct ui *ui, int key)
{
	struct heat_view *v;

	(void)key;
	if (!panel_latency(ui_level(ui)->q.panel)) {
		ui_message(ui, ROLE_WARNING, "%s has no latencies", ui_level(ui)->q.panel->name);
		return;
	}
	v = xcalloc(1, sizeof(*v));
	v->view.class = &heat_class;
	v->backfill = &ui->backfill;
	v->follows = v->marks = true;
	v->latency = 1 << 20;
	/* keys may come before it is drawn */
	v->at = ui_frame_id(ui);
	v->heat = (struct heat){ .merge = 1 };
	view_push(ui, &v->view);
}
