/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choosing columns: those that are shown are marked, and in their order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"
#include "ui/popup.h"
#include "ui/settings.h"

struct chooser {
	struct view view;
	const struct panel *panel;
	struct {
		const struct column *column;
		bool shown;
	} lines[QUERY_COLUMNS];
	int n, current, top;
	const struct column *before[QUERY_COLUMNS]; /* for Esc; 0: the panel's own */
	size_t n_before;
	int x, y, width, rows; /* as drawn last */
};

static void line_add(struct chooser *c, const struct column *column, bool shown)
{
	for (int i = 0; i < c->n; i++)
		if (c->lines[i].column == column)
			return;
	if (c->n < QUERY_COLUMNS) {
		c->lines[c->n].column = column;
		c->lines[c->n++].shown = shown;
	}
}

static void lines_fill(struct ui *ui, struct chooser *c)
{
	const struct column *shown[QUERY_COLUMNS];
	size_t n = columns_get(ui, c->panel, shown);

	c->n = 0;
	for (size_t i = 0; i < n; i++)
		line_add(c, shown[i], true);
	for (const struct column *column = c->panel->columns; column->name; column++)
		if (column_is_exported(column))
			line_add(c, column, false);
}

static void lines_show(struct ui *ui, const struct chooser *c)
{
	const struct column *shown[QUERY_COLUMNS];
	size_t n = 0;

	for (int i = 0; i < c->n; i++)
		if (c->lines[i].shown)
			shown[n++] = c->lines[i].column;
	columns_set(ui, c->panel, shown, n);
}

static void line_toggle(struct ui *ui, struct chooser *c)
{
	int shown = 0;

	for (int i = 0; i < c->n; i++)
		shown += c->lines[i].shown;
	if (shown == 1 && c->lines[c->current].shown) {
		ui_message(ui, ROLE_WARNING, "one column has to stay");
		return;
	}
	c->lines[c->current].shown = !c->lines[c->current].shown;
	lines_show(ui, c);
}

static void line_select(struct chooser *c, int to)
{
	c->current = to < 0 ? 0 : to >= c->n ? c->n - 1 : to;
}

static void line_carry(struct ui *ui, struct chooser *c, int by)
{
	int from = c->current, to = from + by;

	if (to < 0 || to >= c->n)
		return;
	for (size_t i = 0; i < sizeof(c->lines[0]); i++) {
		char *a = (char *)&c->lines[from] + i, *b = (char *)&c->lines[to] + i, kept = *a;

		*a = *b;
		*b = kept;
	}
	c->current = to;
	lines_show(ui, c);
}

static void own_again(struct ui *ui, struct chooser *c)
{
	columns_set(ui, c->panel, NULL, 0);
	lines_fill(ui, c);
	line_select(c, 0);
}

static void chooser_click(struct ui *ui, struct chooser *c, const struct key_event *key)
{
	int i = c->top + key->y - c->y;

	if (key->x < c->x || key->x >= c->x + c->width || key->y < c->y ||
	    key->y >= c->y + c->rows || i >= c->n) {
		view_pop(ui);
		return;
	}
	c->current = i;
	line_toggle(ui, c);
}

/* False: it is no key that moves. */
static bool move_key(struct ui *ui, struct chooser *c, int key)
{
	static const struct {
		int key, by;
		bool carries;
	} moves[] = {
		{ K_UP, -1, false },	    { 'k', -1, false },	    { K_WHEEL_UP, -1, false },
		{ K_DOWN, 1, false },	    { 'j', 1, false },	    { K_WHEEL_DOWN, 1, false },
		{ K_HOME, -1000, false },   { K_END, 1000, false }, { K_PAGE_UP, -10, false },
		{ K_PAGE_DOWN, 10, false }, { 'K', -1, true },	    { '<', -1, true },
		{ 'J', 1, true },	    { '>', 1, true },
	};

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		if (moves[i].key != key)
			continue;
		if (moves[i].carries)
			line_carry(ui, c, moves[i].by);
		else
			line_select(c, c->current + moves[i].by);
		return true;
	}
	return false;
}

