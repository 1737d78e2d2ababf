/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which moment is shown.  Live, what is newest is shown, unless a moment of the history is held:
 * counting and recording go on behind it.  A recording is where its session is: it plays, or
 * stands.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/timeline.h"
#include "core/when.h"
#include "ui/app.h"
#include "ui/bindings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TICK_MIN_NS 50000000ull /* faster than that nobody can read; frames are skipped instead */
#define TICK_MAX_NS 3600000000000ull

static bool is_held(const struct ui *ui)
{
	return ui->paused && ui->session.source->live;
}

const struct frame *ui_frame(const struct ui *ui)
{
	return is_held(ui) ? ui->moment.cur : ui->session.cur;
}

const struct frame *ui_frame_before(const struct ui *ui)
{
	return is_held(ui) ? ui->moment.prev : ui->session.prev;
}

const struct facts *ui_facts(const struct ui *ui)
{
	return is_held(ui) ? ui->moment.facts : ui->session.facts;
}

uint64_t ui_frame_id(const struct ui *ui)
{
	return is_held(ui) ? ui->moment.id : ui->position;
}

/* The first frame is no moment to show: there is none before it to compare with. */
bool past_range(const struct ui *ui, uint64_t *ret_first, uint64_t *ret_last)
{
	const struct timeline *t = ui->session.timeline;

	if (!t || t->end < t->begin + 2)
		return false;
	*ret_first = t->begin + 1;
	*ret_last = t->end - 1;
	return true;
}

void clock_text(char *buf, size_t size, uint64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / 1000000000);
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(buf, size, "%H:%M:%S", &tm);
}

static bool is_possible(struct ui *ui)
{
	uint64_t first, last;
	bool live = ui->session.source->live;

	if (past_range(ui, &first, &last))
		return true;
	ui_message(ui, ROLE_WARNING, "%s",
		   live && ui->session.timeline ? "there is no past yet"
		   : live			? "no history is kept (--history)"
						: "this recording can only be played");
	return false;
}

void past_goto(struct ui *ui, uint64_t id)
{
	if (is_possible(ui))
		going_begin(ui, id);
}

void past_arrive(struct ui *ui)
{
	if (!ui->session.source->live) {
		/* time would go backwards in it */
		record_stop(ui);
		ui->position = ui->going.id;
		ui->ended = false;
	}
	ui->past = ui->paused = true;
	ui_refresh(ui);
}

/* Live again, or plays on. */
static void past_leave(struct ui *ui)
{
	going_stop(ui);
	ui->past = ui->paused = false;
	ui_refresh(ui);
}

void ui_pause(struct ui *ui, bool paused)
{
	const struct session *s = &ui->session;

	if (paused == ui->paused || !s->prev)
		return;
	if (ui->ended) {
		ui_message(ui, ROLE_STATE,
			   "the recording ends here: T steps back, b goes to a time");
		return;
	}
	if (!paused) {
		past_leave(ui);
		return;
	}
	going_stop(ui);
	if (s->source->live)
		moment_copy(&ui->moment, s->prev, s->cur, s->facts, ui->position);
	ui->paused = true;
	ui_refresh(ui);
}

/* From where somebody is going to.  Back from the newest: live again; a recording has its end there. */
static void past_step(struct ui *ui, bool forward)
{
	bool live = ui->session.source->live;
	uint64_t at = ui->going.on ? ui->going.id : ui_frame_id(ui), first, last;

	if (!is_possible(ui) || !past_range(ui, &first, &last))
		return;
	if (forward && at >= last) {
		ui_message(ui, ROLE_STATE, live ? "live" : "the recording ends here");
		if (live)
			past_leave(ui);
		return;
	}
	if (!forward && at <= first) {
		ui_message(ui, ROLE_WARNING,
			   live ? "this is the oldest that is kept" : "the recording begins here");
		return;
	}
	at = forward ? at + 1 : at - 1;
	past_goto(ui, at < first ? first : at);
}

void action_step(struct ui *ui, int key)
{
	past_step(ui, key == 't');
}

/* Home and End, once somebody goes in time. */
bool past_end(struct ui *ui, int key)
{
	uint64_t first, last;

	if (!ui->past && !ui->going.on)
		return false;
	/* whatever has become of the history meanwhile */
	if (key == K_END && ui->session.source->live) {
		past_leave(ui);
		ui_message(ui, ROLE_STATE, "live");
	} else if (is_possible(ui) && past_range(ui, &first, &last)) {
		past_goto(ui, key == K_HOME ? first : last);
	}
	return true;
}

