/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page with one element per run of a role.  Letters that a font may lack get a cell of their own,
 * so that another font's widths move nothing; bars are backgrounds, so that they join.
 */
#include "ui/picture.h"

/* Role names are words with dashes, and so fit for class names; these are in front of them. */
#define ROLE_CLASS "r-"

static void role_style(FILE *out, const struct theme *t, enum role role)
{
	const struct theme_style *style = &t->style[role];

	fprintf(out, "." ROLE_CLASS "%s{color:#%06x", role_name(role), theme_rgb(t, role, true));
	if (theme_rgb(t, role, false) != t->own_bg)
		fprintf(out, ";background:#%06x", theme_rgb(t, role, false));
	fprintf(out, "%s%s}\n", style->attrs & ROLE_ATTR_BOLD ? ";font-weight:bold" : "",
		style->attrs & ROLE_ATTR_UNDERLINE ? ";text-decoration:underline" : "");
}

/* What is not filled is no colour, and neither is the letter, which is there to be copied. */
static void block_style(FILE *out, unsigned int code)
{
	struct block b;

	if (!block_of(code, &b))
		return;
	fprintf(out, ".u%x{background:", code);
	if (b.opacity < 1)
		fprintf(out, "color-mix(in srgb,currentColor %g%%,transparent)", 100 * b.opacity);
	else if (b.height < 1)
		fprintf(out, "linear-gradient(0deg,currentColor %g%%,transparent 0)",
			100 * b.height);
	else
		fprintf(out, "linear-gradient(%ddeg,currentColor %g%%,transparent 0)",
			b.x > 0 ? 270 : 90, 100 * b.width);
	fputs("}\n", out);
}

void picture_html_style(FILE *out, const struct theme *t)
{
	/* a direction of its own would turn names round that are written from right to left */
	fprintf(out,
		"body{margin:0;background:#%06x;color:#%06x}\n"
		"pre{margin:0;padding:8px;font:14px/17px \"DejaVu Sans Mono\",Menlo,Consolas,"
		"\"Liberation Mono\",monospace;direction:ltr;unicode-bidi:bidi-override}\n"
		"span{display:inline-block;height:17px;vertical-align:top}\n"
		"i{display:inline-block;width:1ch;height:17px;vertical-align:top;font-style:normal}"
		"\n"
		".w{width:2ch}\n"
		".b{-webkit-text-fill-color:transparent}\n",
		t->own_bg, t->own_fg);
	for (int role = 0; role < ROLE_COUNT; role++)
		role_style(out, t, role);
	for (unsigned int code = BLOCKS_FIRST; code <= BLOCKS_LAST; code++)
		block_style(out, code);
}

void picture_html_head(FILE *out, const struct theme *t, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
	      out);
	xml_text(out, title);
	fputs("</title>\n<style>\n", out);
	picture_html_style(out, t);
	fputs("</style>\n</head>\n<body>\n", out);
}

static void cell_put(FILE *out, const struct cell *c)
{
	struct block b;

	if (cell_is_ascii(c)) {
		xml_text(out, c->text);
		return;
	}
	if (block_of(cell_code(c), &b))
		fprintf(out, "<i class=\"b u%x\">", cell_code(c));
	else
		fputs(c->width == 2 ? "<i class=\"w\">" : "<i>", out);
	xml_text(out, c->text);
	fputs("</i>", out);
}

static void line_put(FILE *out, const struct screen *s, int y)
{
	for (int x = 0; x < s->width;) {
		enum role role = screen_cell(s, y, x)->role;

		fprintf(out, "<span class=\"" ROLE_CLASS "%s\">", role_name(role));
		for (; x < s->width && screen_cell(s, y, x)->role == role; x++)
			if (screen_cell(s, y, x)->width)
				cell_put(out, screen_cell(s, y, x));
		fputs("</span>", out);
	}
	fputc('\n', out);
}

void picture_html_body(FILE *out, const struct screen *s)
{
	fputs("<pre>\n", out);
	for (int y = 0; y < s->height; y++)
		line_put(out, s, y);
	fputs("</pre>\n", out);
}

void picture_html_foot(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}

void picture_html(FILE *out, const struct screen *s, const struct theme *t, const char *title)
{
	picture_html_head(out, t, title);
	picture_html_body(out, s);
	picture_html_foot(out);
}
