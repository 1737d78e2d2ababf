/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/when.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define S 1000000000ull
#define BEGIN (1795269600ull * S) /* 2026-11-21 14:00:00 UTC */
#define END (1795271400ull * S) /* 14:30 */

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

Test(when, takes_what_people_write)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{ "14:02:30", BEGIN + 150 * S },
		{ "14:02", BEGIN + 120 * S },
		{ "14:02:30.25", BEGIN + 150 * S + S / 4 },
		{ "14:30:00", END },
		{ "14:30:01", END + S - 86400 * S },
		{ "23:59", END - 86400 * S + 34140 * S },
		{ "2026-11-21T14:02:30Z", BEGIN + 150 * S },
		{ "2026-11-21T14:02:30.500Z", BEGIN + 150 * S + S / 2 },
		{ "2026-11-21 14:02", BEGIN + 120 * S },
		{ "2026-11-21", BEGIN - 14 * 3600 * S },
		{ "-90s", END - 90 * S },
		{ "-1.5m", END - 90 * S },
		{ "-90", END - 90 * S },
		{ "3m ago", END - 180 * S },
		{ " 3m  ago ", END - 180 * S },
		{ "3mago", END - 180 * S },
		{ "+90s", BEGIN + 90 * S },
		{ "1795269601", BEGIN + S },
		{ "1795269601.5", BEGIN + S + S / 2 },
	};

	zone("UTC");
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint64_t ns = 0;

		cr_expect_eq(when_parse(&ns, good[i].text, BEGIN, END), 0, "%s", good[i].text);
		cr_expect_eq(ns, good[i].ns, "%s: %lld s off", good[i].text,
			     (long long)(ns - good[i].ns) / (long long)S);
	}
}

Test(when, knows_local_time)
{
	uint64_t ns;

	zone("CET-1");
	cr_assert_eq(when_parse(&ns, "15:02:30", BEGIN, END), 0);
	cr_expect_eq(ns, BEGIN + 150 * S);
	cr_assert_eq(when_parse(&ns, "2026-11-21T15:02:30", BEGIN, END), 0);
	cr_expect_eq(ns, BEGIN + 150 * S);
	cr_assert_eq(when_parse(&ns, "2026-11-21T14:02:30Z", BEGIN, END), 0);
	cr_expect_eq(ns, BEGIN + 150 * S, "UTC all the same");
}

Test(when, refuses_the_rest)
{
	static const char *const bad[] = {
		"",	    " ",	  "x",		  "14", "14x",     "25:00",	 "14:61",
		"14:02:",   "14:02:30x",  "2026-13-01",	  "-",	     "+",	 "--5",
		"ago",	    " ago",	  "5x ago",	  "-5m ago", "yesterday", "2026-11-21T",
		"14:02 30", "2026-11-21T14:02:30ZZ", "1795269601.", "99999999999999999999",
		"-99999999999h", "9999-12-31",
	};

	zone("UTC");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t ns = 1;

		cr_expect_lt(when_parse(&ns, bad[i], BEGIN, END), 0, "\"%s\"", bad[i]);
		cr_expect_eq(ns, 1, "\"%s\"", bad[i]);
	}
}
