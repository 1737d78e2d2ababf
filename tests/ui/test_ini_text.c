/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contract: every entry of an INI text once, every wrong line named and skipped. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "ui/ini_text.h"

static char got[1000];
static struct warnings warnings;

static void on_entry(void *data, const struct ini_place *at, const char *section, const char *name,
		     const char *value)
{
	size_t used = strlen(got);

	(void)data;
	snprintf(got + used, sizeof(got) - used, "%d %s.%s%s%s\n", at->line, section, name,
		 at->continues ? "+=" : "=", value);
}

static void check(const char *text, const char *entries, const char *wrong)
{
	got[0] = '\0';
	warnings = (struct warnings){ 0 };
	ini_text_read("f", text, &warnings, on_entry, NULL);
	cr_assert_str_eq(got, entries, "%s", got);
	cr_assert_str_eq(warnings.text, wrong, "%s", warnings.text);
}

Test(ini_text, entries_of_sections)
{
	check("", "", "");
	check("\n# a\n;b\n", "", "");
	check("\xef\xbb\xbf[s]\r\na = b\r\n", "2 s.a=b\n", "");
	check("[s]\na=1\n\n[t]\nb : 2 3 ; not this\nno-end=4", "2 s.a=1\n5 t.b=2 3\n6 t.no-end=4\n",
	      "");
	check("[s]\na=1\n  2\n# c\n\t3\n", "2 s.a=1\n3 s.a+=2\n5 s.a+=3\n", "");
}

Test(ini_text, all_wrong_lines_are_named)
{
	check("[s]\nnonsense\na=1\n[t\n=2\nb=3\n", "3 s.a=1\n6 s.b=3\n",
	      "f:2: neither [section] nor name = value\nf:4: the ] is missing\n"
	      "f:5: a name is missing");
}

Test(ini_text, what_continues_a_wrong_line_goes_with_it)
{
	char text[600], *end = text;

	end += sprintf(end, "[s]\na=1\nb=");
	memset(end, 'x', 300);
	strcpy(end + 300, "\n y\n z\nc=2\n d\n");
	check(text, "2 s.a=1\n6 s.c=2\n7 s.c+=d\n",
	      "f:3: the line is too long; go on in the next, behind a blank");
}

Test(ini_text, warnings_are_harmless_and_counted)
{
	warnings = (struct warnings){ 0 };
	warnings_add(&warnings, "%s", "a\x1b[31m\nb");
	cr_assert_str_eq(warnings.text, "a\\x1b[31m\\nb");
	for (int i = 0; i < 100; i++)
		warnings_add(&warnings, "%0200d", i);
	cr_assert_gt(warnings.more, 80);
	cr_assert_lt(strlen(warnings.text), sizeof(warnings.text));
}