static bool chooser_key(struct ui *ui, struct view *v, const struct key_event *key)
{
	struct chooser *c = (struct chooser *)v;

	if (move_key(ui, c, key->code))
		return true;
	switch (key->code) {
	case ' ':
		line_toggle(ui, c);
		break;
	case 'r':
		own_again(ui, c);
		break;
	case K_ENTER:
		view_pop(ui);
		break;
	case K_ESC:
	case K_BACKSPACE:
	case K_F1 + 9:
		columns_set(ui, c->panel, c->before, c->n_before);
		view_pop(ui);
		break;
	case K_CLICK:
		chooser_click(ui, c, key);
		break;
	case KEY_CTRL('L'):
	case 'W':
		return false;
	}
	return true;
}

static void chooser_draw(struct ui *ui, struct view *v, struct screen *s)
{
	struct chooser *c = (struct chooser *)v;
	struct popup p = { .title = "Columns", .n = c->n, .current = c->current, .top = c->top };
	char line[80];

	for (int i = 0; i < c->n; i++) {
		snprintf(line, sizeof(line), "[x] %s", c->lines[i].column->name);
		popup_want(&p, line);
	}
	popup_open(&p, s);
	for (int i = 0; i < p.rows; i++) {
		snprintf(line, sizeof(line), "[%c] %s", c->lines[p.top + i].shown ? 'x' : ' ',
			 c->lines[p.top + i].column->name);
		popup_line(&p, s, i, line);
	}
	c->top = p.top;
	c->rows = p.rows;
	c->x = p.x;
	c->y = p.y;
	c->width = p.width;
	if (s->height < 6)
		return;
	screen_fit(s, s->height - 2, 0, s->width, ROLE_TEXT, c->lines[c->current].column->help,
		   false, true);
	if (!ui->message[0])
		screen_fit(s, s->height - 1, 0, s->width, ROLE_PROMPT,
			   "Space: show, hide  <  >: move  r: usual ones  Enter: take  Esc: undo  "
			   "W: save",
			   false, true);
}

static void chooser_free(struct view *v)
{
	free(v);
}

static const struct view_class chooser_class = {
	.name = "columns",
	.key = chooser_key,
	.draw = chooser_draw,
	.free = chooser_free,
	.keys_pass = true,
};

struct view *view_columns_new(struct ui *ui)
{
	struct chooser *c = xcalloc(1, sizeof(*c));
	const struct query *q = &ui_level(ui)->q;

	c->view.class = &chooser_class;
	c->panel = q->panel;
	c->n_before = q->n_picked;
	memcpy(c->before, q->picked, sizeof(c->before));
	lines_fill(ui, c);
	return &c->view;
}

void action_columns(struct ui *ui, int key)
{
	(void)key;
	view_push(ui, view_columns_new(ui));
}

void action_settings_save(struct ui *ui, int key)
{
	char text[PATH_MAX + 100];

	(void)key;
	if (settings_save(ui, text, sizeof(text)))
		ui_message(ui, ROLE_ERROR, "%s", text);
	else
		ui_message(ui, ROLE_STATE, "settings saved in %s", text);
}

void complete_columns(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	size_t from = cursor;

	while (from > 0 && !strchr(" ,", text[from - 1]))
		from--;
	c->from = from;
	for (const struct column *column = ui_level(ui)->q.panel->columns; column->name; column++)
		if (column_is_exported(column))
			completion_match(c, text + from, cursor - from, column->name, column->help);
}

bool columns_check(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size)
{
	char name[64];

	for (const char *p = arg + strspn(arg, " ,"); *p; p += strspn(p, " ,")) {
		size_t len = strcspn(p, " ,");
		const struct column *c;

		snprintf(name, sizeof(name), "%.*s", (int)len, p);
		c = panel_column(ui_level(ui)->q.panel, name);
		if (!c || !column_is_exported(c)) {
			*ret_at = (size_t)(p - arg);
			snprintf(error, size, "no such column: Tab shows all");
			return false;
		}
		p += len;
	}
	return true;
}

void columns_run(struct ui *ui, const char *arg)
{
	const struct panel *p = ui_level(ui)->q.panel;
	char error[300];
	struct query q;

	if (!*arg) {
		action_columns(ui, 'f');
		return;
	}
	query_init(&q, p);
	if (!query_set_columns(&q, arg, error, sizeof(error)))
		columns_set(ui, p, q.picked, q.n_picked);
	query_done(&q);
}
