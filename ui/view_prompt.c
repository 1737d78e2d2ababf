/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of text, typed on the lowest line of the screen while the rows go on above. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "ui/app.h"

#define PROMPT_MAX 512

struct prompt_view {
	struct view view;
	struct prompt p;
	char text[PROMPT_MAX];
	size_t cursor; /* byte of the text */
	char error[300];
	size_t error_at;
};

static void prompt_check(struct ui *ui, struct prompt_view *v, bool changed)
{
	v->error[0] = '\0';
	if (v->p.check)
		v->p.check(ui, v->text, &v->error_at, v->error, sizeof(v->error));
	if (v->error_at > strlen(v->text))
		v->error_at = strlen(v->text);
	if (changed && v->p.changed)
		v->p.changed(ui, v->text);
}

static bool is_middle(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t before(const struct prompt_view *v, size_t at)
{
	do
		at -= at > 0;
	while (at && is_middle(v->text[at]));
	return at;
}

static size_t after(const struct prompt_view *v, size_t at)
{
	if (v->text[at])
		at++;
	while (is_middle(v->text[at]))
		at++;
	return at;
}

static void text_delete(struct prompt_view *v, size_t from, size_t to)
{
	memmove(v->text + from, v->text + to, strlen(v->text + to) + 1);
	v->cursor = from;
}

static void text_insert(struct prompt_view *v, const char *s)
{
	size_t n = strlen(s), have = strlen(v->text);

	if (have + n >= sizeof(v->text))
		return;
	memmove(v->text + v->cursor + n, v->text + v->cursor, have - v->cursor + 1);
	memcpy(v->text + v->cursor, s, n);
	v->cursor += n;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* Completes the word before the cursor as far as all columns that begin with it agree. */
static void column_complete(struct ui *ui, struct prompt_view *v)
{
	const struct panel *p = ui_level(ui)->q.panel;
	size_t from = v->cursor, len, same = 0;
	const char *first = NULL;
	char rest[64];

	while (from > 0 && is_name(v->text[from - 1]))
		from--;
	len = v->cursor - from;
	for (const struct column *c = p->columns; c->name; c++) {
		size_t n = 0;

		if (c->flags & COL_HIDDEN || strncmp(c->name, v->text + from, len))
			continue;
		if (!first) {
			first = c->name;
			same = strlen(first);
		}
		while (n < same && first[n] == c->name[n])
			n++;
		same = n;
	}
	if (first && same > len) {
		snprintf(rest, sizeof(rest), "%.*s", (int)(same - len), first + len);
		text_insert(v, rest);
	}
}

static void word_delete(struct prompt_view *v)
{
	size_t from = v->cursor;

	while (from > 0 && v->text[from - 1] == ' ')
		from--;
	while (from > 0 && v->text[from - 1] != ' ')
		from--;
	text_delete(v, from, v->cursor);
}

static void prompt_done(struct ui *ui, struct prompt_view *v)
{
	void (*done)(struct ui *, const char *) = v->p.done;
	char text[PROMPT_MAX];

	if (v->error[0])
		return; /* it says on the screen what is wrong */
	memcpy(text, v->text, sizeof(text));
	view_pop(ui);
	done(ui, text);
}

/* Keys that move or delete; false: it is none of them. */
static bool prompt_edit(struct ui *ui, struct prompt_view *v, int key)
{
	switch (key) {
	case K_LEFT:
	case KEY_CTRL('B'):
		v->cursor = before(v, v->cursor);
		return true;
	case K_RIGHT:
	case KEY_CTRL('F'):
		v->cursor = after(v, v->cursor);
		return true;
	case K_HOME:
	case KEY_CTRL('A'):
		v->cursor = 0;
		return true;
	case K_END:
	case KEY_CTRL('E'):
		v->cursor = strlen(v->text);
		return true;
	case K_BACKSPACE:
		text_delete(v, before(v, v->cursor), v->cursor);
		break;
	case K_DELETE:
	case KEY_CTRL('D'):
		text_delete(v, v->cursor, after(v, v->cursor));
		break;
	case KEY_CTRL('U'):
		text_delete(v, 0, v->cursor);
		break;
	case KEY_CTRL('W'):
		word_delete(v);
		break;
	case K_TAB:
		if (v->p.complete_columns)
			column_complete(ui, v);
		break;
	default:
		return false;
	}
	prompt_check(ui, v, true);
	return true;
}

static bool prompt_key(struct ui *ui, struct view *view, const struct key_event *key)
{
	struct prompt_view *v = (struct prompt_view *)view;
	char utf8[5];

	if (key->code == KEY_CTRL('L'))
		return false;
	if (key->code == K_ESC) {
		view_pop(ui);
	} else if (key->code == K_ENTER) {
		prompt_done(ui, v);
	} else if (!prompt_edit(ui, v, key->code) && key_encode(key->code, utf8)) {
		text_insert(v, utf8);
		prompt_check(ui, v, true);
	}
	return true;
}

/* Cells of the first n bytes of the text. */
static int cells_to(const struct prompt_view *v, size_t n)
{
	char part[PROMPT_MAX], clean[4 * PROMPT_MAX];

	snprintf(part, sizeof(part), "%.*s", (int)n, v->text);
	text_for_terminal(clean, sizeof(clean), part);
	return text_width(clean);
}

/* The error goes on the line above, over the place where it is. */
static void error_draw(const struct prompt_view *v, struct screen *s, int y, int x, int scrolled)
{
	int at = x + cells_to(v, v->error_at) - scrolled, width = text_width(v->error) + 2;

	if (y < 1)
		return;
	if (at < 0)
		at = 0;
	if (at + width > s->width)
		at = s->width > width ? s->width - width : 0;
	screen_fill(s, y - 1, 0, s->width, ROLE_TEXT);
	screen_printf(s, y - 1, at, s->width - at, ROLE_ERROR, " %s ", v->error);
	screen_mark(s, y, x + cells_to(v, v->error_at) - scrolled, 1, ROLE_ERROR);
}

static void prompt_draw(struct ui *ui, struct view *view, struct screen *s)
{
	struct prompt_view *v = (struct prompt_view *)view;
	int y = s->height - 1, x, room, scrolled = 0, cursor = cells_to(v, v->cursor);
	size_t from = 0;

	(void)ui;
	screen_fill(s, y, 0, s->width, ROLE_TEXT);
	x = screen_printf(s, y, 0, s->width / 2, ROLE_PROMPT, "%s: ", v->p.label);
	room = s->width - x - 1;
	while (cursor - scrolled > room && v->text[from]) {
		from = after(v, from);
		scrolled = cells_to(v, from);
	}
	screen_text(s, y, x, s->width - x, ROLE_TEXT, v->text + from);
	if (v->error[0])
		error_draw(v, s, y, x, scrolled);
	s->cursor_y = y;
	s->cursor_x = x + cursor - scrolled;
}

static void prompt_free(struct view *v)
{
	free(v);
}

static const struct view_class prompt_class = {
	.name = "prompt",
	.key = prompt_key,
	.draw = prompt_draw,
	.free = prompt_free,
	.keys_pass = true,
};

struct view *view_prompt_new(struct ui *ui, const struct prompt *p)
{
	struct prompt_view *v = xcalloc(1, sizeof(*v));

	v->view.class = &prompt_class;
	v->p = *p;
	v->p.text = NULL;
	snprintf(v->text, sizeof(v->text), "%s", p->text ? p->text : "");
	v->cursor = strlen(v->text);
	prompt_check(ui, v, false);
	return &v->view;
}
