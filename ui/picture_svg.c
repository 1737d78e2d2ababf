/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drawing on a grid.  Every word, and every letter that a font may lack, has its own x, so that
 * no font moves what stands behind it; bars and backgrounds are rectangles.  The text of bars is
 * there but not drawn: a line of the screen is the text of one <text>, for whoever searches or
 * copies.
 */
#include <string.h>

#include "ui/picture.h"

#define FONT_SIZE 14
#define CELL_WIDTH 8.43 /* advance of DejaVu Sans Mono, and within 1 % that of its like */
#define CELL_HEIGHT 17
#define BASELINE 13
#define MARGIN 8

static double cell_x(int x)
{
	return MARGIN + x * CELL_WIDTH;
}

static void head_put(FILE *out, const struct screen *s, const char *title)
{
	double width = 2 * MARGIN + s->width * CELL_WIDTH;
	int height = 2 * MARGIN + s->height * CELL_HEIGHT;

	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.2f\" height=\"%d\" "
		"viewBox=\"0 0 %.2f %d\" font-size=\"%d\" font-family=\"'DejaVu Sans Mono',Menlo,"
		"Consolas,'Liberation Mono',monospace\" xml:space=\"preserve\">\n<title>",
		width, height, width, height, FONT_SIZE);
	xml_text(out, title);
	fputs("</title>\n", out);
}

static void style_put(FILE *out, const struct screen *s, const struct theme *t)
{
	bool used[ROLE_COUNT] = { false };

	for (int i = 0; i < s->width * s->height; i++)
		used[s->cells[i].role] = true;
	/* names written from right to left stay as the terminal has them */
	fputs("<style>\ntext{white-space:pre;direction:ltr;unicode-bidi:bidi-override}\n.none{fill:"
	      "none}\n",
	      out);
	for (int role = 0; role < ROLE_COUNT; role++)
		if (used[role])
			fprintf(out, ".%s{fill:#%06x%s%s}\n", role_name(role),
				theme_rgb(t, role, true),
				t->style[role].attrs & ROLE_ATTR_BOLD ? ";font-weight:bold" : "",
				t->style[role].attrs & ROLE_ATTR_UNDERLINE
					? ";text-decoration:underline"
					: "");
	fprintf(out, "</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#%06x\"/>\n",
		t->own_bg);
}

/* First cell from x on that has another background. */
static int ground_end(const struct screen *s, const struct theme *t, int y, int x)
{
	uint32_t rgb = theme_rgb(t, screen_cell(s, y, x)->role, false);

	while (x < s->width && theme_rgb(t, screen_cell(s, y, x)->role, false) == rgb)
		x++;
	return x;
}

static void grounds_put(FILE *out, const struct screen *s, const struct theme *t, int y)
{
	for (int x = 0, end; x < s->width; x = end) {
		uint32_t rgb = theme_rgb(t, screen_cell(s, y, x)->role, false);

		end = ground_end(s, t, y, x);
		if (rgb != t->own_bg)
			fprintf(out,
				"<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" "
				"fill=\"#%06x\"/>\n",
				cell_x(x), MARGIN + y * CELL_HEIGHT, (end - x) * CELL_WIDTH,
				CELL_HEIGHT, rgb);
	}
}

static bool cell_same(const struct cell *a, const struct cell *b)
{
	return a->role == b->role && !strcmp(a->text, b->text);
}

static void bars_put(FILE *out, const struct screen *s, int y)
{
	for (int x = 0, n; x < s->width; x += n) {
		const struct cell *c = screen_cell(s, y, x);
		struct block b;

		n = 1;
		if (!block_of(cell_code(c), &b))
			continue;
		/* those that fill their width are one */
		while (b.width == 1 && x + n < s->width && cell_same(c, c + n))
			n++;
		fprintf(out,
			"<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"",
			role_name(c->role), cell_x(x) + b.x * CELL_WIDTH,
			MARGIN + (y + b.y) * CELL_HEIGHT, (n - 1 + b.width) * CELL_WIDTH,
			b.height * CELL_HEIGHT);
		if (b.opacity < 1)
			fprintf(out, " opacity=\"%g\"", b.opacity);
		fputs("/>\n", out);
	}
}

static bool is_blank(const struct cell *c)
{
	return c->text[0] == ' ' && !c->text[1];
}

/* The cells of one piece of text: a word with the blanks behind it, a run of bars, or one letter.
 */
static int piece_cells(const struct screen *s, int y, int x, int end)
{
	const struct cell *c = screen_cell(s, y, x);
	struct block b;
	int n = c->width ? c->width : 1;

	if (block_of(cell_code(c), &b)) {
		while (x + n < end && block_of(cell_code(c + n), &b))
			n++;
		return n;
	}
	if (!cell_is_ascii(c))
		return n;
	while (x + n < end && cell_is_ascii(c + n) && c[n].role == c->role &&
	       (is_blank(c + n) || !is_blank(c + n - 1)))
		n++;
	return n;
}

static void line_put(FILE *out, const struct screen *s, int y)
{
	int end = s->width;
	struct block b;

	while (end > 0 && is_blank(screen_cell(s, y, end - 1)))
		end--;
	fprintf(out, "<text y=\"%d\">", MARGIN + y * CELL_HEIGHT + BASELINE);
	for (int x = 0, n; x < end; x += n) {
		const struct cell *c = screen_cell(s, y, x);

		n = piece_cells(s, y, x, end);
		fprintf(out,
			"<tspan x=\"%.2f\" textLength=\"%.2f\" lengthAdjust=\"spacingAndGlyphs\" "
			"class=\"%s\">",
			cell_x(x), n * CELL_WIDTH,
			block_of(cell_code(c), &b) ? "none" : role_name(c->role));
		for (int i = 0; i < n; i++)
			xml_text(out, c[i].text);
		fputs("</tspan>", out);
	}
	fputs("</text>\n", out);
}

void picture_svg(FILE *out, const struct screen *s, const struct theme *t, const char *title)
{
	head_put(out, s, title);
	style_put(out, s, t);
	/* edges between pixels would show as seams */
	fputs("<g shape-rendering=\"crispEdges\">\n", out);
	for (int y = 0; y < s->height; y++) {
		grounds_put(out, s, t, y);
		bars_put(out, s, y);
	}
	fputs("</g>\n", out);
	for (int y = 0; y < s->height; y++)
		line_put(out, s, y);
	fputs("</svg>\n", out);
}
