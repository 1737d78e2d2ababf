/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/heat.h"

#include <math.h>

#include "core/format.h"

#define LEVELS 9
#define PER_OCTAVE 4 /* buckets of the histogram */
#define LOWEST_NS 1024ull
#define HIGHEST_NS (1ull << 34) /* 17 s */

static int buckets(void)
{
	return (int)(lat_bucket(HIGHEST_NS) - lat_bucket(LOWEST_NS));
}

void heat_init(struct heat *h, const struct trail *t, int y, int rows, int width, uint64_t end)
{
	*h = (struct heat){ .y = y, .x = HEAT_GUTTER, .end = end, .merge = 1 };
	h->columns = width > HEAT_GUTTER ? width - HEAT_GUTTER : 0;
	if (h->columns > TRAIL_POINTS)
		h->columns = TRAIL_POINTS;
	if (rows < 1)
		return;
	h->merge = (buckets() + rows - 1) / rows;
	/* edges that are powers of two are easier to read */
	if (h->merge > 1)
		h->merge += h->merge % 2;
	h->rows = (buckets() + h->merge - 1) / h->merge;
	for (int column = 0; column < h->columns; column++) {
		const struct trail_point *p = heat_point(h, t, column);

		for (int row = 0; p && row < h->rows; row++)
			if (heat_count(h, p, row) > h->most)
				h->most = heat_count(h, p, row);
	}
}

const struct trail_point *heat_point(const struct heat *h, const struct trail *t, int column)
{
	uint64_t back = (uint64_t)(h->columns - 1 - column);

	return column < 0 || back > h->end ? NULL : trail_point(t, h->end - back);
}

static uint32_t bucket_from(const struct heat *h, int row)
{
	return row > 0 ? lat_bucket(LOWEST_NS) + (uint32_t)(row * h->merge) : 0;
}

/* The lowest and the highest row have all that is beyond them as well. */
uint64_t heat_count(const struct heat *h, const struct trail_point *p, int row)
{
	uint32_t end = row + 1 < h->rows ? bucket_from(h, row + 1) : LAT_BUCKETS;
	uint64_t sum = 0;

	for (uint32_t i = bucket_from(h, row); i < end; i++)
		sum += p->lat.n[i];
	return sum;
}

int heat_row(const struct heat *h, uint64_t ns)
{
	uint32_t bucket = lat_bucket(ns), first = lat_bucket(LOWEST_NS);
	int row = bucket > first ? (int)(bucket - first) / h->merge : 0;

	return row < h->rows ? row : h->rows - 1;
}

uint64_t heat_low(const struct heat *h, int row)
{
	return lat_bucket_low(bucket_from(h, row));
}

/* 0: none; 1: one of many; LEVELS: the most. */
static int level_of(const struct heat *h, uint64_t n)
{
	if (!n)
		return 0;
	if (h->most == 1)
		return LEVELS / 2;
	return 1 + (int)((LEVELS - 1) * log((double)n) / log((double)h->most) + 1e-9);
}

static void level_draw(struct screen *s, int y, int x, int level)
{
	static const char *const shades[] = { "·", "░", "▒", "▓", "█" };
	static const char plain[] = " .:-=+*#%@";
	int shade = (level - 1) * 5 / LEVELS;
	char ascii[2] = { plain[level], '\0' };

	if (level)
		screen_text(s, y, x, 1, ROLE_HEAT1 + shade, s->utf8 ? shades[shade] : ascii);
}

/* In the colour of the shade that it covers. */
static void mark_draw(const struct heat *h, struct screen *s, int x, uint64_t ns, const char *mark)
{
	int y = h->y + h->rows - 1 - heat_row(h, ns);

	screen_text(s, y, x, 1, (enum role)screen_cell(s, y, x)->role, mark);
}

static void column_draw(const struct heat *h, struct screen *s, int x, const struct trail_point *p,
			bool marks)
{
	for (int row = 0; row < h->rows; row++)
		level_draw(s, h->y + h->rows - 1 - row, x, level_of(h, heat_count(h, p, row)));
	if (!marks || !p->lat.count)
		return;
	mark_draw(h, s, x, lat_quantile(&p->lat, 0.5), "o");
	mark_draw(h, s, x, lat_quantile(&p->lat, 0.99), "x");
}

static void labels_draw(const struct heat *h, struct screen *s)
{
	/* two labels are at least an octave apart */
	int step = h->merge >= PER_OCTAVE ? 1 : PER_OCTAVE / h->merge;
	char text[16];

	for (int row = 0; row < h->rows; row += step) {
		format_ns(text, sizeof(text), (double)(row ? heat_low(h, row) : LOWEST_NS));
		screen_fit(s, h->y + h->rows - 1 - row, 0, HEAT_GUTTER - 1, ROLE_DIM, text, false,
			   false);
	}
}

void heat_draw(const struct heat *h, struct screen *s, const struct trail *t, bool marks)
{
	labels_draw(h, s);
	for (int column = 0; column < h->columns; column++) {
		const struct trail_point *p = heat_point(h, t, column);

		if (p)
			column_draw(h, s, h->x + column, p, marks);
	}
}

int heat_legend(struct screen *s, int y, int x, int max)
{
	int used = 0;

	if (max < LEVELS + 9)
		return 0;
	used += screen_text(s, y, x, max, ROLE_LABEL, "few ");
	for (int level = 1; level <= LEVELS; level++)
		level_draw(s, y, x + used++, level);
	return used + screen_text(s, y, x + used, max - used, ROLE_LABEL, " many");
}
