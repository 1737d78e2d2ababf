/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "column.h"

#include <string.h>

static double cell_f64(const struct column *c, const void *row)
{
	return *(const double *)((const char *)row + c->offset);
}

static const struct lat *cell_lat(const struct column *c, const void *row)
{
	return (const struct lat *)((const char *)row + c->offset);
}

double column_number(const struct column *c, const void *row)
{
	uint64_t v;

	switch (c->kind) {
	case COL_U32:
	case COL_U64:
		v = column_u64(c, row);
		return v == NA_U64 ? NAN : (double)v;
	case COL_F64:
		return cell_f64(c, row);
	case COL_LAT:
		return (double)cell_lat(c, row)->count;
	}
	return NAN;
}

bool column_is_known(const struct column *c, const void *row)
{
	switch (c->kind) {
	case COL_U32:
	case COL_U64:
		return column_u64(c, row) != NA_U64;
	case COL_F64:
		return isfinite(cell_f64(c, row));
	case COL_STR:
		return column_str(c, row) != NULL;
	}
	return true;
}

static int u64_compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

bool column_identifies(const struct column *c, const void *row)
{
	if (!column_is_known(c, row))
		return false;
	return c->kind == COL_STR ? column_str(c, row)[0] != '\0' :
				    c->agg != AGG_ID || column_u64(c, row) != 0;
}

int column_compare(const struct column *c, const void *a, const void *b)
{
	bool known_a = column_is_known(c, a), known_b = column_is_known(c, b);

	if (!known_a || !known_b)
		return known_a - known_b;
	switch (c->kind) {
	case COL_U32:
	case COL_U64:
		return u64_compare(column_u64(c, a), column_u64(c, b));
	case COL_F64:
		return (cell_f64(c, a) > cell_f64(c, b)) - (cell_f64(c, a) < cell_f64(c, b));
	case COL_STR:
		/* strings of one table are shared: mostly the pointers tell */
		return column_str(c, a) == column_str(c, b) ?
			       0 :
			       strcmp(column_str(c, a), column_str(c, b));
	case COL_LAT:
		return u64_compare(cell_lat(c, a)->count, cell_lat(c, b)->count);
	}
	return 0;
}
