/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixture_panel.h"

static const struct fixture_row nginx = {
	.who = { .pid = 123, .tid = 124, .ppid = 1, .uid = 33, .comm = "nginx", .user = "www-data",
		 .cgroup = "/system.slice/nginx.service" },
	.call = "read",
	.nr = 3,
	.count = 1500,
	.bytes = 2 << 20,
	.peak = 20 * 1000 * 1000,
	.level = 12.5,
	.small = UINT32_MAX,
	.lat = { .max_ns = 11000000, .avg_ns = NA_U64 },
};

/* Both halves must hold, as on a row that no grouping changed. */
static bool matches(const char *text)
{
	struct filter_error error = { 0 };
	struct filter *f;
	bool r;

	cr_assert_eq(filter_parse(&f, &fixture_panel, text, &error), 0, "%s: %s at %zu", text,
		     error.text, error.column);
	r = filter_keys(f, &nginx) && filter_rest(f, &nginx) &&
	    (!filter_has_words(f) || filter_words(f, &nginx, &nginx));
	filter_free(f);
	return r;
}

static void fails_with(int want, const char *text, size_t column, const char *part)
{
	struct filter_error error = { .column = 9999 };
	struct filter *f = (struct filter *)&error;

	cr_assert_eq(filter_parse(&f, &fixture_panel, text, &error), want, "%s", text);
	cr_assert_null(f);
	cr_assert_eq(error.column, column, "%s: %s at %zu", text, error.text, error.column);
	cr_assert_not_null(strstr(error.text, part), "%s: %s", text, error.text);
	cr_assert_null(strchr(error.text, '\n'));
}

static void fails_at(const char *text, size_t column, const char *part)
{
	fails_with(-EINVAL, text, column, part);
}

Test(filter, empty_matches_everything)
{
	cr_assert(matches(""));
	cr_assert(matches("  "));
	cr_assert(filter_keys(NULL, &nginx));
	cr_assert(filter_rest(NULL, &nginx));
}

Test(filter, numbers)
{
	cr_assert(matches("pid=123"));
	cr_assert(!matches("pid=124"));
	cr_assert(matches("pid!=124"));
	cr_assert(!matches("pid!=123"));
	cr_assert(matches("count>1499") && !matches("count>1500"));
	cr_assert(matches("count>=1500") && !matches("count>=1501"));
	cr_assert(matches("count<1501") && !matches("count<1500"));
	cr_assert(matches("count<=1500") && !matches("count<=1499"));
	cr_assert(matches("pid == 123"));
	cr_assert(matches("level=12.5") && matches("level>12.4") && matches("level<13%"));
	cr_assert(matches("count>-1"));
}

Test(filter, units)
{
	cr_assert(matches("count=1.5k") && matches("count=1.5K"));
	cr_assert(matches("bytes=2M") && matches("bytes=2048k") && !matches("bytes=2000k"));
	cr_assert(matches("bytes<1G"));
	cr_assert(matches("peak_ns=20ms") && matches("peak_ns=20000us") && matches("peak_ns=.02s"));
	cr_assert(matches("peak_ns=20000000") && matches("peak_ns<1m"));
	cr_assert(matches("peak_ns=20M") && matches("peak_ns=20000k") && matches("peak_ns<1G"));
	cr_assert(matches("peak_ns>1M") && !matches("peak_ns>1m"), "a million and a minute");
	cr_assert(matches("peak_ns=20MS") && matches("peak_ns<1H"));
}

Test(filter, exponents)
{
	cr_assert(matches("peak_ns=2e7") && matches("peak_ns=2E+7") && matches("peak_ns=2e-2s"));
	cr_assert(matches("count=1.5e3") && matches("count=15e2") && matches("count=1.5e0k"));
	cr_assert(matches("count<1e99999999999") && matches("count>1e-99999999999"));
}

Test(filter, sixty_four_bits_are_exact)
{
	struct fixture_row row = { .count = (1ull << 62) + 1 };
	struct filter_error error;
	struct filter *f;

	cr_assert_eq(filter_parse(&f, &fixture_panel, "count=4611686018427387905", &error), 0);
	cr_assert(filter_rest(f, &row));
	row.count--;
	cr_assert(!filter_rest(f, &row));
	filter_free(f);
}

Test(filter, text)
{
	cr_assert(matches("comm=nginx") && !matches("comm=ngin"));
	cr_assert(matches("comm!=ngin") && !matches("comm!=nginx"));
	cr_assert(matches("comm~^ng.*x$") && !matches("comm~^x"));
	cr_assert(matches("comm!~^x") && !matches("comm!~ginx"));
	cr_assert(matches("comm^=ngi") && !matches("comm^=gi"));
	cr_assert(matches("comm~'^(nginx|apache)$'") && !matches("comm~\"^(a|b)$\""));
	cr_assert(matches("comm = nginx") && matches("comm=\"nginx\"") && matches("comm='nginx'"));
	cr_assert(!matches("comm=''"));
	cr_assert(matches("cgroup^=/system.slice"));
}

