/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Columns as data: a row is a plain struct, a column says where in it a value is, what it is and
 * how it sums.  Sorting, grouping, filtering, formatting and exports work on these alone.
 */
#ifndef PROBETOP_COLUMN_H
#define PROBETOP_COLUMN_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lat.h"

enum col_kind {
	COL_U32, /* UINT32_MAX: not known */
	COL_U64, /* NA_U64: not known */
	COL_F64, /* NaN: not known */
	COL_STR, /* const char *; NULL: not known */
	COL_LAT, /* struct lat: never shown, merged when rows are grouped */
};

enum col_unit {
	UNIT_NONE, /* an identifier: printed as it is */
	UNIT_COUNT,
	UNIT_BYTES,
	UNIT_NS,
	UNIT_SECONDS,
	UNIT_PERCENT,
};

/* What becomes of the values of several rows when they are merged into one. */
enum col_agg {
	AGG_KEY, /* identifies: kept when all rows agree, else not known; can be grouped by */
	AGG_ID, /* as AGG_KEY, but 0 unless grouped by: pid, tid */
	AGG_SUM,
	AGG_MAX,
	AGG_MEAN, /* unweighted mean of the values that are known */
	AGG_LAT, /* merge of histograms (COL_LAT) */
	AGG_DERIVED, /* computed afterwards by lat_finish or the panel's finish */
	AGG_STRONGEST, /* of the row that has most in the next column (AGG_MAX) */
};

enum col_flag {
	COL_HIDDEN = 1, /* only for the engine: no name outside */
	COL_LEFT = 2, /* text flush left; numbers are flush right */
	COL_CUT_FRONT = 4, /* too long for its cell: cut in front, as paths are */
	COL_ASCENDING = 8, /* sorts ascending unless told otherwise */
};

struct column {
	const char *name; /* in JSON, CSV, filters: carries the unit */
	const char *heading; /* on the screen */
	const char *help; /* one sentence: what it means, where the number comes from */
	uint8_t kind, unit, agg, flags;
	uint8_t width; /* cells on the screen; text: at least; 0: takes what is left */
	uint16_t offset; /* in the row */
	const char *with; /* AGG_KEY, AGG_ID: columns (space separated) that grouping by this one
			   * also keeps, e.g. pid keeps "comm user"; NULL: none */
};

/* Values of a cell; the caller knows the kind. */
static inline uint64_t column_u64(const struct column *c, const void *row)
{
	const char *p = (const char *)row + c->offset;

	if (c->kind == COL_U32)
		return *(const uint32_t *)p == UINT32_MAX ? NA_U64 : *(const uint32_t *)p;
	return *(const uint64_t *)p;
}

static inline const char *column_str(const struct column *c, const void *row)
{
	return *(const char *const *)((const char *)row + c->offset);
}

/* Has a name outside, and a value to give there. */
static inline bool column_is_exported(const struct column *c)
{
	return !(c->flags & COL_HIDDEN) && c->kind != COL_LAT;
}

/* Any numeric cell as a double; NaN when not known. */
double column_number(const struct column *c, const void *row);
bool column_is_known(const struct column *c, const void *row);
/* A number that is counted or measured: an estimate where not everything was counted. */
static inline bool column_is_measured(const struct column *c)
{
	return c->agg != AGG_KEY && c->agg != AGG_ID && c->kind != COL_STR &&
	       c->agg != AGG_STRONGEST;
}

/* A cell that says who or what: neither unknown nor empty, nor the 0 of a pid that is grouped away. */
bool column_identifies(const struct column *c, const void *row);
/* <0, 0, >0, ascending; cells that are not known sort below all others. */
int column_compare(const struct column *c, const void *a, const void *b);
/* Whether rows grouped by keys[0..n_keys) still have this identifying column: it is one of them or
 * one of those that their `with` names.  False for all other columns. */
bool column_is_kept(const struct column *c, const struct column *const *keys, size_t n_keys);

/*
 * Rows about a task begin with this.  Fill it with who_fill; list its columns with WHO_COLUMNS.
 */
struct row_who {
	uint32_t pid, tid, ppid, uid;
	uint64_t start_ns; /* of the process: tells two processes with the same pid apart */
	const char *comm; /* of the process; of the thread when rows are by thread */
	const char *user;
	const char *cgroup;
	const char *container; /* or systemd unit: container_name of the cgroup */
};

