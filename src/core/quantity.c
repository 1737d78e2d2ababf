/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "quantity.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int duration_parse(uint64_t *ret_ns, const char *text)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "", 1e9 },   { "s", 1e9 },  { "ms", 1e6 },
		      { "us", 1e3 }, { "m", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 } };
	double value;
	char *end;

	/* strtod also takes signs, blanks, hexadecimal and infinity */
	if (!isdigit((unsigned char)text[0]) && text[0] != '.')
		return -EINVAL;
	errno = 0;
	value = strtod(text, &end);
	if (end == text || (size_t)(end - text) != strspn(text, "0123456789."))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name))
			continue;
		if (errno || value * units[i].ns >= 1e19)
			return -ERANGE;
		*ret_ns = (uint64_t)(value * units[i].ns + 0.5);
		return 0;
	}
	return -EINVAL;
}

int size_parse(size_t *ret, const char *text)
{
	static const char units[] = "kmgt";
	size_t digits = strspn(text, "0123456789");
	const char *unit = strchr(units, tolower((unsigned char)text[digits]));
	int shift = text[digits] && unit ? 10 * (int)(unit - units + 1) : 0;
	unsigned long long value;

	if (!digits || (text[digits] && (!unit || text[digits + 1])))
		return -EINVAL;
	errno = 0;
	value = strtoull(text, NULL, 10);
	if (errno || value > SIZE_MAX >> shift)
		return -ERANGE;
	*ret = (size_t)value << shift;
	return 0;
}

int percent_parse(double *ret, const char *text)
{
	double value;
	char *end;

	if (!isdigit((unsigned char)text[0]) && text[0] != '.')
		return -EINVAL;
	value = strtod(text, &end);
	if (end == text || (size_t)(end - text) != strspn(text, "0123456789.") ||
	    (*end && strcmp(end, "%")))
		return -EINVAL;
	if (value > 100)
		return -ERANGE;
	*ret = value / 100;
	return 0;
}
