/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/popup.h"

#include "core/format.h"

static void box_line(struct screen *s, int y, int x, int width, const char *left, const char *fill,
		     const char *right)
{
	screen_text(s, y, x, 1, ROLE_POPUP, left);
	for (int i = 1; i < width - 1; i++)
		screen_text(s, y, x + i, 1, ROLE_POPUP, fill);
	screen_text(s, y, x + width - 1, 1, ROLE_POPUP, right);
}

void popup_want(struct popup *p, const char *line)
{
	int want = text_width(line);

	if (want > p->want)
		p->want = want;
}

void popup_open(struct popup *p, struct screen *s)
{
	int frame = s->height >= 6;

	p->width = text_width(p->title) + 2;
	if (p->width < p->want + 4)
		p->width = p->want + 4;
	if (p->width > s->width)
		p->width = s->width;
	p->rows = p->n < s->height - 2 * frame ? p->n : s->height - 2 * frame;
	if (p->current < p->top)
		p->top = p->current;
	if (p->current >= p->top + p->rows)
		p->top = p->current - p->rows + 1;
	if (p->top > p->n - p->rows)
		p->top = p->n - p->rows; /* the screen has grown */
	p->x = (s->width - p->width) / 2;
	p->y = (s->height - p->rows - 2 * frame) / 2;
	if (!frame)
		return;
	box_line(s, p->y, p->x, p->width, "┌", "─", "┐");
	screen_text(s, p->y, p->x + 1, p->width - 2, ROLE_POPUP, p->title);
	box_line(s, p->y + p->rows + 1, p->x, p->width, "└", "─", "┘");
	p->y++;
}

void popup_line(const struct popup *p, struct screen *s, int i, const char *text)
{
	enum role role = p->top + i == p->current ? ROLE_POPUP_SELECTED : ROLE_POPUP;

	box_line(s, p->y + i, p->x, p->width, "│", " ", "│");
	screen_fill(s, p->y + i, p->x + 1, p->width - 2, role);
	screen_fit(s, p->y + i, p->x + 2, p->width - 4, role, text, false, true);
}
