/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/history.h"
#include "core/mem.h"
#include "ui/app.h"
#include "ui/look.h"
#include "ui/settings.h"
#include "ui/bindings.h"
#include "ui/snapshot.h"

#define MESSAGE_TICKS 5
#define ROWS_MEASURED 100 /* more than screens have */

void ui_message(struct ui *ui, enum role role, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(ui->message, sizeof(ui->message), format, ap);
	va_end(ap);
	ui->message_role = role;
	ui->message_ticks = MESSAGE_TICKS;
	ui->dirty = true;
}

static void loss_sum(struct ui *ui, const struct frame *f)
{
	const struct panel *p = ui_level(ui)->q.panel;

	memset(ui->lost, 0, sizeof(ui->lost));
	for (int id = 0; id < STREAM_COUNT; id++)
		for (int k = 0; k < LOSS_KINDS; k++)
			if (panel_loss_streams(p, k) & 1u << id)
				ui->lost[k] += f->s[id].loss[k];
	/* what was under way when the probes came is no loss to hear of for ever */
	ui->lost[LOSS_UNMATCHED] = ui->table->loss[LOSS_UNMATCHED];
}

/* Which columns have ever had a value here: those that never had are not shown. */
static void columns_see(struct level *l, const struct table *t)
{
	const struct column *c = t->panel->columns;

	for (int i = 0; c[i].name && i < 64; i++)
		for (size_t row = 0; row < t->n && !(l->seen & 1ull << i); row++)
			if (column_is_known(&c[i], table_row(t, row)))
				l->seen |= 1ull << i;
}

/* It only grows: columns that come and go with every interval cannot be read. */
static void widest_see(struct level *l, const struct table *t)
{
	const struct column *c = t->panel->columns;
	char text[1200], clean[4000];

	while (c->name && (c->width || c->flags & COL_HIDDEN || c->kind != COL_STR))
		c++;
	for (size_t row = 0; c->name && row < t->n && row < ROWS_MEASURED; row++) {
		int width;

		format_cell(text, sizeof(text), c, table_row(t, row));
		text_for_terminal(clean, sizeof(clean), text);
		width = text_width(clean);
		if (width > l->widest)
			l->widest = width;
	}
}

static void refresh(struct ui *ui, bool same_rows)
{
	struct level *l = ui_level(ui);

	ui->dirty = true;
	l->q.keep = &ui->marks.keep;
	ui->summary.keep = &ui->marks.keep;
	if (l->page)
		l->page->set.keep = &ui->selected.keep;
	backfill_open(ui);
	work_begin(ui, same_rows);
}

void ui_refresh(struct ui *ui)
{
	refresh(ui, false);
}

void ui_update(struct ui *ui)
{
	refresh(ui, true);
}

void ui_see(struct ui *ui)
{
	ui->dirty = true;
	ui->shown = ui_frame_id(ui);
	if (ui_level(ui)->page)
		page_see(ui, ui_level(ui)->page);
	columns_see(ui_level(ui), ui->table);
	widest_see(ui_level(ui), ui->table);
	tree_see(ui);
	backfill_feed(ui);
	level_restore(ui);
	tree_select(ui);
	loss_sum(ui, ui_frame(ui));
}

void ui_resort(struct ui *ui)
{
	/* rows that are on their way are sorted when they are there */
	if (!ui->table && ui->work.on)
		return;
	if (!ui->table || !query_run_sort(query_pair_shown(&ui->query), &ui_level(ui)->q)) {
		ui_refresh(ui);
		return;
	}
	widest_see(ui_level(ui), ui->table);
	level_restore(ui);
	ui->dirty = true;
}

static void views_tick(struct ui *ui)
{
	for (struct view *v = ui->view; v; v = v->below)
		if (v->class->tick)
			v->class->tick(ui, v);
}

static void source_ended(struct ui *ui, int r)
{
	if (ui->session.source->live) {
		snprintf(ui->error, sizeof(ui->error), "reading the probes: %s",
			 source_error(ui->session.source, r));
		ui->result = r;
		ui->quit = true;
		return;
	}
	ui->ended = true;
	if (r < 0)
		ui_message(ui, ROLE_ERROR, "%s", source_error(ui->session.source, r));
	else
		ui_message(ui, ROLE_STATE, "the recording ends here");
}

/* What a damaged recording leaves out is in its timeline all the same. */
static void position_set(struct ui *ui, uint64_t expected)
{
	const struct session *s = &ui->session;

	ui->position = s->timeline ? timeline_at(s->timeline, expected, s->cur->mono_ns) : expected;
}

static int frame_take(struct ui *ui)
{
	int r = session_step(&ui->session);

	if (r == 1 && past_again(ui))
		r = session_step(&ui->session);
	if (r)
		return r;
	position_set(ui, ui->position + 1);
	record_frame(ui);
	return 0;
}

void ui_tick(struct ui *ui)
{
	unsigned int frames = ui_tick_frames(ui), taken = 0;
	int r = 0;

	/* live counters go on while paused, so that a recording has no gap; a recording waits */
	if (ui->ended || ((ui->paused || ui->going.on) && !ui->session.source->live))
		return;
	/* a moment that is held stays as it is */
	if (!ui->paused)
		work_tick(ui);
	while (taken < frames && !(r = frame_take(ui)))
		taken++;
	if (r)
		source_ended(ui, r);
	if (!taken) {
		/* a recording that begins again may have gone to other frames */
		if (ui->work.on && !ui->paused)
			ui_refresh(ui);
		return;
	}
	if (ui->message_ticks && !--ui->message_ticks)
		ui->message[0] = '\0';
	if (ui->session.cur->gap)
		ui_message(ui, ROLE_ERROR, "frames before this one are missing");
	ui->dirty = true;
	if (!ui->paused)
		ui_update(ui);
	views_tick(ui);
	if (ui->session.prev)
		ui->intervals++;
	if (ui->options.iterations && ui->intervals >= ui->options.iterations)
		ui->quit = true;
}

