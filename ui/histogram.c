/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/histogram.h"

#include <stdio.h>
#include <string.h>

#include "core/format.h"

#define LINES_MIN 3
#define GUTTER 18
#define PER_OCTAVE 4 /* buckets for each doubling of the time */
#define LABEL_GAP 8  /* cells from one number of the axis to the next, at least */

/* Which buckets are drawn where: `merge` buckets share a cell, or one takes `cells` cells. */
struct axis {
	int x, room;
	uint32_t first, end; /* end: the first that is not drawn */
	int merge, cells;
};

/* At least 1 us to 16 ms, so that the picture does not jump about from one interval to the next. */
static void axis_choose(struct axis *a, const struct lat *l)
{
	int span;

	a->first = lat_bucket(1024);
	a->end = lat_bucket(1 << 24);
	for (uint32_t i = 0; l && i < LAT_BUCKETS; i++) {
		if (!l->n[i])
			continue;
		if (i < a->first)
			a->first = i ? i - (i - 1) % PER_OCTAVE : 1;
		if (i >= a->end)
			a->end = i + 1;
	}
	span = (int)(a->end - a->first);
	a->merge = 1;
	while ((span + a->merge - 1) / a->merge > a->room)
		a->merge *= 2;
	a->cells = a->merge > 1 ? 1 : a->room / span;
	if (a->cells > 3)
		a->cells = 3;
}

static uint64_t cell_count(const struct axis *a, const struct lat *l, uint32_t from)
{
	/* bucket 0 has no power of two to begin at, and is drawn with the one above it */
	uint64_t sum = from == 1 ? l->n[0] : 0;

	for (uint32_t i = from; i < from + (uint32_t)a->merge && i < a->end; i++)
		sum += l->n[i];
	return sum;
}

static void bars_draw(struct screen *s, int y, int lines, const struct axis *a, const struct lat *l)
{
	uint64_t most = 0, n;
	int x = a->x;

	for (uint32_t i = a->first; i < a->end; i += (uint32_t)a->merge) {
		n = cell_count(a, l, i);
		most = n > most ? n : most;
	}
	for (uint32_t i = a->first; i < a->end && most; i += (uint32_t)a->merge, x += a->cells) {
		int eighths;

		n = cell_count(a, l, i);
		eighths = (int)((double)n * lines * 8 / (double)most + 0.5);
		if (n && !eighths)
			eighths = 1; /* the rare slow one is what people look for */
		for (int line = lines - 1; line >= 0 && eighths > 0; line--, eighths -= 8)
			for (int c = 0; c < a->cells; c++)
				screen_block(s, y + line, x + c, ROLE_GRAPH, eighths);
	}
}

static void axis_draw(struct screen *s, int y, const struct axis *a)
{
	int step = PER_OCTAVE, x;
	char text[16];

	while (step / a->merge * a->cells < LABEL_GAP)
		step *= 2;
	for (uint32_t i = a->first; i < a->end; i += (uint32_t)step) {
		x = a->x + (int)(i - a->first) / a->merge * a->cells;
		format_ns(text, sizeof(text), (double)lat_bucket_low(i));
		if (x + text_width(text) + 1 > s->width)
			break;
		screen_text(s, y, x, s->width - x, ROLE_DIM, text);
	}
}

static void gutter_draw(struct screen *s, int y, int lines, const char *label, const struct lat *l,
			bool known)
{
	const struct {
		const char *name;
		double value;
	} facts[] = {
		{ "p50", (double)l->p50_ns },
		{ "p99", (double)l->p99_ns },
		{ "max", (double)l->max_ns },
	};
	char text[16];

	screen_fit(s, y, 0, GUTTER - 1, ROLE_LABEL, label, false, true);
	for (int i = 0; i < 3 && i + 1 < lines; i++) {
		format_ns(text, sizeof(text), facts[i].value);
		screen_printf(s, y + i + 1, 1, 4, ROLE_LABEL, "%s", facts[i].name);
		screen_fit(s, y + i + 1, 4, 8, ROLE_VALUE, l->count ? text : "-", false, false);
	}
	if (lines > 4) {
		if (known)
			format_count(text, sizeof(text), (double)l->count);
		else
			snprintf(text, sizeof(text), "-");
		screen_text(s, y + 4, 1, 4, ROLE_LABEL, "n");
		screen_fit(s, y + 4, 4, 8, ROLE_VALUE, text, false, false);
	}
}

int histogram_draw(struct screen *s, int y, int lines, const char *label, const struct lat *l)
{
	static const struct lat none;
	bool known = l != NULL;
	struct axis a = { .x = GUTTER, .room = s->width - GUTTER };

	if (lines < LINES_MIN || a.room < 2 * PER_OCTAVE)
		return 0;
	if (!known)
		l = &none;
	axis_choose(&a, l);
	bars_draw(s, y, lines - 1, &a, l);
	axis_draw(s, y + lines - 1, &a);
	gutter_draw(s, y, lines, label, l, known);
	return lines;
}
