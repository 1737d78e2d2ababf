/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state behind the screen.  Everything here works without a terminal, so tests drive it. */
#ifndef PROBETOP_APP_H
#define PROBETOP_APP_H

#include "core/identity.h"
#include "core/query.h"
#include "core/record.h"
#include "core/selection.h"
#include "core/timeline.h"
#include "core/trail.h"
#include "ui/page.h"
#include "ui/mark.h"
#include "ui/summary.h"
#include "ui/config.h"
#include "ui/theme.h"
#include "ui/ui.h"
#include "ui/view.h"

#define LEVELS_MAX 9 /* a panel and eight steps down from it */
#define STEPS_MAX 32 /* ways down from one row */

/* A term that `=` or `!` has added to the filter of a level. */
struct pick {
	struct pick *below;
	char *before, *after; /* the filter */
};

/* What `=` and `!` offer for a row. */
#define PICKS_MAX 32
struct pick_menu {
	const struct column *columns[PICKS_MAX];
	char *terms[PICKS_MAX]; /* owned */
	int n;
};

/* One step of the drill-down: a query, and where the user is in its rows. */
struct level {
	struct query q;
	struct page_view *page; /* it is a page; q is its subject in the first section; NULL: rows */
	char *crumb;	    /* in the breadcrumb: how one came here; NULL: the panel's own level */
	bool following;	    /* the selection stays with the row, else with the position */
	uint64_t selected;  /* row_identity of the selected row */
	bool pinned;	    /* key `F`: it stays with the row wherever that goes */
	bool lost;	    /* pinned, and the row is not in this interval: none is selected */
	struct identity pinned_by; /* the columns that tell which row it is */
	struct pick *pick;  /* the last one; NULL: none */
	size_t cursor, top; /* selected row, first row on the screen */
	int skip;	    /* columns scrolled away after the first */
	uint64_t seen;	    /* bit i: column i of the panel was known in some row */
	int widest;	    /* cells of the longest text seen in the column of width 0 */
	struct tree_folds folds;
	int tree_widest; /* as widest, of the column with the tree */
};

/* A way on from a row, which it outlives. */
struct step {
	const struct panel *panel;
	const char *group; /* NULL: the panel's */
	const char *label; /* in the menu */
	const struct page *page; /* NULL: to rows */
	uint32_t pid; /* of a page */
	uint64_t start_ns;
	char cgroup[512];
	char filter[1024], crumb[1400];
};

/* A place that does something when it is clicked. */
struct target {
	int y, x, width;
	void (*run)(struct ui *ui, int argument);
	int argument;
};

/* Where things are on the screen, for the mouse and for paging; set while drawing. */
struct table_area {
	int tabs_y, heading_y, rows_y, rows;
	struct {
		const struct column *column;
		int x, width;
		int bar; /* cells of it behind a number */
	} columns[64];
	int n_columns;
	int trend_x, trend_width; /* width 0: there is none */
	struct {
		const struct panel *panel;
		int x, width;
	} tabs[16];
	int n_tabs;
	struct target targets[48];
	int n_targets;
};

struct snapshot;

/* What happened before, of the level's rows. */
struct backfill {
	struct trail *trail;
	uint64_t newest; /* interval up to which somebody looks; 0: the one that is shown */
	uint64_t reach;	 /* how many are looked at */
	uint64_t unreadable; /* nothing up to this one can be read; 0: everything */
	struct query_run run;
	struct moment moment; /* where it is in the timeline, while it is open */
	bool open;
	bool going; /* to another moment */
	bool running; /* a query over it is under way: */
	unsigned int section; /* the one before this; behind those of the page comes the level's */
	struct trail *to; /* where its rows go */
};

/* Queries that are under way; work.c. */
struct work {
	bool on;    /* rows of the frames that are shown are not there yet */
	bool late;  /* they had to begin anew since the last rows came */
	bool in_place; /* in the runs that are shown */
	int job;    /* the one that is at work */
	size_t large, slice; /* records: from how many on queries are divided, and into what */
	uint64_t *select; /* of which of these rows the first that is there is to be selected; owned */
	size_t n_select;
};

