/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chart.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "core/format.h"

#define WIDTH 560
#define HEIGHT 150
#define LEFT 58	  /* for the numbers */
#define BOTTOM 20 /* for the times */
#define TOP 8

/* One that everybody can tell from the next, also without colours: full, dashed, dotted. */
static const struct {
	const char *color, *dash;
} styles[CHART_LINES] = { { "#0072b2", "none" }, { "#d55e00", "6 3" }, { "#009e73", "2 2" } };

static double largest(const struct chart *c)
{
	double max = 0;

	for (int line = 0; line < CHART_LINES && c->labels[line]; line++)
		for (size_t i = 0; i < c->n; i++)
			max = c->lines[line][i] > max ? c->lines[line][i] : max;
	return max;
}

static double x_of(const struct chart *c, size_t i)
{
	double span = (double)(c->wall_ns[c->n - 1] - c->wall_ns[0]);
	double at = span > 0 ? (double)(c->wall_ns[i] - c->wall_ns[0]) / span : 0.5;

	return LEFT + at * (WIDTH - LEFT - 8);
}

/* Points of which one side is a gap alone get a dot. */
static void line_write(const struct chart *c, int line, double max, FILE *out)
{
	const double *v = c->lines[line];
	bool open = false;

	for (size_t i = 0; i < c->n; i++) {
		double y = TOP + (max > 0 ? 1 - v[i] / max : 1) * (HEIGHT - TOP - BOTTOM);
		bool before = i > 0 && !isnan(v[i - 1]), behind = i + 1 < c->n && !isnan(v[i + 1]);

		if (isnan(v[i]))
			continue;
		if (!before && !behind) {
			fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"%s\"/>\n",
				x_of(c, i), y, styles[line].color);
			continue;
		}
		if (!open)
			fprintf(out,
				"<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" "
				"stroke-dasharray=\"%s\" points=\"",
				styles[line].color, styles[line].dash);
		fprintf(out, "%.1f,%.1f ", x_of(c, i), y);
		open = behind;
		if (!behind)
			fputs("\"/>\n", out);
	}
}

static void axes_write(const struct chart *c, double max, FILE *out)
{
	char text[32], from[32], to[32];
	time_t first = (time_t)(c->wall_ns[0] / 1000000000),
	       last = (time_t)(c->wall_ns[c->n - 1] / 1000000000);
	struct tm tm;

	for (int i = 0; i <= 2; i++) {
		double y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - i / 2.0);

		format_number(text, sizeof(text), c->unit, max * i / 2);
		fprintf(out,
			"<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>\n",
			LEFT, WIDTH - 8, y, y);
		fprintf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT - 5,
			y + 4, text);
	}
	strftime(from, sizeof(from), "%H:%M:%SZ", gmtime_r(&first, &tm));
	strftime(to, sizeof(to), "%H:%M:%SZ", gmtime_r(&last, &tm));
	fprintf(out, "<text x=\"%d\" y=\"%d\">%s</text>\n", LEFT, HEIGHT - 4, from);
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", WIDTH - 8,
		HEIGHT - 4, to);
}

void chart_write(const struct chart *c, FILE *out)
{
	double max = largest(c);

	fprintf(out, "<figure><figcaption>%s", c->title);
	for (int i = 0; i < CHART_LINES && c->labels[i]; i++)
		fprintf(out, " <span style=\"color:%s\">%s %s</span>", styles[i].color,
			i == 0	 ? "&#x2501;"
			: i == 1 ? "&#x254c;"
				 : "&#x2508;",
			c->labels[i]);
	fputs("</figcaption>\n", out);
	if (c->n && max >= 0) {
		fprintf(out,
			"<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n",
			WIDTH, HEIGHT, WIDTH, HEIGHT);
		axes_write(c, max, out);
		for (int i = 0; i < CHART_LINES && c->labels[i]; i++)
			line_write(c, i, max, out);
		fputs("</svg>", out);
	}
	fputs("</figure>\n", out);
}