Test(filter, words_look_into_all_text)
{
	cr_assert(matches("nginx") && matches("www") && matches("slice/ng"));
	cr_assert(!matches("apache"));
	cr_assert(matches("'ngi'") && !matches("'n i'"));
	cr_assert(matches("nginx read") && !matches("nginx write"));
	cr_assert(matches("123 or nginx"), "a number is a word as well");
}

Test(filter, logic)
{
	cr_assert(matches("pid=123 and comm=nginx") && !matches("pid=123 and comm=x"));
	cr_assert(matches("pid=1 or comm=nginx") && !matches("pid=1 or comm=x"));
	cr_assert(matches("not pid=1") && !matches("not pid=123"));
	cr_assert(matches("not not pid=123"));
	cr_assert(matches("pid=123 or pid=1 and comm=x"), "and binds tighter");
	cr_assert(!matches("(pid=123 or pid=1) and comm=x"));
	cr_assert(matches("not (pid=1 or comm=x)") && !matches("not(pid=123)"));
	cr_assert(matches("pid=1 OR pid=123"));
	cr_assert(matches("comm~^nginx and (bytes>1M or peak_ns>10ms)"));
	cr_assert(matches("comm~^nginx (bytes>1G or peak_ns>10ms)"));
	cr_assert(!matches("comm~^nginx and (bytes>1G or peak_ns>1s)"));
	cr_assert(matches("order or nginx"), "a word that begins with a keyword");
}

Test(filter, not_known_matches_only_unequal)
{
	cr_assert(!matches("small=5") && !matches("small>0") && !matches("small<1"));
	cr_assert(matches("small!=5"));
	cr_assert(!matches("avg_ns>0") && matches("avg_ns!=0"));
	cr_assert(!matches("verdict=x") && !matches("verdict!~x") && matches("verdict!=x"));
}

Test(filter, null_is_what_is_not_known)
{
	struct fixture_row row = nginx;
	struct filter_error error;
	struct filter *f;

	cr_assert(matches("small=null") && !matches("small!=null"));
	cr_assert(!matches("count=null") && matches("count!=null") && matches("not count=null"));
	cr_assert(matches("avg_ns = null") && matches("verdict=null") && !matches("verdict!=null"));
	cr_assert(!matches("comm=null") && matches("comm!=null"));
	cr_assert(!matches("verdict='null'") && matches("verdict!='null'"));
	fails_at("small>null", 6, "not a number");
	fails_at("small='null'", 6, "not a number");
	row.verdict = "null";
	cr_assert_eq(filter_parse(&f, &fixture_panel, "verdict='null' verdict!=null", &error), 0);
	cr_assert(filter_keys(f, &row) && filter_rest(f, &row));
	filter_free(f);
}

Test(filter, errors_point_at_where_they_are)
{
	fails_with(-ENOENT, "foo=1", 0, "no column 'foo'");
	fails_with(-ENOENT, "pid=1 and foo=1", 10, "no column 'foo'");
	fails_at("pid=abc", 4, "not a number");
	fails_at("pid=1x", 4, "not a number");
	fails_at("peak_ns>10x", 8, "such as 10ms");
	fails_at("count>1e", 6, "not a number");
	fails_at("count>1e+", 6, "not a number");
	fails_at("count>e6", 6, "not a number");
}

/* They were words and values that match nothing. */
Test(filter, habits_of_other_languages_are_pointed_out)
{
	fails_at("comm=nginx && pid<50", 11, "'and'");
	fails_at("comm=nginx || pid<50", 11, "'or'");
	fails_at("comm=nginx&&pid<50", 10, "'and'");
	fails_at("nginx||pid<50", 5, "'or'");
	fails_at("nginx|| read", 5, "'or'");
	fails_at("(pid=1)&&(pid=2)", 7, "'and'");
	fails_at("comm=nginx & read", 11, "'and'");
	fails_at("comm=nginx | read", 11, "'or'");
	fails_at("!nginx", 0, "'not'");
	fails_at("not !(pid=1)", 4, "'not'");
	fails_at("comm=~^ng", 4, "write ~");
	fails_at("comm =~ ^ng", 5, "write ~");
	fails_at("pid=~1", 3, "write ~");
	cr_assert(matches("comm==nginx") && !matches("comm==ngin"));
	cr_assert(!matches("comm='a&&b'") && !matches("comm='~x'") && !matches("'||'"));
	cr_assert(matches("comm!~a|b") && matches("not b&b"), "a part of a pattern or name");
	cr_assert(!matches("comm=ng*"), "no pattern");
}

