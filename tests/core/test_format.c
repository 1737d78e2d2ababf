/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/format.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "fixture_panel.h"

struct expect {
	double value;
	const char *text;
};

static void check(int (*format)(char *, size_t, double), const struct expect *e, size_t n)
{
	char buf[32];

	for (size_t i = 0; i < n; i++) {
		int len = format(buf, sizeof(buf), e[i].value);

		cr_assert_str_eq(buf, e[i].text, "%.17g: %s, not %s", e[i].value, buf, e[i].text);
		cr_assert_eq((size_t)len, strlen(buf));
	}
}

#define CHECK(format, ...) \
	do { \
		const struct expect e[] = { __VA_ARGS__ }; \
		check(format, e, sizeof(e) / sizeof(e[0])); \
	} while (0)

Test(format, bytes)
{
	CHECK(format_bytes, { 0, "0" }, { 1023, "1023" }, { 1024, "1.0K" }, { 4096, "4.0K" },
	      { 12.3 * 1024 * 1024, "12.3M" }, { 1048575, "1.0M" }, { 1023.4 * 1024, "1023K" },
	      { 0x1p30, "1.0G" }, { 0x1p63, "8.0E" }, { NAN, "" }, { 2.5, "2.50" });
}

Test(format, count)
{
	CHECK(format_count, { 0, "0" }, { 9999, "9999" }, { 10000, "10.0k" }, { 12345, "12.3k" },
	      { 123456, "123k" }, { 4560000, "4.56M" }, { 999999, "1.00M" }, { 999499, "999k" },
	      { 18e18, "18.0E" }, { 0.25, "0.25" }, { 33.33, "33.3" }, { 100.4, "100" },
	      { INFINITY, "" });
}

Test(format, ns)
{
	CHECK(format_ns, { 0, "0" }, { 870, "870ns" }, { 4100, "4.1us" }, { 999, "999ns" },
	      { 999.7, "1.0us" }, { 12.3e6, "12.3ms" }, { 123e6, "123ms" }, { 1.5e9, "1.50s" },
	      { 12.34e9, "12.3s" }, { 59.96e9, "1m00s" }, { 125e9, "2m05s" },
	      { 3600e9, "1h00m" }, { (3 * 3600 + 7 * 60) * 1e9, "3h07m" },
	      { (2 * 86400 + 3 * 3600) * 1e9, "2d03h" }, { NAN, "" });
}

Test(format, percent)
{
	CHECK(format_percent, { 0.3, "0.3" }, { 99.9, "99.9" }, { 99.96, "100" }, { 100, "100" },
	      { 0, "0.0" }, { 412, "412" });
}

Test(format, no_more_than_seven_cells)
{
	char buf[32];

	for (double v = 0.001; v < 1e19; v *= 1.13) {
		cr_assert(format_bytes(buf, sizeof(buf), v) <= 7, "%s", buf);
		cr_assert(format_count(buf, sizeof(buf), v) <= 7, "%s", buf);
		cr_assert(format_ns(buf, sizeof(buf), v) <= 7, "%s", buf);
	}
}

Test(format, never_past_the_end)
{
	char buf[8];

	for (size_t size = 0; size < 6; size++) {
		memset(buf, '#', sizeof(buf));
		cr_assert(format_ns(buf, size, 12.3e6) <= (int)size);
		cr_assert_eq(buf[size], '#');
		cr_assert(format_fixed(buf, size, -1.5, 4) <= (int)size);
		cr_assert_eq(buf[size], '#');
	}
}

Test(format, fixed)
{
	char buf[40];

	format_fixed(buf, sizeof(buf), 1.00034, 4);
	cr_assert_str_eq(buf, "1.0003");
	format_fixed(buf, sizeof(buf), -0.5, 2);
	cr_assert_str_eq(buf, "-0.50");
	format_fixed(buf, sizeof(buf), 0.99999, 4);
	cr_assert_str_eq(buf, "1.0000");
	format_fixed(buf, sizeof(buf), NAN, 4);
	cr_assert_str_empty(buf);
}

Test(format, cells)
{
	struct fixture_row row = { .count = 12345, .bytes = 4096, .nr = 70000, .small = UINT32_MAX };
	char buf[64];

	row.who.comm = "a\x1b[31m";
	format_cell(buf, sizeof(buf), fixture_column("count"), &row);
	cr_assert_str_eq(buf, "12.3k");
	format_cell(buf, sizeof(buf), fixture_column("bytes"), &row);
	cr_assert_str_eq(buf, "4.0K");
	format_cell(buf, sizeof(buf), fixture_column("nr"), &row);
	cr_assert_str_eq(buf, "70000", "identifiers are not rounded");
	format_cell(buf, sizeof(buf), fixture_column("small"), &row);
	cr_assert_str_empty(buf);
	format_cell(buf, sizeof(buf), fixture_column("comm"), &row);
	cr_assert_str_eq(buf, "a\\x1b[31m");
	format_cell(buf, sizeof(buf), fixture_column("call"), &row);
	cr_assert_str_empty(buf);
}