/* The moment that was asked for and is not there yet; going.c. */
struct going {
	bool on;
	uint64_t id;
	size_t at_once, slice; /* records: what is decoded without an end to it, and then at a time */
};

enum trend { TREND_WIDE, TREND_ON, TREND_OFF }; /* the column: where there is room, ... */

struct ui {
	struct ui_options options;
	struct session session;
	uint64_t position;    /* of session.cur in the session's timeline */
	struct moment moment; /* what is shown while paused, when live */
	struct going going;
	bool paused, past;    /* past: somebody goes in time; then it is paused as well */
	bool ended;	      /* the recording has no more frames */
	double speed;	      /* of a recording: 1 is as fast as it was made */
	bool dirty, quit;
	int result; /* why it ended: 0 or negative errno, with error set */
	char error[300];
	uint64_t intervals;

	struct level *bases; /* one per panel, in the order of panels[] */
	size_t n_bases;
	struct level *levels[LEVELS_MAX]; /* [0] is one of bases, the others are owned */
	int depth;			  /* levels in use */
	struct step steps[STEPS_MAX];	  /* from the row where a menu was opened */
	int n_steps;
	struct pick_menu picks; /* of the row where = or ! was pressed */
	struct query_pair query; /* of the level */
	uint64_t runs; /* of it that came to an end */
	struct work work;
	uint64_t shown; /* ui_frame_id of the rows that are shown */
	struct backfill backfill;
	enum trend trend;
	bool whole_commands; /* in place of names */
	/* Rows of the level; while work is on, those of the interval before or NULL; NULL before the
	 * first interval. */
	const struct table *table;
	struct summary_set summary;
	uint64_t lost[LOSS_KINDS]; /* of the level's panel since the start, but of the last
				    * interval where unmatched; summed by ui_refresh */

	struct selection asked, typed;	 /* by options and commands; by a filter */
	const struct level *typed_in;	 /* the level that has that filter */
	struct selection_keep selected;	 /* ui_selection, for queries */
	struct marks marks;		 /* tested after that: the keep of the level's query */

	struct view *view; /* topmost */
	struct table_area area;
	char search[128];
	bool search_absent; /* no row that is shown contains it */
	struct recall filters, searches, groups, commands; /* lines typed */
	const struct command *previewed; /* while it is typed; NULL: none */
	char message[300];
	enum role message_role;
	int message_ticks; /* intervals that it stays */

	struct recorder *recorder;
	char *record_path;
	uint64_t record_dropped; /* frames that the user was told of */
	const struct screen *screen; /* drawn last */
	struct snapshot *snapshot;   /* while its name is asked for */
	void (*interval_changed)(struct ui *ui); /* ui_tick_ns is another; NULL: nobody minds */
	void (*repaint)(struct ui *ui); /* everything, after something else wrote to the terminal */
	const struct panel *order[CONFIG_PANELS]; /* of the tabs; others are in the menu alone */
	int n_order;
	struct keymap keymap;
	struct theme *theme_before; /* while another is tried; NULL: none is */
	struct theme theme;	 /* look_use changes it */
	struct warnings warnings; /* of files that were read at the start */
	void (*theme_changed)(struct ui *ui); /* NULL: nobody minds */
	void *backend;
};

