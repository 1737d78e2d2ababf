/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two frames made by hand, and the rows that a panel makes of them. */
#ifndef PROBETOP_TEST_FOLD_H
#define PROBETOP_TEST_FOLD_H

#include <criterion/criterion.h>

#include "core/query.h"
#include "core/table.h"

static struct frame *prev, *cur;
static struct facts *facts;
static struct query query;
static struct query_run run;

static inline void fold_setup(const struct panel *panel, uint64_t prev_ns, uint64_t cur_ns)
{
	prev = frame_new();
	cur = frame_new();
	prev->mono_ns = prev_ns;
	cur->mono_ns = cur_ns;
	facts = facts_new();
	query_init(&query, panel);
	query_run_init(&run);
}

static inline void fold_teardown(void)
{
	query_run_done(&run);
	query_done(&query);
	facts_free(facts);
	frame_free(cur);
	frame_free(prev);
}

/* The rows, grouped; group NULL: as the panel does. */
static inline const struct table *rows_by(const char *group)
{
	char error[200];

	frame_index(prev);
	frame_index(cur);
	facts_apply(facts, cur);
	cr_assert_eq(query_set_group(&query, group, error, sizeof(error)), 0, "%s", error);
	return query_run(&run, &query, prev, cur, facts);
}

static inline uint64_t number(const struct table *t, size_t row, const char *name)
{
	return column_u64(panel_column(query.panel, name), table_row(t, row));
}

static inline const char *text(const struct table *t, size_t row, const char *name)
{
	const char *s = column_str(panel_column(query.panel, name), table_row(t, row));

	return s ? s : "(unknown)";
}

#endif
