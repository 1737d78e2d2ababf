/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of text, typed on the lowest line of the screen while the rows go on above. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "ui/app.h"

#define PROMPT_MAX 2048 /* drilling down makes filters of whole paths */
#define LIST_ROWS 8

struct prompt_view {
	struct view view;
	struct prompt p;
	char text[PROMPT_MAX];
	size_t cursor; /* byte of the text */
	char error[300];
	size_t error_at;

	struct completion c; /* as Tab found it, or as it is since then */
	bool listing;	     /* the candidates are on the screen */
	int choice;	     /* the candidate that Tab has put into the text; -1: none yet */
	int step;	     /* of Tab, which waits for candidates that are sought; 0: it does not */
	bool listed;	     /* before it */
	size_t recalled;     /* line of the history, from the end; 0: what is typed */
	char *draft;	     /* what was typed before a line was recalled */
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

static void list_close(struct prompt_view *v)
{
	completion_clear(&v->c);
	v->listing = false;
	v->choice = -1;
	v->step = 0;
}

static void candidates_find(struct ui *ui, struct prompt_view *v)
{
	completion_clear(&v->c);
	v->choice = -1;
	v->step = 0;
	v->p.complete(ui, v->text, v->cursor, &v->c);
}

/* The first n bytes of a candidate take the place of what is typed of it. */
static void candidate_insert(struct prompt_view *v, const char *text, size_t n)
{
	char part[PROMPT_MAX];

	if (n >= sizeof(part) || strlen(v->text) - (v->cursor - v->c.from) + n >= sizeof(v->text))
		return;
	snprintf(part, sizeof(part), "%.*s", (int)n, text);
	text_delete(v, v->c.from, v->cursor);
	text_insert(v, part);
}

/* What all candidates have in common; false when that is typed already. */
static bool common_insert(struct prompt_view *v)
{
	size_t n = completion_common(&v->c), typed = v->cursor - v->c.from;

	if (n <= typed || strncmp(v->c.list[0].text, v->text + v->c.from, typed))
		return false;
	candidate_insert(v, v->c.list[0].text, n);
	return true;
}

static void single_insert(struct prompt_view *v)
{
	const struct candidate *only = &v->c.list[0];

	candidate_insert(v, only->text, strlen(only->text));
	if (only->help && !v->c.note[0])
		snprintf(v->c.note, sizeof(v->c.note), "%s: %s", only->text, only->help);
	v->listing = false;
}

static void candidate_choose(struct prompt_view *v, int step)
{
	int n = (int)v->c.n;

	v->choice = v->choice < 0 && step < 0 ? n - 1 : (v->choice + step + n) % n;
	candidate_insert(v, v->c.list[v->choice].text, strlen(v->c.list[v->choice].text));
}

/* As in a shell: first what is certain, then the list, then one candidate after the other. */
static void candidates_take(struct prompt_view *v, int step, bool listed)
{
	if (v->c.n == 1)
		single_insert(v);
	v->listing = v->c.n > 1;
	if (v->listing && !common_insert(v) && listed)
		candidate_choose(v, step);
}

static void prompt_complete(struct ui *ui, struct prompt_view *v, int step)
{
	bool listed = v->listing;

	if (v->choice >= 0) {
		candidate_choose(v, step);
		return;
	}
	candidates_find(ui, v);
	if (v->c.search) {
		v->step = step;
		v->listed = listed;
	} else {
		candidates_take(v, step, listed);
	}
}

/* The list goes on with what is typed, until there is nothing more to choose. */
static void list_follow(struct ui *ui, struct prompt_view *v)
{
	if (!v->listing) {
		list_close(v);
		return;
	}
	candidates_find(ui, v);
	v->listing = v->c.n > 1 || v->c.search;
}

static bool prompt_works(const struct view *view)
{
	return ((const struct prompt_view *)view)->c.search;
}

static void prompt_step(struct ui *ui, struct view *view)
{
	struct prompt_view *v = (struct prompt_view *)view;
	int step = v->step;

	completion_step(ui, &v->c);
	if (v->c.search)
		return;
	ui->dirty = true;
	v->step = 0;
	if (!step) {
		v->listing = v->c.n > 1;
		return;
	}
	candidates_take(v, step, v->listed);
	prompt_check(ui, v, true);
}

static void prompt_recall(struct prompt_view *v, int by)
{
	const struct recall *h = v->p.recall;
	size_t to = v->recalled + (size_t)by;

	if (!h || (by < 0 && !v->recalled) || to > h->n)
		return;
	if (!v->recalled) {
		free(v->draft);
		v->draft = xstrdup(v->text);
	}
	/* the line that is there already is no step back */
	if (by > 0 && !v->recalled && !strcmp(h->lines[h->n - to], v->text) && to < h->n)
		to++;
	v->recalled = to;
	snprintf(v->text, sizeof(v->text), "%s", to ? h->lines[h->n - to] : v->draft);
	v->cursor = strlen(v->text);
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
	if (v->p.recall)
		recall_add(v->p.recall, text);
	view_pop(ui);
	done(ui, text);
}

static bool prompt_move(struct prompt_view *v, int key)
{
	switch (key) {
	case K_LEFT:
	case KEY_CTRL('B'):
		v->cursor = before(v, v->cursor);
		break;
	case K_RIGHT:
	case KEY_CTRL('F'):
		v->cursor = after(v, v->cursor);
		break;
	case K_HOME:
	case KEY_CTRL('A'):
		v->cursor = 0;
		break;
	case K_END:
	case KEY_CTRL('E'):
		v->cursor = strlen(v->text);
		break;
	default:
		return false;
	}
	list_close(v); /* it was about the place where the cursor was */
	return true;
}

/* After the text was changed by hand. */
static void prompt_changed(struct ui *ui, struct prompt_view *v)
{
	v->recalled = 0;
	list_follow(ui, v);
	prompt_check(ui, v, true);
}

/* Keys that delete; false: it is none of them. */
static bool prompt_delete(struct ui *ui, struct prompt_view *v, int key)
{
	switch (key) {
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
	default:
		return false;
	}
	prompt_changed(ui, v);
	return true;
}

/* Tab, history; false: it is none of their keys. */
static bool prompt_propose(struct ui *ui, struct prompt_view *v, int key)
{
	bool choosing = v->choice >= 0;

	if (key == K_TAB || key == K_BACKTAB || (choosing && (key == K_UP || key == K_DOWN))) {
		if (v->p.complete)
			prompt_complete(ui, v, key == K_TAB || key == K_DOWN ? 1 : -1);
	} else if (key == K_UP || key == K_DOWN) {
		list_close(v);
		prompt_recall(v, key == K_UP ? 1 : -1);
	} else {
		return false;
	}
	prompt_check(ui, v, true);
	return true;
}

/* The first Esc takes away the list. */
static void prompt_leave(struct ui *ui, struct prompt_view *v)
{
	void (*left)(struct ui *) = v->p.left;

	if (v->listing || v->c.search) {
		list_close(v);
		return;
	}
	view_pop(ui);
	if (left)
		left(ui);
}

static bool prompt_key(struct ui *ui, struct view *view, const struct key_event *key)
{
	struct prompt_view *v = (struct prompt_view *)view;
	char utf8[5];

	if (key->code == KEY_CTRL('L'))
		return false;
	if (key->pasted && key->code <= ' ') {
		/* of several lines one is made, and nothing is done */
		text_insert(v, " ");
		prompt_check(ui, v, true);
	} else if (key->code == K_ESC) {
		prompt_leave(ui, v);
	} else if (key->code == K_ENTER) {
		prompt_done(ui, v);
	} else if (!prompt_propose(ui, v, key->code) && !prompt_move(v, key->code) &&
		   !prompt_delete(ui, v, key->code) && key_encode(key->code, utf8)) {
		text_insert(v, utf8);
		prompt_changed(ui, v);
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

/* Cells for the texts, so that what is said about them stands below each other. */
static int list_text_width(const struct prompt_view *v, int max)
{
	char clean[4 * PROMPT_MAX];
	int widest = 0, width;

	for (size_t i = 0; i < v->c.n; i++) {
		text_for_terminal(clean, sizeof(clean), v->c.list[i].text);
		width = text_width(clean);
		if (width > widest)
			widest = width;
	}
	return widest < max ? widest : max;
}

/* What is expected here, and that there are more candidates than rows. */
static void note_draw(const struct prompt_view *v, struct screen *s, int y, int rows)
{
	char more[32] = "";
	int width;

	if (v->listing && rows < (int)v->c.n)
		snprintf(more, sizeof(more), "%zu%s", v->c.n,
			 v->c.n == CANDIDATES_MAX ? " or more" : " in all");
	if (v->c.search)
		snprintf(more, sizeof(more), "looking ...");
	width = text_width(more);
	screen_fill(s, y, 0, s->width, ROLE_POPUP);
	screen_fit(s, y, 1, s->width - width - 3, ROLE_POPUP, v->c.note, false, true);
	screen_text(s, y, s->width - width - 1, width, ROLE_POPUP, more);
}

/* The candidates stand above line y, a line about all of them on top. */
static void list_draw(const struct prompt_view *v, struct screen *s, int y)
{
	int rows = v->listing ? (int)v->c.n : 0, room = y - 1, top = 0, width;

	if (rows > LIST_ROWS)
		rows = LIST_ROWS;
	if (rows > room)
		rows = room > 0 ? room : 0;
	if (v->choice >= rows)
		top = v->choice - rows + 1;
	width = list_text_width(v, s->width / 2);
	for (int i = 0; i < rows; i++) {
		const struct candidate *c = &v->c.list[top + i];
		enum role role = top + i == v->choice ? ROLE_POPUP_SELECTED : ROLE_POPUP;
		int line = y - rows + i;

		screen_fill(s, line, 0, s->width, role);
		screen_fit(s, line, 1, width, role, c->text, false, true);
		if (c->help)
			screen_fit(s, line, width + 3, s->width - width - 4, role, c->help, false,
				   true);
	}
	if ((v->c.note[0] || v->c.search || (v->listing && rows < (int)v->c.n)) && room > rows)
		note_draw(v, s, y - rows - 1, rows);
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
	if (v->listing || v->c.search || v->c.note[0])
		list_draw(v, s, y);
	else if (v->error[0])
		error_draw(v, s, y, x, scrolled);
	s->cursor_y = y;
	s->cursor_x = x + cursor - scrolled;
}

static void prompt_free(struct view *view)
{
	struct prompt_view *v = (struct prompt_view *)view;

	completion_clear(&v->c);
	free(v->draft);
	free(v);
}

static const struct view_class prompt_class = {
	.name = "prompt",
	.key = prompt_key,
	.draw = prompt_draw,
	.works = prompt_works,
	.step = prompt_step,
	.free = prompt_free,
	.takes_text = true,
	.keys_pass = true,
};

struct view *view_prompt_new(struct ui *ui, const struct prompt *p)
{
	struct prompt_view *v = xcalloc(1, sizeof(*v));

	v->view.class = &prompt_class;
	v->p = *p;
	v->p.text = NULL;
	v->choice = -1;
	snprintf(v->text, sizeof(v->text), "%s", p->text ? p->text : "");
	v->cursor = strlen(v->text);
	prompt_check(ui, v, false);
	return &v->view;
}
