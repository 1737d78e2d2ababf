/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "export_fixture.h"

#define FIELDS_MAX 64
#define RECORDS_MAX 16

static struct export_fixture x;

struct csv {
	char *text; /* taken apart in place */
	char *field[RECORDS_MAX][FIELDS_MAX];
	size_t n_fields[RECORDS_MAX], n;
};

static void setup(void)
{
	export_setup(&x);
}

static void teardown(void)
{
	export_teardown(&x);
}

TestSuite(csv, .init = setup, .fini = teardown);

/* One field by the grammar of RFC 4180, section 2; returns what stands behind it. */
static char *field_take(char *p, char **ret)
{
	char *to;

	*ret = p;
	if (*p != '"') {
		p += strcspn(p, ",\"\r\n");
		cr_assert_neq(*p, '"', "a quote inside an unquoted field");
		return p;
	}
	*ret = to = ++p;
	while (*p != '"' || p[1] == '"') {
		cr_assert(*p, "the quote is not closed");
		p += *p == '"';
		*to++ = *p++;
	}
	*to = '\0';
	return p + 1;
}

static void csv_parse(struct csv *csv, bool first)
{
	char *p;

	csv->n = 0;
	p = csv->text = export_text_of(&x, "csv", first);
	while (*p) {
		size_t n = 0;
		char end;

		do {
			p = field_take(p, &csv->field[csv->n][n++]);
			end = *p;
			*p++ = '\0';
		} while (end == ',');
		cr_assert_eq(end, '\r');
		cr_assert_eq(*p++, '\n');
		csv->n_fields[csv->n++] = n;
	}
}

static const char *csv_cell(const struct csv *csv, size_t record, const char *name)
{
	for (size_t i = 0; i < csv->n_fields[0]; i++)
		if (!strcmp(csv->field[0][i], name))
			return csv->field[record][i];
	cr_assert_fail("no field %s", name);
	return NULL;
}

Test(csv, header_once_and_as_many_fields_in_every_line)
{
	struct csv csv;

	export_row(&x, 123, "dd", "read", 7);
	export_row(&x, 124, "cp", "write", 8);
	csv_parse(&csv, true);
	cr_assert_eq(csv.n, 3);
	cr_assert_str_eq(csv.field[0][0], "time");
	cr_assert_str_eq(csv.field[0][1], "interval_s");
	cr_assert_str_eq(csv.field[0][2], "panel");
	cr_assert_str_eq(csv.field[0][3], "pid");
	for (size_t i = 0; i < csv.n; i++)
		cr_assert_eq(csv.n_fields[i], csv.n_fields[0]);
	cr_assert_str_eq(csv.field[2][0], "2026-11-21T10:15:03.001Z");
	cr_assert_str_eq(csv.field[2][1], "1.0003");
	cr_assert_str_eq(csv.field[2][2], "fixture");
	free(csv.text);
	csv_parse(&csv, false);
	cr_assert_eq(csv.n, 2);
	cr_assert_str_eq(csv.field[0][3], "123");
	free(csv.text);
}

Test(csv, values)
{
	struct fixture_row *row = export_row(&x, 123, NULL, "read", NA_U64);
	struct csv csv;

	row->level = 33.33333;
	row->share = NAN;
	row->bytes = NA_U64 - 1;
	x.table.loss[LOSS_UNMATCHED] = 9;
	csv_parse(&csv, true);
	cr_assert_str_empty(csv_cell(&csv, 1, "comm"));
	cr_assert_str_empty(csv_cell(&csv, 1, "count"));
	cr_assert_str_empty(csv_cell(&csv, 1, "rate"));
	cr_assert_str_eq(csv_cell(&csv, 1, "level"), "33.3333");
	cr_assert_str_eq(csv_cell(&csv, 1, "bytes"), "18446744073709551614");
	cr_assert_str_eq(csv_cell(&csv, 1, "p99_ns"), "4100");
	cr_assert_str_eq(csv_cell(&csv, 1, "loss_unmatched"), "9");
	cr_assert_str_eq(csv_cell(&csv, 1, "loss_ring"), "0");
	free(csv.text);
}

Test(csv, hostile_text)
{
	struct csv csv;

	export_row(&x, 1, "a,\"b\"\r\nc", "x\xff", 1);
	export_row(&x, 2, "\"", "plain text", 1);
	csv_parse(&csv, true);
	cr_assert_str_eq(csv_cell(&csv, 1, "comm"), "a,\"b\"\r\nc");
	cr_assert_str_eq(csv_cell(&csv, 1, "call"), "x\ufffd");
	cr_assert_str_eq(csv_cell(&csv, 2, "comm"), "\"");
	free(csv.text);
}

Test(csv, no_raw_controls)
{
	struct csv csv;

	export_row(&x, 1, "\x1b]0;x\a", "\xc2\x9b" "31m", 1);
	csv_parse(&csv, true);
	cr_assert_null(strpbrk(csv.text, "\x1b\a"));
	cr_assert_str_eq(csv_cell(&csv, 1, "comm"), "\\x1b]0;x\\x07");
	cr_assert_str_eq(csv_cell(&csv, 1, "call"), "\\u009b31m");
	free(csv.text);
}

Test(csv, every_line_says_how_much_was_counted)
{
	struct csv csv;

	export_row(&x, 123, "dd", "read", 16);
	x.table.sample_n = 16;
	csv_parse(&csv, true);
	cr_assert_str_eq(csv_cell(&csv, 1, "sampled"), "16");
	free(csv.text);
}
