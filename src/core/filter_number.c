/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "filter_node.h"

#define EXPONENT_MAX 400 /* ten times it still fits; far beyond any cell */

struct suffix {
	const char *text;
	long double factor;
};

/* Of times, m is a minute and M a million. */
static const struct suffix suffix_ns[] = {
	{ "ns", 1 },	 { "us", 1e3 },	  { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "min", 60e9 },
	{ "h", 3600e9 }, { "k", 1e3 }, { "M", 1e6 },  { "G", 1e9 }, { NULL, 0 },
};
static const struct suffix suffix_seconds[] = {
	{ "ms", 1e-3L }, { "s", 1 },   { "m", 60 },  { "min", 60 }, { "h", 3600 },
	{ "k", 1e3 },	 { "M", 1e6 }, { "G", 1e9 }, { NULL, 0 },
};
static const struct suffix suffix_bytes[] = {
	{ "k", 0x1p10 }, { "m", 0x1p20 }, { "g", 0x1p30 },
	{ "t", 0x1p40 }, { "b", 1 },	   { NULL, 0 },
};
static const struct suffix suffix_count[] = {
	{ "k", 1e3 }, { "m", 1e6 }, { "g", 1e9 }, { "t", 1e12 }, { NULL, 0 },
};
static const struct suffix suffix_percent[] = { { "%", 1 }, { NULL, 0 } };

static const struct suffix *suffixes(const struct column *c)
{
	switch (c->unit) {
	case UNIT_NS:
		return suffix_ns;
	case UNIT_SECONDS:
		return suffix_seconds;
	case UNIT_BYTES:
		return suffix_bytes;
	case UNIT_PERCENT:
		return suffix_percent;
	}
	return suffix_count;
}

/* Digits with a point, in no locale: strtold would take "1,5" for one and a half in some. */
static const char *digits_parse(long double *ret, const char *p)
{
	long double v = 0, scale = 1;
	const char *start = p;

	for (; *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (*p - '0');
	if (*p == '.') {
		for (p++; *p >= '0' && *p <= '9'; p++) {
			scale *= 10;
			v += (*p - '0') / scale;
		}
	}
	*ret = v;
	return p - start > (scale == 1 && start[0] == '.') ? p : NULL;
}

/* e6, E-3; p stays where it is when that is something else. */
static const char *exponent_parse(long double *v, const char *p)
{
	bool negative = p[0] && p[1] == '-';
	const char *digit = p + 1 + (p[0] && (negative || p[1] == '+'));
	long double factor = 1;
	int exponent = 0;

	if ((*p != 'e' && *p != 'E') || *digit < '0' || *digit > '9')
		return p;
	for (; *digit >= '0' && *digit <= '9'; digit++)
		if (exponent < EXPONENT_MAX)
			exponent = exponent * 10 + (*digit - '0');
	/* multiplied first: powers of ten are exact up to 10^27, those below one never are */
	for (int i = 0; i < exponent; i++)
		factor *= 10;
	*v = negative ? *v / factor : *v * factor;
	return digit;
}

static const struct suffix *suffix_find(const struct suffix *all, const char *text)
{
	for (const struct suffix *s = all; s->text; s++)
		if (!strcmp(s->text, text))
			return s;
	for (const struct suffix *s = all; s->text; s++)
		if (!strcasecmp(s->text, text))
			return s;
	return NULL;
}

int filter_number_parse(long double *ret, const struct column *c, const char *text)
{
	bool negative = *text == '-';
	const char *end = digits_parse(ret, text + negative);
	const struct suffix *s;

	if (!end)
		return -EINVAL;
	end = exponent_parse(ret, end);
	if (negative)
		*ret = -*ret;
	if (!*end)
		return 0;
	s = suffix_find(suffixes(c), end);
	if (!s)
		return -EINVAL;
	*ret *= s->factor;
	return 0;
}
