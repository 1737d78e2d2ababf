/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table to export, and what an exporter wrote. */
#ifndef PROBETOP_EXPORT_FIXTURE_H
#define PROBETOP_EXPORT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "export/export.h"
#include "fixture_panel.h"

struct export_fixture {
	struct table table;
	struct query query;
};

static inline void export_setup(struct export_fixture *x)
{
	table_init(&x->table);
	table_reset(&x->table, &fixture_panel);
	query_init(&x->query, &fixture_panel);
	x->table.wall_ns = 1795256103001999999ull;
	x->table.interval_s = 1.00034;
}

static inline void export_teardown(struct export_fixture *x)
{
	table_done(&x->table);
	query_done(&x->query);
}

static inline struct fixture_row *export_row(struct export_fixture *x, uint32_t pid,
					     const char *comm, const char *call, uint64_t count)
{
	struct fixture_row *row = table_add(&x->table);

	row->who = (struct row_who){ .pid = pid, .ppid = 1 };
	row->who.comm = table_str(&x->table, comm);
	row->call = table_str(&x->table, call);
	row->count = count;
	row->lat = (struct lat){ .max_ns = NA_U64, .avg_ns = NA_U64, .p50_ns = NA_U64,
				 .p99_ns = 4100 };
	return row;
}

/* To be freed. */
static inline char *export_text_of(struct export_fixture *x, const char *format, bool first)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	exporter_find(format)->table(out, &x->table, &x->query, first);
	fclose(out);
	return text;
}

#endif
