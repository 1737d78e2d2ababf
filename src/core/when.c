/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "when.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "options.h"

#define SECOND 1000000000ull
#define WORD_LEN 64
#define EPOCH_MIN 100000000ull /* s; 1973 */

/* ".25" as ns; what is behind nine digits does not count. */
static const char *fraction_parse(uint64_t *ret_ns, const char *text)
{
	uint64_t unit = SECOND / 10;

	*ret_ns = 0;
	if (*text != '.' || !isdigit((unsigned char)text[1]))
		return text;
	for (text++; isdigit((unsigned char)*text); text++, unit /= 10)
		*ret_ns += unit * (uint64_t)(*text - '0');
	return text;
}

static int moment_make(uint64_t *ret, struct tm *tm, uint64_t ns, bool utc)
{
	time_t t;

	tm->tm_isdst = -1;
	t = utc ? timegm(tm) : mktime(tm);
	if (t < 0 || (uint64_t)t > INT64_MAX / SECOND)
		return -ERANGE;
	*ret = (uint64_t)t * SECOND + ns;
	return 0;
}

/* "14:02" or "14:02:30.5": what is behind it, or NULL. */
static const char *clock_parse(struct tm *tm, uint64_t *ret_ns, const char *text)
{
	const char *rest = strptime(text, "%H:%M", tm), *seconds;

	if (!rest)
		return NULL;
	tm->tm_sec = 0;
	*ret_ns = 0;
	if (*rest != ':')
		return rest;
	seconds = strptime(rest, ":%S", tm);
	return seconds ? fraction_parse(ret_ns, seconds) : NULL;
}

static int clock_moment(uint64_t *ret, const char *text, uint64_t end)
{
	time_t last = (time_t)(end / SECOND);
	const char *rest;
	struct tm tm;
	uint64_t ns;
	int r;

	localtime_r(&last, &tm);
	rest = clock_parse(&tm, &ns, text);
	if (!rest || *rest)
		return -EINVAL;
	r = moment_make(ret, &tm, ns, false);
	if (r || *ret <= end)
		return r;
	/* a clock may have shown it twice that day or, where days are short, not at all */
	localtime_r(&last, &tm);
	tm.tm_mday--;
	clock_parse(&tm, &ns, text);
	return moment_make(ret, &tm, ns, false);
}

static int date_moment(uint64_t *ret, const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%d", &tm);
	uint64_t ns = 0;
	bool utc;

	if (rest && (*rest == 'T' || *rest == ' '))
		rest = isdigit((unsigned char)rest[1]) ? clock_parse(&tm, &ns, rest + 1) : NULL;
	if (!rest)
		return -EINVAL;
	utc = *rest == 'Z';
	if (rest[utc ? 1 : 0])
		return -EINVAL;
	return moment_make(ret, &tm, ns, utc);
}

static int epoch_moment(uint64_t *ret, const char *text)
{
	unsigned long long s;
	uint64_t ns;
	char *end;

	errno = 0;
	s = strtoull(text, &end, 10);
	/* "14" is more likely an hour than a moment in 1970 */
	if (*fraction_parse(&ns, end) || (!errno && s < EPOCH_MIN))
		return -EINVAL;
	if (errno || s > INT64_MAX / SECOND)
		return -ERANGE;
	*ret = s * SECOND + ns;
	return 0;
}

/* before: what is asked for is that long before from, else after it. */
static int distance_moment(uint64_t *ret, const char *text, uint64_t from, bool before)
{
	uint64_t ns;
	int r = duration_parse(&ns, text);

	if (r)
		return r;
	if (before ? ns > from : ns > INT64_MAX - from)
		return -ERANGE;
	*ret = before ? from - ns : from + ns;
	return 0;
}

/* Length of text before "ago", blanks not counted; 0: that is not how it ends. */
static size_t ago_find(const char *text)
{
	size_t len = strlen(text);

	if (len < 4 || strcmp(text + len - 3, "ago"))
		return 0;
	for (len -= 3; len && text[len - 1] == ' '; len--)
		;
	return len;
}

int when_parse(uint64_t *ret_wall_ns, const char *text, uint64_t begin, uint64_t end)
{
	char word[WORD_LEN];
	size_t len, ago;

	text += strspn(text, " ");
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		len--;
	if (len >= sizeof(word))
		return -EINVAL;
	memcpy(word, text, len);
	word[len] = 0;
	ago = ago_find(word);
	if (ago) {
		word[ago] = 0;
		return distance_moment(ret_wall_ns, word, end, true);
	}
	if (word[0] == '-' || word[0] == '+')
		return distance_moment(ret_wall_ns, word + 1, word[0] == '-' ? end : begin,
				       word[0] == '-');
	if (!isdigit((unsigned char)word[0]))
		return -EINVAL;
	if (strchr(word, '-'))
		return date_moment(ret_wall_ns, word);
	return strchr(word, ':') ? clock_moment(ret_wall_ns, word, end)
				 : epoch_moment(ret_wall_ns, word);
}
