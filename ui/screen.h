/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A grid of cells.  Views draw into it; terminal.c paints it with curses, tests and the key `S`
 * write it as text.  Text is sanitised and clipped here, so nothing can move the cursor.
 */
#ifndef PROBETOP_SCREEN_H
#define PROBETOP_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum role_attr {
	ROLE_ATTR_BOLD = 1,
	ROLE_ATTR_DIM = 2,
	ROLE_ATTR_UNDERLINE = 4,
	ROLE_ATTR_REVERSE = 8,
};

enum role {
#define ROLE(id, name, attr) ROLE_##id,
#include "ui/roles.def"
#undef ROLE
	ROLE_COUNT,
};

/* One character with its combining marks, UTF-8.  Of a double-width one the second cell has
 * width 0 and no text. */
struct cell {
	char text[15];
	uint8_t width : 2;
	uint8_t role : 6;
};

#define SCREEN_MAX 1000 /* lines, columns */

struct screen {
	int width, height;
	bool utf8;		/* false: other characters than ASCII become something like them */
	int cursor_x, cursor_y; /* where text is typed; cursor_y < 0: nowhere */
	struct cell *cells;	/* height x width */
};

void screen_init(struct screen *s, int width, int height, bool utf8);
void screen_done(struct screen *s);
void screen_resize(struct screen *s, int width, int height);
void screen_clear(struct screen *s);
struct cell *screen_cell(const struct screen *s, int y, int x);

/*
 * Draws text from (y, x) on, at most max cells and never beyond the edge; whatever is not printable
 * becomes a visible escape.  Returns the cells used.  Lines off the screen are skipped.
 */
int screen_text(struct screen *s, int y, int x, int max, enum role role, const char *text);
int screen_printf(struct screen *s, int y, int x, int max, enum role role, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
/* Exactly `cells` cells: cut with an ellipsis at the end or in front, or padded with blanks. */
void screen_fit(struct screen *s, int y, int x, int cells, enum role role, const char *text,
		bool cut_front, bool flush_left);
/* Blanks. */
void screen_fill(struct screen *s, int y, int x, int cells, enum role role);
/* Gives cells that are drawn already another role. */
void screen_mark(struct screen *s, int y, int x, int cells, enum role role);
/* A bar that grows upward out of the bottom of the cell: eighths 0 (blank) to 8. */
void screen_block(struct screen *s, int y, int x, enum role role, int eighths);
/* The same, growing from the left. */
void screen_block_left(struct screen *s, int y, int x, enum role role, int eighths);

/* All lines, without blanks at their ends. */
void screen_write(const struct screen *s, FILE *out);
const char *role_name(enum role role);

#endif
