/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One object per table and line.  The outer object is written piece by piece, so that a table of 64 Ki
 * rows is never in memory as a tree.  Rows of whole numbers and plain text, which most are, are written
 * straight; jansson writes what has to be escaped, and what is not whole.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/format.h"
#include "core/mem.h"
#include "export.h"
#include "stamp.h"

/* digits of numbers that are not whole: more than anything here is measured with */
#define DUMP_FLAGS (JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9))

static json_t *text_value(const char *text)
{
	json_t *value = json_string(text);
	size_t size;
	char *valid;

	if (value)
		return value;
	/* not UTF-8, as paths and names of processes may be */
	size = 3 * strlen(text) + 1;
	valid = xmalloc(size);
	text_to_utf8(valid, size, text);
	value = json_string(valid);
	free(valid);
	return value;
}

static json_t *cell_value(const struct column *c, const void *row)
{
	uint64_t v;

	if (!column_is_known(c, row))
		return json_null();
	switch (c->kind) {
	case COL_STR:
		return text_value(column_str(c, row));
	case COL_F64:
		return json_real(column_number(c, row));
	}
	v = column_u64(c, row);
	/* jansson's integers are signed */
	return v <= INT64_MAX ? json_integer((json_int_t)v) : json_real((double)v);
}

/* Somebody will look at it in a terminal: what could do something there is written as \u001b. */
static size_t text_flags(const json_t *value)
{
	return text_is_harmless(json_string_value(value)) ? DUMP_FLAGS : DUMP_FLAGS | JSON_ENSURE_ASCII;
}

static void put_u64(struct bytes *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	bytes_put(b, digits + at, sizeof(digits) - at);
}

/* False: it is not all printable ASCII that stands for itself between quotes. */
static bool put_plain(struct bytes *b, const char *text)
{
	size_t len = 0;

	while (text[len] >= ' ' && text[len] <= '~' && text[len] != '"' && text[len] != '\\')
		len++;
	if (text[len])
		return false;
	bytes_put(b, "\"", 1);
	bytes_put(b, text, len);
	bytes_put(b, "\"", 1);
	return true;
}

static void put_by_jansson(struct bytes *b, const struct column *c, const void *row)
{
	json_t *value = cell_value(c, row);
	char text[64];
	size_t n = json_dumpb(value, text, sizeof(text), DUMP_FLAGS);

	bytes_put(b, text, n < sizeof(text) ? n : 0);
	json_decref(value);
}

static bool put_cell(struct bytes *b, const struct column *c, const void *row)
{
	if (!column_is_known(c, row))
		bytes_put(b, "null", 4);
	else if (c->kind == COL_STR)
		return put_plain(b, column_str(c, row));
	else if (c->kind == COL_F64 || column_u64(c, row) > INT64_MAX)
		put_by_jansson(b, c, row);
	else
		put_u64(b, column_u64(c, row));
	return true;
}

/* False: it holds text that has to be escaped. */
static bool put_row(struct bytes *b, const struct table *t, const void *row)
{
	char before = '{';

	b->len = 0;
	for (const struct column *c = t->panel->columns; c->name; c++) {
		if (!column_is_exported(c))
			continue;
		bytes_put(b, &before, 1);
		bytes_put(b, "\"", 1);
		bytes_put(b, c->name, strlen(c->name));
		bytes_put(b, "\":", 2);
		if (!put_cell(b, c, row))
			return false;
		before = ',';
	}
	bytes_put(b, "}", 1);
	return true;
}

/* object is used for all rows of a table: only its values change. */
static void write_escaped(FILE *out, json_t *object, const struct table *t, const void *row)
{
	size_t flags = DUMP_FLAGS;

	for (const struct column *c = t->panel->columns; c->name; c++) {
		json_t *value;

		if (!column_is_exported(c))
			continue;
		value = cell_value(c, row);
		if (json_is_string(value))
			flags |= text_flags(value);
		json_object_set_new_nocheck(object, c->name, value ? value : json_null());
	}
	json_dumpf(object, out, flags);
}

static void write_text(FILE *out, const char *text)
{
	json_t *value = text_value(text);

	json_dumpf(value, out, text_flags(value));
	json_decref(value);
}

static void write_loss(FILE *out, const struct table *t)
{
	json_t *loss = json_object();

	for (int k = 0; k < LOSS_KINDS; k++)
		json_object_set_new(loss, loss_names[k], json_integer((json_int_t)t->loss[k]));
	json_dumpf(loss, out, DUMP_FLAGS);
	json_decref(loss);
}

static void json_table(FILE *out, const struct table *t, const struct query *q, bool first)
{
	char time[STAMP_LEN], interval[STAMP_LEN];
	struct bytes line = { .data = NULL };
	json_t *object = json_object();

	(void)q;
	(void)first;
	fprintf(out, "{\"time\":\"%s\",\"interval_s\":%s,\"panel\":", stamp_time(time, t),
		stamp_interval(interval, t));
	write_text(out, t->panel->name);
	fputs(",\"loss\":", out);
	write_loss(out, t);
	if (t->sample_n > 1)
		fprintf(out, ",\"sampled\":%" PRIu32, t->sample_n);
	if (t->note[0]) {
		fputs(",\"note\":", out);
		write_text(out, t->note);
	}
	fputs(",\"rows\":[", out);
	for (size_t i = 0; i < t->n; i++) {
		if (i)
			fputc(',', out);
		if (put_row(&line, t, table_row(t, i)))
			fwrite(line.data, 1, line.len, out);
		else
			write_escaped(out, object, t, table_row(t, i));
	}
	fputs("]}\n", out);
	free(line.data);
	json_decref(object);
}

const struct exporter export_json = { .name = "json", .table = json_table };
