/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* The length of what is in buf, not of what there was no room for. */
static int print(char *buf, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int print(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	if (!size)
		return 0;
	va_start(args, format);
	n = vsnprintf(buf, size, format, args);
	va_end(args);
	return n < (int)size ? n : (int)size - 1;
}

/*
 * The number with `digits` digits behind the point; the point is one in every locale.  Rounds half
 * up, which is what the limits below count on.
 */
static int print_fixed(char *buf, size_t size, double v, int digits, const char *suffix)
{
	static const uint64_t scale[] = { 1, 10, 100, 1000, 10000 };
	uint64_t n = (uint64_t)(v * (double)scale[digits] + 0.5);

	if (!digits)
		return print(buf, size, "%" PRIu64 "%s", n, suffix);
	return print(buf, size, "%" PRIu64 ".%0*" PRIu64 "%s", n / scale[digits], digits,
		     n % scale[digits], suffix);
}

int format_fixed(char *buf, size_t size, double v, int digits)
{
	if (!isfinite(v))
		return print(buf, size, "%s", "");
	if (fabs(v) >= 1e14)
		return print(buf, size, "%.0f", v);
	if (v < 0 && size > 1) {
		buf[0] = '-';
		return 1 + print_fixed(buf + 1, size - 1, -v, digits, "");
	}
	return print_fixed(buf, size, fabs(v), digits, "");
}

/* Below 100: fractions where there are some, as in rates and means. */
static int print_small(char *buf, size_t size, double v)
{
	if (fabs(v - nearbyint(v)) < 0.005)
		return print_fixed(buf, size, v, 0, "");
	return print_fixed(buf, size, v, v < 9.995 ? 2 : 1, "");
}

/* Not known, or nothing that this column can be: an empty cell. */
static bool print_odd(char *buf, size_t size, double *v, int *ret)
{
	if (!isfinite(*v)) {
		*ret = print(buf, size, "%s", "");
		return true;
	}
	if (*v < 0 || *v >= 0x1p64) {
		*ret = print(buf, size, "%s", *v < 0 ? "<0" : ">16E");
		return true;
	}
	return false;
}

int format_bytes(char *buf, size_t size, double bytes)
{
	static const char suffix[][2] = { "", "K", "M", "G", "T", "P", "E" };
	int i = 0, ret;

	if (print_odd(buf, size, &bytes, &ret))
		return ret;
	if (bytes < 99.95)
		return print_small(buf, size, bytes);
	while (bytes >= 1023.5 && i < 6) {
		bytes /= 1024;
		i++;
	}
	return print_fixed(buf, size, bytes, i && bytes < 99.95, suffix[i]);
}

int format_count(char *buf, size_t size, double count)
{
	static const char suffix[][2] = { "k", "M", "G", "T", "P", "E" };
	int i = 0, ret;

	if (print_odd(buf, size, &count, &ret))
		return ret;
	if (count < 99.95)
		return print_small(buf, size, count);
	if (count < 9999.5)
		return print_fixed(buf, size, count, 0, "");
	for (count /= 1000; count >= 999.5 && i < 5; i++)
		count /= 1000;
	return print_fixed(buf, size, count, count < 9.995 ? 2 : count < 99.95, suffix[i]);
}

/* Two units, the second with two digits: 2m05s. */
static int print_pair(char *buf, size_t size, double seconds, uint64_t unit, const char *names)
{
	static const uint64_t smaller[] = { ['s'] = 1, ['m'] = 60, ['h'] = 3600 };
	uint64_t s = (uint64_t)(seconds + 0.5), part = smaller[(int)names[1]];

	return print(buf, size, "%" PRIu64 "%c%02" PRIu64 "%c", s / unit, names[0],
		     s % unit / part, names[1]);
}

int format_ns(char *buf, size_t size, double ns)
{
	double s = ns / 1e9;
	int ret;

	if (print_odd(buf, size, &ns, &ret))
		return ret;
	if (ns < 0.5)
		return print(buf, size, "0");
	if (ns < 999.5)
		return print_fixed(buf, size, ns, 0, "ns");
	if (ns < 999.5e3)
		return print_fixed(buf, size, ns / 1e3, ns < 99.95e3, "us");
	if (ns < 999.5e6)
		return print_fixed(buf, size, ns / 1e6, ns < 99.95e6, "ms");
	if (s < 59.95)
		return print_fixed(buf, size, s, s < 9.995 ? 2 : 1, "s");
	if (s < 3599.5)
		return print_pair(buf, size, s, 60, "ms");
	if (s < 86399.5)
		return print_pair(buf, size, s, 3600, "hm");
	if (s < 100 * 86400.0)
		return print_pair(buf, size, s, 86400, "dh");
	return print_fixed(buf, size, s / 86400, 0, "d");
}

int format_percent(char *buf, size_t size, double percent)
{
	int ret;

	if (print_odd(buf, size, &percent, &ret))
		return ret;
	return print_fixed(buf, size, percent, percent < 99.95, "");
}

static int format_identifier(char *buf, size_t size, const struct column *c, const void *row)
{
	if (c->kind == COL_F64)
		return format_fixed(buf, size, column_number(c, row), 2);
	return print(buf, size, "%" PRIu64, column_u64(c, row));
}

int format_number(char *buf, size_t size, enum col_unit unit, double v)
{
	switch (unit) {
	case UNIT_COUNT:
		return format_count(buf, size, v);
	case UNIT_BYTES:
		return format_bytes(buf, size, v);
	case UNIT_NS:
		return format_ns(buf, size, v);
	case UNIT_SECONDS:
		return format_ns(buf, size, v * 1e9);
	case UNIT_PERCENT:
		return format_percent(buf, size, v);
	case UNIT_NONE:
		break;
	}
	return format_fixed(buf, size, v, 2);
}

int format_cell(char *buf, size_t size, const struct column *c, const void *row)
{
	if (!column_is_known(c, row) || c->kind == COL_LAT)
		return print(buf, size, "%s", "");
	if (c->kind == COL_STR)
		return text_for_terminal(buf, size, column_str(c, row));
	if (c->unit == UNIT_NONE)
		return format_identifier(buf, size, c, row);
	return format_number(buf, size, c->unit, column_number(c, row));
}