/* Takes over the source.  Negative errno, and one line in error; then there is nothing to free. */
int ui_new(struct ui **ret, const struct ui_options *o, char *error, size_t size);
void ui_free(struct ui *ui);
/* Takes in the next frame. */
void ui_tick(struct ui *ui);
void ui_key(struct ui *ui, const struct key_event *key);
void ui_draw(struct ui *ui, struct screen *s);
/* Runs the queries again, over the frames that are shown.  What is shown of other rows goes. */
void ui_refresh(struct ui *ui);
/* The same for other frames alone: until the new rows are there the old ones stay. */
void ui_update(struct ui *ui);
/* Takes in the rows that have come. */
void ui_see(struct ui *ui);
/* The same when only the order of the rows has changed, which is much less work. */
void ui_resort(struct ui *ui);
void ui_message(struct ui *ui, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* past.c: which moment is shown */
/* The moment that was asked for is there, and stays. */
void past_arrive(struct ui *ui);
/* "14:02:30", as local clocks show it. */
/* The heading of a column in so many cells, marked where its numbers are estimates; order: how rows are
 * sorted by it, one cell or "". */
void heading_text(char *buf, size_t size, const struct table *t, const struct column *c, int width,
		  const char *order);
void clock_text(char *buf, size_t size, uint64_t wall_ns);
const struct frame *ui_frame(const struct ui *ui);
const struct frame *ui_frame_before(const struct ui *ui);
const struct facts *ui_facts(const struct ui *ui);
uint64_t ui_frame_id(const struct ui *ui); /* in the session's timeline */
void ui_pause(struct ui *ui, bool paused);
/* The frames that one can go to; false: there are none. */
bool past_range(const struct ui *ui, uint64_t *ret_first, uint64_t *ret_last);
/* Sets out for frame id of the timeline, to show it and stay there. */
void past_goto(struct ui *ui, uint64_t id);
/* The keys Home and End; false: nobody goes in time. */
bool past_end(struct ui *ui, int key);
void past_speed(struct ui *ui, bool faster);
/* A time as when_parse reads it. */
bool goto_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size);
void goto_set(struct ui *ui, const char *text);
/* Time from tick to tick, and how many frames each takes in. */
uint64_t ui_tick_ns(const struct ui *ui);
unsigned int ui_tick_frames(const struct ui *ui);
/* The recording has ended and begins again; false: it does not. */
bool past_again(struct ui *ui);

/* going.c: until the moment is there, what is shown stays and keys are answered */
void going_init(struct going *g);
/* Sets out for frame id of the timeline; what little there is to be decoded is, at once. */
void going_begin(struct ui *ui, uint64_t id);
/* A slice of the way; false: nobody is on it. */
bool going_step(struct ui *ui);
/* All that is left of it. */
void going_end(struct ui *ui);
/* Gives it up; false: nobody was on it. */
bool going_stop(struct ui *ui);
/* "going to 14:02:30 ..."; false: nobody is. */
bool going_text(const struct ui *ui, char *buf, size_t size);

/* level.c */
struct level *ui_level(const struct ui *ui);
void levels_init(struct ui *ui);
void levels_done(struct ui *ui);
/* Opens a panel at its own level, as it was left. */
void level_open(struct ui *ui, const struct panel *p);
/* False, with a message, when that is deeper than LEVELS_MAX. */
bool level_drill(struct ui *ui, const struct step *step);
/* Opens a panel one step down, on what the selected row is about; false, with a message, where there
 * is no row, or the panel has none of its columns. */
bool level_open_on(struct ui *ui, const struct panel *p);
bool level_up(struct ui *ui);
/* Back to the level that is the depth-th, 1 is the panel's own. */
void level_up_to(struct ui *ui, int depth);
const void *level_row(const struct ui *ui); /* selected, or NULL */
void level_select(struct ui *ui, size_t row);
/* Keeps the selection with its row until it is moved. */
void level_pin(struct ui *ui, bool pinned);
/* Finds the selected row in new rows. */
void level_restore(struct ui *ui);

/* select.c */
void select_init(struct ui *ui);
void select_done(struct ui *ui);
/* What is looked at now; it is pushed down into live probes, else rows are tested. */
const struct selection *ui_selection(const struct ui *ui);
/* Takes over what is asked for.  False: a message says why not. */
bool select_ask(struct ui *ui, struct selection *only);
/* The filter of the level was typed: may be pushed down, or nothing of it is any more. */
void select_typed(struct ui *ui);
/* All processes that rows are limited to have ended as far as is known: says so in buf. */
bool select_ended(const struct ui *ui, char *buf, size_t size);
/* Before a level goes. */
void select_left(struct ui *ui, const struct level *level);

/* pick.c */
void picks_clear(struct pick_menu *m);
void picks_drop(struct level *l);
/* Takes back the last term that was picked; false when it is not in the filter any more. */
bool pick_undo(struct ui *ui);

