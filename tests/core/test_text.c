/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/format.h"

static void shown_as(const char *text, const char *expected)
{
	char buf[256];
	int n = text_for_terminal(buf, sizeof(buf), text);

	cr_assert_str_eq(buf, expected);
	cr_assert_eq((size_t)n, strlen(expected));
}

Test(text, plain_text_is_left_alone)
{
	shown_as("", "");
	shown_as("/var/log/a b", "/var/log/a b");
	shown_as("gr\u00fc\u00dfe \u65e5\u672c \u0416 \U0001f600 \\n", "gr\u00fc\u00dfe \u65e5\u672c "
		 "\u0416 \U0001f600 \\n");
	shown_as("e\u0301", "e\u0301");
}

Test(text, control_bytes_become_visible)
{
	shown_as("a\nb\tc\r", "a\\nb\\tc\\r");
	shown_as("\x1b[2J\x07\x7f", "\\x1b[2J\\x07\\x7f");
	shown_as("\xc2\x9b" "31m", "\\u009b31m");
	shown_as("\x9b", "\\x9b");
}

Test(text, bidi_and_invisible_become_visible)
{
	shown_as("a\u202e.txt", "a\\u202e.txt");
	shown_as("\u2066\u200b\ufeff\u200d", "\\u2066\\u200b\\ufeff\\u200d");
	shown_as("\U000e0041", "\\U000e0041");
	shown_as("a\u2028b\u00ad", "a\\u2028b\\u00ad");
	shown_as("\u3164", "\\u3164");
}

Test(text, invalid_utf8_byte_by_byte)
{
	shown_as("a\xff\xfe", "a\\xff\\xfe");
	shown_as("\xc3", "\\xc3");
	shown_as("\xe2\x82", "\\xe2\\x82");
	shown_as("\xc0\xaf", "\\xc0\\xaf");
	shown_as("\xed\xa0\x80", "\\xed\\xa0\\x80");
	shown_as("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
}

Test(text, marks_do_not_pile_up)
{
	shown_as("\u0301x", "\\u0301x");
	shown_as("a\u0301\u0302\u0303", "a\u0301\u0302\\u0303");
}

Test(text, cut_between_characters)
{
	char buf[16];

	for (size_t size = 1; size < 12; size++) {
		memset(buf, '#', sizeof(buf));
		cr_assert(text_for_terminal(buf, size, "\u65e5\x1b\u65e5") < (int)size);
		cr_assert(utf8proc_decompose((const utf8proc_uint8_t *)buf, -1, NULL, 0,
					     UTF8PROC_NULLTERM) >= 0);
		cr_assert(!strchr(buf, '\\') || strstr(buf, "\\x1b"), "half an escape: %s", buf);
		cr_assert_eq(buf[size], '#');
	}
}

Test(text, any_bytes_give_harmless_text)
{
	unsigned char in[64];
	char buf[512];

	srand(1);
	for (int round = 0; round < 20000; round++) {
		for (size_t i = 0; i < sizeof(in) - 1; i++)
			in[i] = (unsigned char)(rand() % 255 + 1);
		in[sizeof(in) - 1] = '\0';
		text_for_terminal(buf, sizeof(buf), (char *)in);
		for (const char *p = buf; *p; p++)
			cr_assert((unsigned char)*p >= ' ' && *p != 0x7f);
		cr_assert(utf8proc_decompose((utf8proc_uint8_t *)buf, -1, NULL, 0,
					     UTF8PROC_NULLTERM) >= 0);
	}
}

Test(text, width)
{
	cr_assert_eq(text_width(""), 0);
	cr_assert_eq(text_width("abc"), 3);
	cr_assert_eq(text_width("\u65e5\u672c"), 4);
	cr_assert_eq(text_width("e\u0301"), 1);
}

static void fits_as(const char *text, int cells, bool front, bool left, const char *expected)
{
	char buf[128];

	text_fit(buf, sizeof(buf), text, cells, front, left);
	cr_assert_str_eq(buf, expected);
	cr_assert_eq(text_width(buf), cells);
}

Test(text, fit)
{
	fits_as("abc", 5, false, true, "abc  ");
	fits_as("abc", 5, false, false, "  abc");
	fits_as("abc", 3, false, true, "abc");
	fits_as("abcdef", 4, false, true, "abc\u2026");
	fits_as("abcdef", 4, true, true, "\u2026def");
	fits_as("abcdef", 1, true, true, "\u2026");
	fits_as("abcdef", 0, true, true, "");
	fits_as("\u65e5\u672c\u8a9e", 4, false, true, "\u65e5\u2026 ");
	fits_as("\u65e5\u672c\u8a9e", 4, true, false, " \u2026\u8a9e");
	fits_as("\u65e5\u672c\u8a9e", 5, true, true, "\u2026\u672c\u8a9e");
	fits_as("", 2, false, false, "  ");
}

Test(text, fit_cuts_no_mark_from_its_base)
{
	fits_as("xe\u0301y", 2, true, true, "\u2026y");
	fits_as("e\u0301yz", 2, false, true, "e\u0301\u2026");
}

Test(text, utf8_for_files)
{
	char buf[64];

	text_to_utf8(buf, sizeof(buf), "a\xff" "b\u202e\x1b\xc3");
	cr_assert_str_eq(buf, "a\ufffd" "b\u202e\x1b\ufffd");
	text_to_utf8(buf, 5, "ab\xff\xff");
	cr_assert_str_eq(buf, "ab");
}
