/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "export_fixture.h"

static struct export_fixture x;

static void setup(void)
{
	export_setup(&x);
}

static void teardown(void)
{
	export_teardown(&x);
}

TestSuite(json, .init = setup, .fini = teardown);

/* One line that a JSON parser takes, duplicate names refused. */
static json_t *parsed(void)
{
	char *text = export_text_of(&x, "json", true);
	size_t len = strlen(text);
	json_error_t error;
	json_t *json;

	cr_assert_eq(strchr(text, '\n'), text + len - 1);
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	cr_assert_not_null(json, "%s in %s", error.text, text);
	free(text);
	return json;
}

static json_t *row_of(json_t *json, size_t i)
{
	return json_array_get(json_object_get(json, "rows"), i);
}

Test(json, the_line_of_the_contract)
{
	char *text;
	const char *start = "{\"time\":\"2026-11-21T10:15:03.001Z\",\"interval_s\":1.0003,"
			    "\"panel\":\"fixture\",\"loss\":{\"ring\":0,\"map_full\":2,"
			    "\"unmatched\":0,\"missed\":0,\"unattributed\":1},\"rows\":[{\"pid\":123,";

	x.table.loss[LOSS_MAP_FULL] = 2;
	x.table.loss[LOSS_UNATTRIBUTED] = 1;
	export_row(&x, 123, "dd", "read", 7);
	text = export_text_of(&x, "json", true);
	cr_assert_eq(strncmp(text, start, strlen(start)), 0, "%s", text);
	free(text);
}

Test(json, every_column_with_a_name_in_order)
{
	const char *const names[] = { "pid", "tid", "ppid", "comm", "user", "cgroup", "container",
				      "call", "nr", "count", "bytes", "peak_ns", "level", "small", "rate",
				      "verdict", "avg_ns", "p50_ns", "p99_ns", "max_ns" };
	json_t *json, *value;
	const char *name;
	size_t n = 0;

	export_row(&x, 123, "dd", "read", 7);
	json = parsed();
	json_object_foreach(row_of(json, 0), name, value)
		cr_assert_str_eq(name, names[n++]);
	cr_assert_eq(n, sizeof(names) / sizeof(names[0]));
	json_decref(json);
}

Test(json, values)
{
	struct fixture_row *row = export_row(&x, 123, "dd", "read", 1ull << 62);
	json_t *json, *r;

	row->level = 100.0 / 3;
	row->share = NAN;
	row->small = UINT32_MAX;
	export_row(&x, 124, NULL, "write", NA_U64 - 1)->share = INFINITY;
	json = parsed();
	r = row_of(json, 0);
	cr_assert_eq(json_integer_value(json_object_get(r, "count")), 1ll << 62);
	cr_assert_float_eq(json_real_value(json_object_get(r, "level")), 100.0 / 3, 1e-6);
	cr_assert(json_is_null(json_object_get(r, "rate")));
	cr_assert(json_is_null(json_object_get(r, "small")));
	cr_assert(json_is_null(json_object_get(r, "max_ns")));
	cr_assert(json_is_null(json_object_get(r, "user")));
	cr_assert_eq(json_integer_value(json_object_get(r, "p99_ns")), 4100);
	cr_assert_eq(json_integer_value(json_object_get(r, "tid")), 0);
	cr_assert_str_eq(json_string_value(json_object_get(r, "comm")), "dd");
	r = row_of(json, 1);
	cr_assert(json_is_null(json_object_get(r, "comm")), "not that of the row before");
	cr_assert(json_is_null(json_object_get(r, "rate")));
	cr_assert_float_eq(json_real_value(json_object_get(r, "count")), 0x1p64, 0x1p40);
	json_decref(json);
}

Test(json, hostile_text)
{
	json_t *json;

	export_row(&x, 1, "a\"b\\\n\x1b", "x\xff\xc3(\u65e5\u202e", 1);
	json = parsed();
	cr_assert_str_eq(json_string_value(json_object_get(row_of(json, 0), "comm")),
			 "a\"b\\\n\x1b");
	cr_assert_str_eq(json_string_value(json_object_get(row_of(json, 0), "call")),
			 "x\ufffd\ufffd(\u65e5\u202e");
	json_decref(json);
}

Test(json, note_only_when_there_is_one)
{
	json_t *json = parsed();

	cr_assert_null(json_object_get(json, "note"));
	cr_assert_eq(json_array_size(json_object_get(json, "rows")), 0);
	json_decref(json);
	strcpy(x.table.note, "refused: \"x\"");
	json = parsed();
	cr_assert_str_eq(json_string_value(json_object_get(json, "note")), "refused: \"x\"");
	json_decref(json);
}

Test(json, many_rows)
{
	json_t *json;

	for (uint32_t i = 0; i < 5000; i++)
		export_row(&x, i + 1, "dd", "read", i);
	json = parsed();
	cr_assert_eq(json_array_size(json_object_get(json, "rows")), 5000);
	cr_assert_eq(json_integer_value(json_object_get(row_of(json, 4999), "count")), 4999);
	json_decref(json);
}

/* the same text to a parser, and nothing to a terminal */
Test(json, no_raw_controls)
{
	char *text;
	json_t *json;

	export_row(&x, 1, "\xc2\x9b" "31m", "\xe2\x80\xae" "txt.exe", 1);
	export_row(&x, 2, "caf\xc3\xa9", "read", 1);
	text = export_text_of(&x, "json", true);
	cr_assert_null(strstr(text, "\xc2\x9b"));
	cr_assert_null(strstr(text, "\xe2\x80\xae"));
	cr_assert_not_null(strstr(text, "caf\xc3\xa9"), "other text stays readable");
	free(text);
	json = parsed();
	cr_assert_str_eq(json_string_value(json_object_get(row_of(json, 0), "comm")),
			 "\xc2\x9b" "31m");
	json_decref(json);
}

Test(json, estimates_say_so)
{
	json_t *json;

	export_row(&x, 1, "dd", "read", 16);
	json = parsed();
	cr_assert_null(json_object_get(json, "sampled"));
	json_decref(json);
	x.table.sample_n = 16;
	json = parsed();
	cr_assert_eq(json_integer_value(json_object_get(json, "sampled")), 16);
	json_decref(json);
}