/* ask.c: checks as in struct prompt; the others take what has passed them */
bool filter_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size);
void filter_set(struct ui *ui, const char *text);
void filter_type(struct ui *ui, const char *text); /* the same, and goes down to the kernel */
bool group_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size);
void group_set(struct ui *ui, const char *text);
void group_ask(struct ui *ui);
/* search.c */
void search_set(struct ui *ui, const char *text);
/* actions.c; ns within DELAY_MIN_NS and DELAY_MAX_NS */
void interval_set(struct ui *ui, uint64_t ns);

/* The selected row of the panel or the page, and the query that it is of; NULL: there is none. */
const void *level_selection(const struct ui *ui, const struct query **ret_q);

/* step.c */
/* What the breadcrumb says of a step: its label, join, name, and its filter in brackets. */
void crumb_write(struct step *s, const char *join, const char *name);
/* Both put ways into ui->steps, and return how many there are. */
int steps_of_row(struct ui *ui);
/* To all panels that share what the selected row is grouped by. */
int steps_to_panels(struct ui *ui);
bool step_to_panel(struct ui *ui, struct step *step, const struct panel *p);
/* To the first page that knows what the selected row is about. */
bool step_to_page(struct ui *ui, struct step *step);
/* What the row should be told by and is not, or NULL. */
const struct column *row_unknown_key(const struct query *q, const void *row);

/* mouse.c */
void mouse_click(struct ui *ui, const struct key_event *key);
void targets_clear(struct ui *ui);
/* While drawing: a click there calls run(ui, argument). */
void target_add(struct ui *ui, int y, int x, int width, void (*run)(struct ui *ui, int argument),
		int argument);

/* work.c */
void work_init(struct work *w);
/* Begins the queries, and ends them when they are small; same_rows: see ui_update. */
void work_begin(struct ui *ui, bool same_rows);
/* A slice of them; false: there is nothing to do. */
bool work_step(struct ui *ui);
/* All that is left of them. */
void work_end(struct ui *ui);
/* Before the next frame is taken, which ends what is under way: every second time its rows must come. */
void work_tick(struct ui *ui);

/* backfill.c */
void backfill_init(struct backfill *l);
void backfill_done(struct backfill *l);
/* Forgets what another query has left. */
void backfill_open(struct ui *ui);
/* Takes in the table that is shown. */
void backfill_feed(struct ui *ui);
/* One step of work for when there is nothing else to do; false: there is none. */
bool backfill_step(struct ui *ui);

/* tree.c: what the table shows of a tree */
/* The column that has the marks of the tree: the first text; NULL: rows are a list. */
const struct column *tree_column(const struct ui *ui);
/* A cell of row number `row` as the table shows it: as format_cell, but of a path in a tree the end. */
void tree_cell(const struct ui *ui, char *buf, size_t size, const struct column *c, size_t row);
/* The marks before that cell, at most max cells; returns how many. */
int tree_marks(const struct ui *ui, char *buf, size_t size, size_t row, int max);
/* Selects what was to be selected when the rows are there. */
void tree_select(struct ui *ui);
/* Measures the rows, as the width of the column needs it. */
void tree_see(struct ui *ui);
/* Shows a tree; false: the panel does not suit it. */
bool tree_show(struct ui *ui, const struct tree_kind *kind);
/* ui->table has all rows of the level's tree, folded or not: unfolds those above this one, runs the
 * query again and selects it. */
void tree_reveal(struct ui *ui, uint32_t row);

/* command_line.c: whether this column shows whole commands, and that of a row (NULL: not known) */
bool shows_command(const struct ui *ui, const struct column *c);
const char *row_command(const struct ui *ui, const void *row);
/* view_table.c */
enum role cell_role(const struct column *c, const void *row);

/* record.c: the key `w` */
int record_start(struct ui *ui, const char *path);
void record_stop(struct ui *ui);
void record_frame(struct ui *ui);

/* probetop-HOST-TIME[-PANEL].SUFFIX for files that keys make. */
void file_name(const struct ui *ui, const char *panel, const char *suffix, char *buf, size_t size);
/* From the root on, in buf of PATH_MAX bytes; the path as it is where that is not known. */
const char *path_whole(const char *path, char *buf);

#endif
