/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/screen.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"

#define TEXT_MAX 2048 /* bytes of one piece of text; more than any screen is wide */

void screen_init(struct screen *s, int width, int height, bool utf8)
{
	*s = (struct screen){ .utf8 = utf8, .cursor_y = -1 };
	screen_resize(s, width, height);
}

void screen_done(struct screen *s)
{
	free(s->cells);
	s->cells = NULL;
}

void screen_resize(struct screen *s, int width, int height)
{
	s->width = width < 1 ? 1 : width > SCREEN_MAX ? SCREEN_MAX : width;
	s->height = height < 1 ? 1 : height > SCREEN_MAX ? SCREEN_MAX : height;
	s->cells = xreallocarray(s->cells, (size_t)s->width * s->height, sizeof(*s->cells));
	screen_clear(s);
}

void screen_clear(struct screen *s)
{
	s->cursor_y = -1;
	for (int i = 0; i < s->width * s->height; i++)
		s->cells[i] = (struct cell){ .text = " ", .width = 1, .role = ROLE_TEXT };
}

struct cell *screen_cell(const struct screen *s, int y, int x)
{
	return &s->cells[y * s->width + x];
}

static bool cell_inside(const struct screen *s, int y, int x)
{
	return y >= 0 && y < s->height && x >= 0 && x < s->width;
}

/* Writing over one half of a double-width character blanks the other. */
static void cell_split(struct screen *s, int y, int x)
{
	struct cell *c = screen_cell(s, y, x);

	if (c->width == 0 && x > 0)
		*screen_cell(s, y, x - 1) =
			(struct cell){ .text = " ", .width = 1, .role = c->role };
	if (c->width == 2 && x + 1 < s->width)
		*screen_cell(s, y, x + 1) =
			(struct cell){ .text = " ", .width = 1, .role = c->role };
}

static void cell_set(struct screen *s, int y, int x, enum role role, const char *text, size_t n,
		     int width)
{
	struct cell *c = screen_cell(s, y, x);

	for (int i = 0; i < width; i++)
		cell_split(s, y, x + i);
	*c = (struct cell){ .width = width, .role = role };
	memcpy(c->text, text, n < sizeof(c->text) ? n : 0);
	if (width == 2)
		c[1] = (struct cell){ .width = 0, .role = role };
}

static size_t utf8_length(const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	size_t i = 1;

	while (i < n && ((unsigned char)s[i] & 0xc0) == 0x80)
		i++;
	return i;
}

/* What stands for a character where only ASCII can be shown. */
static char ascii_like(const char *utf8)
{
	static const struct {
		const char *utf8;
		char ascii;
	} like[] = {
		{ "…", '~' }, { "›", '>' }, { "▲", '^' }, { "▼", 'v' }, { "─", '-' }, { "│", '|' },
		{ "┌", '+' }, { "┐", '+' }, { "└", '+' }, { "┘", '+' }, { "┴", '+' }, { "├", '+' },
		{ "·", '.' }, { "≥", '>' },
	};

	for (size_t i = 0; i < sizeof(like) / sizeof(like[0]); i++)
		if (!strncmp(utf8, like[i].utf8, strlen(like[i].utf8)))
			return like[i].ascii;
	return '?';
}

/* Appends a combining mark to the character before it, if it has room. */
static void cell_combine(struct screen *s, int y, int x, const char *mark, size_t n)
{
	struct cell *c;
	size_t used;

	if (!s->utf8 || x < 0)
		return;
	c = screen_cell(s, y, x);
	if (c->width == 0 && x > 0)
		c--;
	used = strlen(c->text);
	if (used && used + n < sizeof(c->text))
		memcpy(c->text + used, mark, n);
}

/* Draws the character at *p and steps over it; cells used, or -1 when it does not fit. */
static int screen_char(struct screen *s, int y, int x, int max, enum role role, const char **p)
{
	size_t n = utf8_length(*p);
	char one[8] = "", plain;
	int width = 1;

	memcpy(one, *p, n);
	if (n > 1)
		width = text_width(one);
	if (width > 2)
		width = 2;
	if (width > max)
		return -1;
	*p += n;
	if (width == 0) {
		cell_combine(s, y, x - 1, one, n);
	} else if (n > 1 && !s->utf8) {
		plain = ascii_like(one);
		for (int i = 0; i < width; i++)
			cell_set(s, y, x + i, role, &plain, 1, 1);
	} else {
		cell_set(s, y, x, role, one, n, width);
	}
	return width;
}

/* text is sanitised already. */
static int screen_clean(struct screen *s, int y, int x, int max, enum role role, const char *text)
{
	int used = 0, n;

	if (!cell_inside(s, y, x))
		return 0;
	if (max > s->width - x)
		max = s->width - x;
	for (const char *p = text; *p; used += n) {
		n = screen_char(s, y, x + used, max - used, role, &p);
		if (n < 0)
			break;
	}
	return used;
}

int screen_text(struct screen *s, int y, int x, int max, enum role role, const char *text)
{
	char clean[TEXT_MAX];

	text_for_terminal(clean, sizeof(clean), text);
	return screen_clean(s, y, x, max, role, clean);
}

int screen_printf(struct screen *s, int y, int x, int max, enum role role, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return screen_text(s, y, x, max, role, text);
}

void screen_fit(struct screen *s, int y, int x, int cells, enum role role, const char *text,
		bool cut_front, bool flush_left)
{
	char clean[TEXT_MAX], fit[TEXT_MAX];

	if (cells <= 0)
		return;
	text_for_terminal(clean, sizeof(clean), text);
	text_fit(fit, sizeof(fit), clean, cells, cut_front, flush_left);
	screen_clean(s, y, x, cells, role, fit);
}

void screen_fill(struct screen *s, int y, int x, int cells, enum role role)
{
	for (int i = 0; i < cells; i++)
		if (cell_inside(s, y, x + i))
			cell_set(s, y, x + i, role, " ", 1, 1);
}

void screen_mark(struct screen *s, int y, int x, int cells, enum role role)
{
	for (int i = 0; i < cells; i++)
		if (cell_inside(s, y, x + i))
			screen_cell(s, y, x + i)->role = role;
}

void screen_block(struct screen *s, int y, int x, enum role role, int eighths)
{
	static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char plain[] = " ..::||##";
	int i = eighths < 0 ? 0 : eighths > 8 ? 8 : eighths;

	if (!cell_inside(s, y, x))
		return;
	if (s->utf8)
		cell_set(s, y, x, role, blocks[i], strlen(blocks[i]), 1);
	else
		cell_set(s, y, x, role, &plain[i], 1, 1);
}

void screen_block_left(struct screen *s, int y, int x, enum role role, int eighths)
{
	static const char *const blocks[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };
	int i = eighths < 0 ? 0 : eighths > 8 ? 8 : eighths;

	if (!cell_inside(s, y, x))
		return;
	if (s->utf8)
		cell_set(s, y, x, role, blocks[i], strlen(blocks[i]), 1);
	else
		cell_set(s, y, x, role, i >= 4 ? "|" : " ", 1, 1);
}

void screen_write(const struct screen *s, FILE *out)
{
	for (int y = 0; y < s->height; y++) {
		int end = s->width;

		while (end > 0 && !strcmp(screen_cell(s, y, end - 1)->text, " "))
			end--;
		for (int x = 0; x < end; x++)
			fputs(screen_cell(s, y, x)->text, out);
		fputc('\n', out);
	}
}

const char *role_name(enum role role)
{
	static const char *const names[] = {
#define ROLE(id, name, attr) #name,
#include "ui/roles.def"
#undef ROLE
	};

	return names[role];
}