static int base_filter(struct ui *ui, const char *text, char *error, size_t size)
{
	struct filter_error wrong;
	int r = query_set_filter(&ui_level(ui)->q, text, &wrong);

	if (r) {
		snprintf(error, size, "filter, at column %zu: %s", wrong.column + 1, wrong.text);
		return r;
	}
	/* elsewhere it holds where it can */
	for (size_t i = 0; i < ui->n_bases; i++)
		if (&ui->bases[i] != ui_level(ui))
			query_set_filter(&ui->bases[i].q, text, &wrong);
	return 0;
}

static int options_apply(struct ui *ui, char *error, size_t size)
{
	const struct ui_options *o = &ui->options;
	struct query *q;
	int r;

	if (o->panel)
		level_open(ui, o->panel);
	q = &ui_level(ui)->q;
	r = query_set_group(q, o->group, error, size);
	if (!r)
		r = query_set_sort(q, o->sort, error, size);
	if (!r && o->filter && *o->filter)
		r = base_filter(ui, o->filter, error, size);
	return r;
}

static int source_begin(struct ui *ui, char *error, size_t size)
{
	/* a recording can show its first interval at once, live probes only begin to count */
	int steps = ui->session.source->live ? 1 : 2, r = 0;
	uint64_t first = ui->session.timeline ? ui->session.timeline->begin : 0;

	for (int i = 0; i < steps && !r; i++) {
		r = session_step(&ui->session);
		if (!r)
			position_set(ui, i ? ui->position + 1 : first);
		if (!r && i == 0 && ui->options.record)
			r = record_start(ui, ui->options.record);
		else if (!r)
			record_frame(ui);
		if (r < 0 && ui->message[0]) {
			snprintf(error, size, "%s", ui->message);
			return r;
		}
	}
	if (r < 0 || !ui->session.cur) {
		snprintf(error, size, "%s",
			 r < 0 ? source_error(ui->session.source, r) : "no samples in it");
		return r < 0 ? r : -ENODATA;
	}
	ui->ended = r == 1;
	return 0;
}

int ui_new(struct ui **ret, const struct ui_options *o, char *error, size_t size)
{
	struct ui *ui = xcalloc(1, sizeof(*ui));
	int r;

	ui->options = *o;
	ui->speed = 1;
	moment_init(&ui->moment);
	backfill_init(&ui->backfill);
	session_init(&ui->session, o->source);
	if (o->history_bytes)
		session_keep(&ui->session, o->history_bytes, HISTORY_AGE_NS);
	query_pair_init(&ui->query);
	work_init(&ui->work);
	going_init(&ui->going);
	summary_init(&ui->summary);
	levels_init(ui);
	select_init(ui);
	settings_apply(ui);
	marks_init(&ui->marks, &ui->selected.keep);
	view_push(ui, view_table_new());
	r = look_init(ui, error, size);
	if (!r)
		r = options_apply(ui, error, size);
	if (!r)
		r = source_begin(ui, error, size);
	if (r) {
		ui_free(ui);
		return r;
	}
	summary_open(&ui->summary, &ui_level(ui)->q);
	ui_refresh(ui);
	*ret = ui;
	return 0;
}

void ui_free(struct ui *ui)
{
	struct view *v, *below;

	if (!ui)
		return;
	for (v = ui->view; v; v = below) {
		below = v->below;
		v->class->free(v);
	}
	record_stop(ui);
	picks_clear(&ui->picks);
	select_done(ui);
	marks_done(&ui->marks);
	recall_done(&ui->filters);
	recall_done(&ui->searches);
	recall_done(&ui->groups);
	recall_done(&ui->commands);
	snapshot_free(ui->snapshot);
	free(ui->theme_before);
	summary_done(&ui->summary);
	query_pair_done(&ui->query);
	free(ui->work.select);
	levels_done(ui);
	moment_done(&ui->moment);
	backfill_done(&ui->backfill);
	session_done(&ui->session);
	free(ui);
}

void view_push(struct ui *ui, struct view *v)
{
	v->below = ui->view;
	ui->view = v;
	ui->dirty = true;
}

void view_pop(struct ui *ui)
{
	struct view *v = ui->view;

	if (!v->below)
		return;
	ui->view = v->below;
	v->class->free(v);
	ui->dirty = true;
}

bool view_works(const struct ui *ui)
{
	return ui->view->class->works && ui->view->class->works(ui->view);
}

bool view_step(struct ui *ui)
{
	if (!view_works(ui))
		return false;
	ui->view->class->step(ui, ui->view);
	return true;
}

static void views_draw(struct ui *ui, struct view *v, struct screen *s)
{
	if (v->below)
		views_draw(ui, v->below, s);
	v->class->draw(ui, v, s);
}

void ui_draw(struct ui *ui, struct screen *s)
{
	screen_clear(s);
	views_draw(ui, ui->view, s);
	ui->screen = s;
	ui->dirty = false;
}

void ui_key(struct ui *ui, const struct key_event *key)
{
	ui->dirty = true;
	/* what was meant for a shell must not press keys here */
	if (key->pasted && !ui->view->class->takes_text) {
		ui_message(ui, ROLE_WARNING, "pasted text goes into prompts alone");
		return;
	}
	ui->message[0] = '\0';
	if (ui->view->class->key(ui, ui->view, key) || !ui->view->class->keys_pass)
		return;
	keymap_run(ui, key);
}
