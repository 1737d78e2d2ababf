/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 4180: a header line per panel, CRLF, fields in quotes where they need them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "export.h"
#include "stamp.h"

static void write_quoted(FILE *out, const char *text)
{
	size_t plain = strcspn(text, ",\"\r\n");

	if (!text[plain]) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void write_text(FILE *out, const char *text)
{
	size_t size = 10 * strlen(text) + 1; /* \U0010ffff for each byte at most */
	char small[2048], *valid = size <= sizeof(small) ? small : xmalloc(size);

	text_to_utf8(valid, size, text);
	/* a file is looked at in a terminal sooner or later, and CSV has no escapes of its own */
	if (!text_is_harmless(valid))
		text_for_terminal(valid, size, text);
	write_quoted(out, valid);
	if (valid != small)
		free(valid);
}

static void write_cell(FILE *out, const struct column *c, const void *row)
{
	char number[40];

	if (!column_is_known(c, row))
		return;
	switch (c->kind) {
	case COL_STR:
		write_text(out, column_str(c, row));
		break;
	case COL_F64:
		format_fixed(number, sizeof(number), column_number(c, row), 4);
		fputs(number, out);
		break;
	default:
		fprintf(out, "%" PRIu64, column_u64(c, row));
	}
}

/* The losses come last, and how much was counted: they are those of the whole table, the same in every
 * line. */
static void write_header(FILE *out, const struct panel *p)
{
	fputs("time,interval_s,panel", out);
	for (const struct column *c = p->columns; c->name; c++)
		if (column_is_exported(c))
			fprintf(out, ",%s", c->name);
	for (int k = 0; k < LOSS_KINDS; k++)
		fprintf(out, ",loss_%s", loss_names[k]);
	fputs(",sampled\r\n", out);
}

static void csv_table(FILE *out, const struct table *t, const struct query *q, bool first)
{
	char time[STAMP_LEN], interval[STAMP_LEN];

	(void)q;
	if (first)
		write_header(out, t->panel);
	stamp_time(time, t);
	stamp_interval(interval, t);
	for (size_t i = 0; i < t->n; i++) {
		fprintf(out, "%s,%s,%s", time, interval, t->panel->name);
		for (const struct column *c = t->panel->columns; c->name; c++) {
			if (!column_is_exported(c))
				continue;
			fputc(',', out);
			write_cell(out, c, table_row(t, i));
		}
		for (int k = 0; k < LOSS_KINDS; k++)
			fprintf(out, ",%" PRIu64, t->loss[k]);
		fprintf(out, ",%" PRIu32 "\r\n", t->sample_n);
	}
}

const struct exporter export_csv = { .name = "csv", .table = csv_table };