Test(filter, errors_of_syntax)
{
	fails_at("pid=", 4, "value");
	fails_at("pid= and comm=x", 5, "not a number");
	fails_at("pid~1", 3, "number");
	fails_at("comm<x", 4, "text");
	fails_at("(pid=1", 0, "not closed");
	fails_at("pid=1)", 5, "not opened");
	fails_at("pid=1 and", 9, "missing");
	fails_at("or pid=1", 0, "missing");
	fails_at("not", 3, "missing");
	fails_at("comm='x", 5, "quote");
	fails_at("comm~'('", 5, "regular expression");
	fails_at("comm~^(a|b)$", 5, "quotes");
	fails_at("foo-bar=1", 0, "not a column");
	fails_at("()", 1, "missing");
}

Test(filter, deep_and_long_texts_are_refused)
{
	char *text = malloc(300001);
	struct filter_error error;
	struct filter *f;

	memset(text, '(', 300000);
	text[300000] = '\0';
	cr_assert_eq(filter_parse(&f, &fixture_panel, text, &error), -EINVAL);
	for (int i = 0; i < 300000; i += 2)
		memcpy(text + i, "a ", 2);
	cr_assert_eq(filter_parse(&f, &fixture_panel, text, &error), -EINVAL);
	cr_assert_not_null(strstr(error.text, "too many"));
	free(text);
}

Test(filter, keys_first_and_the_rest_afterwards)
{
	struct fixture_row grouped = nginx;
	struct filter_error error;
	struct filter *f;

	cr_assert_eq(filter_parse(&f, &fixture_panel, "(pid=123 and count>1k) and not comm=dd",
				  &error), 0);
	cr_assert(filter_keys(f, &nginx));
	grouped.who.pid = 0;
	grouped.who.comm = NULL;
	cr_assert(!filter_keys(f, &grouped));
	cr_assert(filter_rest(f, &grouped), "pid was looked at before it was grouped away");
	grouped.count = 10;
	cr_assert(!filter_rest(f, &grouped));
	filter_free(f);

	cr_assert_eq(filter_parse(&f, &fixture_panel, "pid=1 or count>1k", &error), 0);
	cr_assert(filter_keys(f, &nginx), "a mixed term waits");
	cr_assert(filter_rest(f, &nginx));
	filter_free(f);
}

static void round_trip(const char *comm)
{
	struct fixture_row row = nginx;
	struct filter_error error;
	char buf[128] = "";
	struct filter *f;

	row.who.comm = comm;
	cr_assert_gt(filter_format_equal(buf, sizeof(buf), fixture_column("comm"), &row), 0);
	cr_assert_eq(filter_parse(&f, &fixture_panel, buf, &error), 0, "%s: %s", buf, error.text);
	cr_assert(filter_keys(f, &row), "%s", buf);
	row.who.comm = "something else";
	cr_assert(!filter_keys(f, &row), "%s", buf);
	filter_free(f);
}

Test(filter, format_equal_is_read_back)
{
	const char *const names[] = { "nginx", "a b", "", "it's", "say \"x\"", "'\"\\", "(x)", "and",
				      "\\", "a=b", "kworker/0:1-events", "=", "tab\there", "\x80",
				      "null", "a&&b", "||", "!x", "~x" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		round_trip(names[i]);
}

Test(filter, format_equal_appends_or_leaves_alone)
{
	char buf[32] = "pid=1 and ";

	cr_assert_eq(filter_format_equal(buf, sizeof(buf), fixture_column("count"), &nginx), 10);
	cr_assert_str_eq(buf, "pid=1 and count=1500");
	cr_assert_eq(filter_format_equal(buf, sizeof(buf), fixture_column("cgroup"), &nginx), -ENOSPC);
	cr_assert_str_eq(buf, "pid=1 and count=1500");
	cr_assert_eq(filter_format_equal(buf, sizeof(buf), fixture_column("small"), &nginx), -EINVAL);
	cr_assert_str_eq(buf, "pid=1 and count=1500");
}

/* regcomp would take hours and all memory for them */
Test(filter, refuses_patterns_that_explode)
{
	const char *const bad[] = { "comm~s+++++++++++++++++++++", "comm~'(((a{50}){50}){50})'" };
	const char *const good[] = { "comm~'^(ng|ap).*[0-9]+(x?y*)$'", "comm~a{2,30}", "comm~a\\\\+++" };
	struct filter_error error;
	struct filter *f;

	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(filter_parse(&f, &fixture_panel, bad[i], &error), -EINVAL, "%s", bad[i]);
		cr_assert_eq(error.column, 5);
	}
	for (size_t i = 0; i < 3; i++) {
		cr_assert_eq(filter_parse(&f, &fixture_panel, good[i], &error), 0, "%s: %s", good[i],
			     error.text);
		filter_free(f);
	}
}
