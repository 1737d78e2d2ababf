/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
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

TestSuite(export_text, .init = setup, .fini = teardown);

static void written_is(const char *expected)
{
	char *text = export_text_of(&x, "text", true);

	cr_assert_str_eq(text, expected, "%s", text);
	free(text);
}

Test(export_text, columns_are_as_wide_as_their_cells)
{
	struct fixture_row *row = export_row(&x, 123, "dd", "a long name of a call", 12345);

	row->bytes = 4096;
	row->level = 12.5;
	row->lat.p99_ns = NA_U64;
	export_row(&x, 4, "\u65e5\u672c", "b", 7);
	written_is("fixture  2026-11-21T10:15:03.001Z  interval 1.0003 s\n"
		   "PID COMMAND CALL                  COUNT BYTES   P99 LEVEL\n"
		   "123 dd      a long name of a call 12.3k  4.0K        12.5\n"
		   "  4 \u65e5\u672c    b                         7     0 4.1us   0.0\n"
		   "\n");
}

Test(export_text, nothing_in_it)
{
	written_is("fixture  2026-11-21T10:15:03.001Z  interval 1.0003 s\n"
		   "PID COMMAND CALL COUNT BYTES P99 LEVEL\n"
		   "\n");
}

Test(export_text, losses_and_note_are_seen)
{
	x.table.loss[LOSS_RING] = 3;
	x.table.loss[LOSS_MISSED] = 4;
	strcpy(x.table.note, "refused\x1b");
	written_is("fixture  2026-11-21T10:15:03.001Z  interval 1.0003 s  lost: ring 3, missed 4\n"
		   "note: refused\\x1b\n"
		   "PID COMMAND CALL COUNT BYTES P99 LEVEL\n"
		   "\n");
}

Test(export_text, hostile_text)
{
	export_row(&x, 1, "x\x1b[2J\n", "\u202e", 1)->lat.p99_ns = NA_U64;
	written_is("fixture  2026-11-21T10:15:03.001Z  interval 1.0003 s\n"
		   "PID COMMAND    CALL   COUNT BYTES P99 LEVEL\n"
		   "  1 x\\x1b[2J\\n \\u202e     1     0       0.0\n"
		   "\n");
}

Test(export_text, exporters_by_name)
{
	cr_assert_eq(exporter_find("text"), &export_text);
	cr_assert_eq(exporter_find("json"), &export_json);
	cr_assert_eq(exporter_find("csv"), &export_csv);
	cr_assert_null(exporter_find("xml"));
}

Test(export_text, estimates_are_marked)
{
	export_row(&x, 123, "dd", "read", 16);
	x.table.sample_n = 16;
	written_is("fixture  2026-11-21T10:15:03.001Z  interval 1.0003 s\n"
		   "PID COMMAND CALL ~COUNT ~BYTES  ~P99 ~LEVEL\n"
		   "123 dd      read     16      0 4.1us    0.0\n"
		   "\n");
}
