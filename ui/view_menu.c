/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/app.h"
#include "ui/popup.h"

struct menu {
	struct view view;
	char *title, **labels;
	int n, current, top;
	void (*chosen)(struct ui *ui, int index), (*moved)(struct ui *ui, int index);
	void (*left)(struct ui *ui);
	int x, y, width, rows; /* of the lines, as drawn last */
};

static void menu_choose(struct ui *ui, struct menu *m, int index)
{
	void (*chosen)(struct ui *, int) = m->chosen;

	view_pop(ui);
	chosen(ui, index);
}

static void menu_leave(struct ui *ui, struct menu *m)
{
	void (*left)(struct ui *) = m->left;

	view_pop(ui);
	if (left)
		left(ui);
}

static void menu_move(struct menu *m, int by)
{
	m->current += by;
	if (m->current >= m->n)
		m->current = m->n - 1;
	if (m->current < 0)
		m->current = 0;
}

static void menu_click(struct ui *ui, struct menu *m, const struct key_event *key)
{
	int i = m->top + key->y - m->y;

	if (key->x < m->x || key->x >= m->x + m->width || key->y < m->y ||
	    key->y >= m->y + m->rows || i >= m->n)
		menu_leave(ui, m);
	else
		menu_choose(ui, m, i);
}

/* A letter goes to the next line that begins with it. */
static void menu_letter(struct menu *m, int letter)
{
	for (int i = 1; i <= m->n; i++) {
		int at = (m->current + i) % m->n;

		if (m->labels[at][0] == letter) {
			m->current = at;
			return;
		}
	}
}

static bool menu_key(struct ui *ui, struct view *v, const struct key_event *key)
{
	struct menu *m = (struct menu *)v;
	int page = m->rows > 1 ? m->rows - 1 : 1, before = m->current;

	switch (key->code) {
	case K_ESC:
	case K_BACKSPACE:
	case K_LEFT:
	case K_F1 + 9:
		menu_leave(ui, m);
		return true;
	case K_ENTER:
	case K_RIGHT:
		menu_choose(ui, m, m->current);
		return true;
	case K_UP:
	case K_WHEEL_UP:
	case 'k':
		menu_move(m, -1);
		break;
	case K_DOWN:
	case K_WHEEL_DOWN:
	case 'j':
		menu_move(m, 1);
		break;
	case K_PAGE_UP:
		menu_move(m, -page);
		break;
	case K_PAGE_DOWN:
		menu_move(m, page);
		break;
	case K_HOME:
		menu_move(m, -m->n);
		break;
	case K_END:
		menu_move(m, m->n);
		break;
	case K_CLICK:
		menu_click(ui, m, key);
		return true;
	case KEY_CTRL('L'):
		return false;
	default:
		menu_letter(m, key->code);
	}
	if (m->moved && m->current != before)
		m->moved(ui, m->current);
	return true;
}

static void menu_draw(struct ui *ui, struct view *v, struct screen *s)
{
	struct menu *m = (struct menu *)v;
	struct popup p = { .title = m->title, .n = m->n, .current = m->current, .top = m->top };

	(void)ui;
	for (int i = 0; i < m->n; i++)
		popup_want(&p, m->labels[i]);
	popup_open(&p, s);
	for (int i = 0; i < p.rows; i++)
		popup_line(&p, s, i, m->labels[p.top + i]);
	m->top = p.top;
	m->rows = p.rows;
	m->x = p.x;
	m->y = p.y;
	m->width = p.width;
}

static void menu_free(struct view *v)
{
	struct menu *m = (struct menu *)v;

	for (int i = 0; i < m->n; i++)
		free(m->labels[i]);
	free(m->labels);
	free(m->title);
	free(m);
}

static const struct view_class menu_class = {
	.name = "menu",
	.key = menu_key,
	.draw = menu_draw,
	.free = menu_free,
	.keys_pass = true,
};

struct view *view_menu_new(const char *title, const char *const *labels, int n, int current,
			   void (*chosen)(struct ui *ui, int index))
{
	struct menu *m = xcalloc(1, sizeof(*m));

	m->view.class = &menu_class;
	m->title = xstrdup(title);
	m->labels = xcalloc((size_t)n, sizeof(*m->labels));
	for (int i = 0; i < n; i++)
		m->labels[i] = xstrdup(labels[i]);
	m->n = n;
	m->current = current;
	m->chosen = chosen;
	return &m->view;
}

void view_menu_watch(struct view *v, void (*moved)(struct ui *ui, int index),
		     void (*left)(struct ui *ui))
{
	struct menu *m = (struct menu *)v;

	m->moved = moved;
	m->left = left;
}