static int when_find(const struct ui *ui, const char *text, uint64_t *ret_ns)
{
	const struct timeline *t = ui->session.timeline;

	return when_parse(ret_ns, text, t->wall_ns(t, t->begin), t->wall_ns(t, t->end - 1));
}

bool goto_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size)
{
	uint64_t wall_ns, first, last;

	*ret_at = 0;
	if (!past_range(ui, &first, &last)) {
		snprintf(error, size, "there is no past to go to");
		return false;
	}
	if (!text[strspn(text, " ")] || !when_find(ui, text, &wall_ns))
		return true;
	snprintf(error, size, "no time; such as 14:02:30, -90s or 3m ago");
	return false;
}

/* Shows the interval that the time lies in: its frame is taken at its end. */
void goto_set(struct ui *ui, const char *text)
{
	const struct timeline *t = ui->session.timeline;
	uint64_t wall_ns, id, first, last;
	char when[16];

	if (!past_range(ui, &first, &last) || when_find(ui, text, &wall_ns))
		return;
	id = timeline_find(t, wall_ns);
	if (id < last && t->wall_ns(t, id) < wall_ns)
		id++;
	past_goto(ui, id < first ? first : id);
	if (wall_ns < t->wall_ns(t, t->begin)) {
		clock_text(when, sizeof(when), t->wall_ns(t, t->begin));
		ui_message(ui, ROLE_WARNING, "there is nothing before %s", when);
	} else if (wall_ns > t->wall_ns(t, last)) {
		clock_text(when, sizeof(when), t->wall_ns(t, last));
		ui_message(ui, ROLE_WARNING, "there is nothing after %s", when);
	}
}

void action_goto(struct ui *ui, int key)
{
	(void)key;
	/* without a past, too: it says so, and takes what is typed */
	if (ui->session.timeline || is_possible(ui))
		view_push(ui, view_prompt_new(ui, &(struct prompt){
							  .label = "Go to",
							  .check = goto_check,
							  .done = goto_set,
						  }));
}

static const double speeds[] = { 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100 };

void past_speed(struct ui *ui, bool faster)
{
	size_t i = 0;

	while (i < COUNT(speeds) - 1 && speeds[i] < ui->speed)
		i++;
	if (faster && i < COUNT(speeds) - 1)
		i++;
	else if (!faster && i > 0)
		i--;
	ui->speed = speeds[i];
	ui_message(ui, ROLE_TEXT, "speed %gx", ui->speed);
	if (ui->interval_changed)
		ui->interval_changed(ui);
}

/* How long the next frame of the recording took when it was made. */
static uint64_t recorded_ns(const struct ui *ui)
{
	const struct timeline *t = ui->session.timeline;
	uint64_t now = ui->position, ns;

	if (!ui->options.as_recorded || !t || now + 1 >= t->end || now < t->begin)
		return ui->options.interval_ns;
	/* after a reboot the clock begins anew */
	if (t->mono_ns(t, now + 1) <= t->mono_ns(t, now))
		return ui->options.interval_ns;
	ns = t->mono_ns(t, now + 1) - t->mono_ns(t, now);
	return ns < TICK_MAX_NS ? ns : TICK_MAX_NS;
}

uint64_t ui_tick_ns(const struct ui *ui)
{
	double ns;

	if (ui->session.source->live)
		return ui->options.interval_ns;
	ns = (double)recorded_ns(ui) / ui->speed;
	return ns < TICK_MIN_NS ? TICK_MIN_NS : ns > TICK_MAX_NS ? TICK_MAX_NS : (uint64_t)ns;
}

unsigned int ui_tick_frames(const struct ui *ui)
{
	double ns = (double)recorded_ns(ui) / ui->speed;

	if (ui->session.source->live || ns >= TICK_MIN_NS)
		return 1;
	return ns < 1e6 ? TICK_MIN_NS / 1000000 : (unsigned int)lround(TICK_MIN_NS / ns);
}

bool past_again(struct ui *ui)
{
	const struct timeline *t = ui->session.timeline;

	if (!ui->options.loop || !t || session_seek(&ui->session, t->begin))
		return false;
	record_stop(ui);
	ui->position = t->begin;
	return true;
}
