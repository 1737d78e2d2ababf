/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A panel: columns, and a pure function from two frames to rows.  Everything else (grouping,
 * sorting, filters, screen, exports) is done for all panels alike.
 */
#ifndef PROBETOP_PANEL_H
#define PROBETOP_PANEL_H

#include "column.h"
#include "facts.h"
#include "link.h"
#include "table.h"

struct fold_in {
	const struct frame *prev; /* NULL: all that cur has is of this interval */
	const struct frame *cur;
	const struct facts *facts;
	bool by_thread; /* rows will be shown by thread: comm is the thread's own name */
	bool all; /* also what the panel hides by default (key `a`) */
	/* The records that this call is for: those of the panel's streams count as one list, see
	 * fold_records.  A fold in slices makes the rows of a fold in one go, in their order. */
	size_t from, to;
	void **memo; /* what one slice leaves for the next ones, malloc'ed; NULL at first */
	struct who_memo *whos; /* whom who_fill has met in this fold; NULL: it looks each up */
};

struct fold_range {
	size_t from, to;
};

/* The records of a stream that a fold is to go over; before: how many records the panel's streams
 * before it have. */
struct fold_range fold_records(const struct fold_in *in, enum stream_id id, size_t before);

/* What stands above the table; all of it is made by queries, none of it by code. */
enum summary_kind {
	SUMMARY_END,
	SUMMARY_TOTALS, /* one line: sums of `columns` over all rows (of `panel`), as label value/s */
	SUMMARY_TOP, /* the first `rows` rows of `panel`, grouped by `group`, with `columns` */
	SUMMARY_STRIP, /* one small bar for each row of `panel`: columns = "key value" (percent) */
	SUMMARY_ROWS, /* as TOP, with headings, and rows that can be selected: a section of a page */
	SUMMARY_HIST, /* histogram of the COL_LAT column named in `columns`, all rows merged */
};

struct summary {
	enum summary_kind kind;
	const char *label;
	const char *panel; /* NULL: this one */
	const char *group, *columns, *sort, *filter; /* as on the command line; NULL: the panel's own */
	int rows; /* screen lines at most */
	const char *opens; /* grouping where Enter leads from a row; NULL: the panel's */
	bool all; /* fold_in.all */
};

/* Where numbers come from: tracepoints (as the kernel names them), /proc, or what of the two. */
struct origin {
	const char *columns; /* names, space separated; "*": all that no row before this names */
	const char *from;
};

struct panel {
	const char *name, *title;
	const char *help; /* one paragraph for the help screen and the man page */
	const struct column *columns; /* ends with name NULL */
	size_t row_size;
	const char *screen; /* columns on the screen, most wanted first: narrow terminals cut the end */
	const char *group; /* default: comma separated column names */
	const char *sort; /* default: column, with - for ascending */
	const struct summary *summary; /* ends with SUMMARY_END; NULL: none */
	const struct origin *origins; /* ends with columns NULL; those of struct row_who are known */
	const struct link *links; /* besides links_shared; ends with on NULL; NULL: none */
	const char *tags; /* text columns on which `all` matters; for the key bar; NULL: none */
	uint32_t streams; /* bit mask 1u << STREAM_x: what fold goes over, and whose losses and notes are
			   * shown here */
	char key; /* '1'..'9' on the screen; 0: none */
	void (*fold)(const struct fold_in *in, struct table *out);
	/* Sets the panel's own AGG_DERIVED cells from the others; NULL: has none. */
	void (*finish)(void *row, double interval_s);
	/* Merges what no column describes, when two rows become one; after the columns, each by its
	 * rule.  NULL: there is nothing else in a row. */
	void (*merge)(void *into, const void *from);
};

#define STREAM_BIT(id) (1u << STREAM_##id)

extern const struct panel *const panels[]; /* in the order of panels.def; ends with NULL */
const struct panel *panel_find(const char *name);
/* Column by name, hidden ones included; NULL when there is none. */
const struct column *panel_column(const struct panel *p, const char *name);
/* Bits of the streams whose losses of this kind are told with the panel: its own, and that of names, which
 * are missing in every panel that has any when they find the ring full. */
uint32_t panel_loss_streams(const struct panel *p, enum loss_kind k);

/* Where the values of a column come from; NULL: nobody has said. */
const char *column_origin(const struct panel *p, const struct column *c);

/* Most threads have many records. */
struct who_memo;
struct who_memo *who_memo_new(void);
void who_memo_free(struct who_memo *m); /* NULL is fine */
/* Forgets all: another table, other facts. */
void who_memo_reset(struct who_memo *m);
/* Fills who from the thread's key; unknown threads get comm NULL.  Strings live in the table. */
void who_fill(struct row_who *who, const struct fold_in *in, struct table *t,
	      const struct task_key *key);

#endif
