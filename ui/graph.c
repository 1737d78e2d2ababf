/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/graph.h"

#include <math.h>

enum role percent_role(double percent)
{
	return percent >= 80 ? ROLE_GRAPH_HIGH : percent >= 50 ? ROLE_GRAPH_MID : ROLE_GRAPH;
}

double percent_clamp(double v)
{
	return !(v > 0) ? 0 : v > 100 ? 100 : v;
}

void bar_draw(struct screen *s, int y, int x, int cells, enum role role, double percent)
{
	int eighths = (int)(percent_clamp(percent) / 100 * cells * 8 + 0.5);

	for (int i = 0; i < cells; i++, eighths -= 8)
		screen_block_left(s, y, x + i, role, eighths);
}

/* The lowest eighth is for nothing, so that little is more than that. */
static int spark_eighths(double v, double most)
{
	int eighths = 1 + (int)ceil(v / most * 7);

	return eighths > 8 ? 8 : eighths;
}

void spark_draw(struct screen *s, int y, int x, int cells, enum role role, const struct trail *t,
		uint64_t identity, uint64_t id)
{
	double most = 0, v;

	if (!trail_column(t))
		return;
	if (trail_column(t)->unit == UNIT_PERCENT)
		most = 100;
	for (int i = 0; i < cells && (uint64_t)i <= id; i++) {
		v = trail_value(t, identity, id - (uint64_t)i);
		most = v > most ? v : most;
	}
	for (int i = 0; i < cells && (uint64_t)i <= id; i++) {
		v = trail_value(t, identity, id - (uint64_t)i);
		if (v > 0)
			screen_block(s, y, x + cells - 1 - i, role, spark_eighths(v, most));
		else if (v <= 0)
			screen_block(s, y, x + cells - 1 - i,
				     role == ROLE_SELECTED ? role : ROLE_DIM, 1);
	}
}
