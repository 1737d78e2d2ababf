/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/file_create.h"
#include "core/format.h"
#include "core/mem.h"
#include "export/export.h"
#include "ui/app.h"
#include "ui/picture.h"

#define TRIES 99

/* A picture, or a table by an exporter. */
static const struct snapshot_format {
	const char *ending, *help;
	picture_fn *draw;
	const struct exporter *table;
} formats[] = {
	{ "txt", "the screen as plain text", .draw = picture_text },
	{ "ansi", "the screen with colours, for less -R", .draw = picture_ansi },
	{ "html", "the screen as a page, for browsers", .draw = picture_html },
	{ "svg", "the screen as a drawing", .draw = picture_svg },
	{ "json", "all rows of the table, as -f json", .table = &export_json },
	{ "csv", "all rows of the table, as -f csv", .table = &export_csv },
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

/* Byte of the name where its ending begins, behind the point; its end when there is none. */
static size_t ending_at(const char *name)
{
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
	const char *point = strrchr(base, '.');

	return point && point > base ? (size_t)(point + 1 - name) : strlen(name);
}

static const struct snapshot_format *format_find(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (!strcmp(formats[i].ending, name + ending_at(name)))
			return &formats[i];
	return NULL;
}

bool snapshot_name_check(const char *name, size_t *ret_at, char *error, size_t size)
{
	size_t at = 0;

	*ret_at = ending_at(name);
	if (format_find(name))
		return true;
	at += (size_t)snprintf(error, size, "the name must end in");
	for (size_t i = 0; i < FORMATS && at < size; i++)
		at += (size_t)snprintf(error + at, size - at, "%s.%s",
				       !i		  ? " "
				       : i == FORMATS - 1 ? " or "
							  : ", ",
				       formats[i].ending);
	return false;
}

void complete_ending(struct ui *ui, const char *text, size_t cursor, struct completion *c)
{
	size_t at = ending_at(text);
	/* a whole ending makes way for the others */
	size_t typed = at > cursor || format_find(text) ? 0 : cursor - at;

	(void)ui;
	c->from = at;
	if (!text[0] || at > cursor || text[at - 1] != '.')
		return;
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(formats[i].ending, text + at))
			completion_match(c, text + at, typed, formats[i].ending, formats[i].help);
}

/* "probetop: runq on web-1, 2025-11-21 10:15:01 +0000" */
static void title_make(const struct ui *ui, char *buf, size_t size)
{
	const struct frame *f = ui_frame(ui);
	time_t now = f ? (time_t)(f->wall_ns / 1000000000) : 0;
	const struct host_rec *host = NULL;
	char when[40], raw[100], clean[400];
	struct tm tm;

	if (f && f->s[STREAM_HOST].count)
		host = sample_rec(&f->s[STREAM_HOST], STREAM_HOST, 0);
	snprintf(raw, sizeof(raw), "%.64s", host && host->name[0] ? host->name : "host");
	text_for_terminal(clean, sizeof(clean), raw);
	localtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %z", &tm);
	snprintf(buf, size, "probetop: %s on %s, %s", ui_level(ui)->q.panel->name, clean, when);
}

/* Every section is a table of its panel. */
static void page_write(const struct page_view *page, const struct exporter *format, FILE *out)
{
	for (int i = 0; i < page->set.n; i++)
		if (page->set.blocks[i].table)
			format->table(out, page->set.blocks[i].table, &page->set.blocks[i].q, true);
}

/* Of rows that hold those below them nobody could make sums: a file has them as a list. */
static void table_write(const struct ui *ui, const struct exporter *format, FILE *out)
{
	struct query q = ui_level(ui)->q; /* a loan: it is not freed */
	const struct table *t = ui->table;
	struct query_run run;

	query_run_init(&run);
	q.tree = NULL;
	if (t->tree)
		t = query_run(&run, &q, ui_frame_before(ui), ui_frame(ui), ui_facts(ui));
	format->table(out, t, &q, true);
	query_run_done(&run);
}

static void snapshot_write(const struct ui *ui, const struct screen *s,
			   const struct snapshot_format *format, FILE *out)
{
	char title[600];

	if (format->table) {
		if (ui_level(ui)->page)
			page_write(ui_level(ui)->page, format->table, out);
		else
			table_write(ui, format->table, out);
		return;
	}
	title_make(ui, title, sizeof(title));
	format->draw(out, s, &ui->theme, title);
}

/* Of NAME.txt: NAME-2.txt.  False: that is too long. */
static bool name_number(char *path, size_t size, const char *name, int number)
{
	size_t at = ending_at(name);

	return snprintf(path, size, "%.*s-%d.%s", (int)at - 1, name, number, name + at) < (int)size;
}

static int data_save(const char *data, size_t len, bool numbered, char *path, size_t size)
{
	char name[4096];
	int r = file_save(path, data, len);

	snprintf(name, sizeof(name), "%s", path);
	for (int i = 2; r == -EEXIST && numbered && i <= TRIES; i++)
		r = name_number(path, size, name, i) ? file_save(path, data, len) : -ENAMETOOLONG;
	return r;
}

int snapshot_save(struct ui *ui, const struct screen *s, bool numbered, char *path, size_t size)
{
	const struct snapshot_format *format = format_find(path);
	CLEANUP(free_ptr) char *data = NULL;
	size_t len;
	FILE *out;

	if (!format)
		return -EINVAL;
	if (format->table)
		work_end(ui);
	if (format->table && !ui->table)
		return -ENODATA;
	out = open_memstream(&data, &len);
	if (!out)
		return -ENOMEM;
	snapshot_write(ui, s, format, out);
	return fclose(out) ? -ENOMEM : data_save(data, len, numbered, path, size);
}