#define COLUMN(row, field, k, u, a, fl, w, head, name_, help_) \
	{ .name = name_, .heading = head, .help = help_, .kind = k, .unit = u, .agg = a, \
	  .flags = fl, .width = w, .offset = offsetof(struct row, field) }

#define WHO_COLUMNS(row) \
	{ .name = "pid", .heading = "PID", .help = "process (thread group) id", .kind = COL_U32, \
	  .agg = AGG_ID, .width = 7, .flags = COL_ASCENDING, .offset = offsetof(struct row, who.pid), \
	  .with = "start_ns ppid comm user cgroup container uid" }, \
	{ .name = "tid", .heading = "TID", .help = "thread id; 0 where rows are not by thread", \
	  .kind = COL_U32, .agg = AGG_ID, .width = 7, .flags = COL_ASCENDING, \
	  .offset = offsetof(struct row, who.tid), \
	  .with = "pid start_ns ppid comm user cgroup container uid" }, \
	{ .name = "ppid", .heading = "PPID", .help = "process id of the parent", .kind = COL_U32, \
	  .agg = AGG_KEY, .width = 7, .flags = COL_ASCENDING, .offset = offsetof(struct row, who.ppid) }, \
	{ .name = "comm", .heading = "COMMAND", .help = "name of the process, or of the thread where " \
	  "rows are by thread", .kind = COL_STR, .agg = AGG_KEY, .flags = COL_LEFT | COL_ASCENDING, \
	  .width = 15, .offset = offsetof(struct row, who.comm) }, \
	{ .name = "user", .heading = "USER", .help = "effective user of the process", .kind = COL_STR, \
	  .agg = AGG_KEY, .flags = COL_LEFT | COL_ASCENDING, .width = 8, \
	  .offset = offsetof(struct row, who.user) }, \
	{ .name = "cgroup", .heading = "CGROUP", .help = "path of the control group (v2; v1 where all " \
	  "processes are in the v2 root)", .kind = COL_STR, .agg = AGG_KEY, \
	  .flags = COL_LEFT | COL_CUT_FRONT | COL_ASCENDING, .width = 20, \
	  .offset = offsetof(struct row, who.cgroup), .with = "container" }, \
	{ .name = "container", .heading = "CONTAINER", .help = "container, pod or systemd unit, read " \
	  "from the path of the control group alone", .kind = COL_STR, .agg = AGG_KEY, \
	  .flags = COL_LEFT | COL_ASCENDING, .width = 19, \
	  .offset = offsetof(struct row, who.container) }, \
	{ .name = "start_ns", .heading = "START", .help = "", .kind = COL_U64, .agg = AGG_KEY, \
	  .flags = COL_HIDDEN, .offset = offsetof(struct row, who.start_ns) }, \
	{ .name = "uid", .heading = "UID", .help = "", .kind = COL_U32, .agg = AGG_KEY, \
	  .flags = COL_HIDDEN, .offset = offsetof(struct row, who.uid) }

/* The columns of a struct lat in a row: PREFIX avg_ns p50_ns p99_ns max_ns, and the histogram. */
#define LAT_COLUMNS(row, field, prefix, what) \
	{ .name = prefix "avg_ns", .heading = "AVG", .help = "mean " what, .kind = COL_U64, \
	  .unit = UNIT_NS, .agg = AGG_DERIVED, .width = 7, \
	  .offset = offsetof(struct row, field.avg_ns) }, \
	{ .name = prefix "p50_ns", .heading = "P50", .help = "median " what, .kind = COL_U64, \
	  .unit = UNIT_NS, .agg = AGG_DERIVED, .width = 7, \
	  .offset = offsetof(struct row, field.p50_ns) }, \
	{ .name = prefix "p99_ns", .heading = "P99", .help = "99th percentile of " what, \
	  .kind = COL_U64, .unit = UNIT_NS, .agg = AGG_DERIVED, .width = 7, \
	  .offset = offsetof(struct row, field.p99_ns) }, \
	{ .name = prefix "max_ns", .heading = "MAX", .help = "largest " what, .kind = COL_U64, \
	  .unit = UNIT_NS, .agg = AGG_DERIVED, .width = 7, \
	  .offset = offsetof(struct row, field.max_ns) }, \
	{ .name = prefix "hist", .heading = "", .help = "", .kind = COL_LAT, .unit = UNIT_NS, \
	  .agg = AGG_LAT, .flags = COL_HIDDEN, .offset = offsetof(struct row, field) }

#endif
