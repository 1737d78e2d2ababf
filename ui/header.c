/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/header.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/format.h"
#include "core/self_cost.h"
#include "core/timeline.h"
#include "ui/app.h"
#include "ui/bindings.h"

#define SEGMENTS 16
#define NARROW 24 /* cells: too few for a time and many words */

/* A piece of the first line; where space is short the one with the lowest rank goes first. */
struct segment {
	char label[16], value[160];
	enum role role;
	int rank;
};

struct segments {
	struct segment s[SEGMENTS];
	int n;
};

static struct segment *segment_add(struct segments *line, int rank, const char *label)
{
	struct segment *s = &line->s[line->n++];

	*s = (struct segment){ .rank = rank, .role = ROLE_VALUE };
	snprintf(s->label, sizeof(s->label), "%s", label);
	return s;
}

static int segment_width(const struct segment *s)
{
	char clean[400];

	text_for_terminal(clean, sizeof(clean), s->value);
	return (int)strlen(s->label) + text_width(clean);
}

static void segments_draw(struct segments *line, struct screen *s, int y)
{
	int total, x = 0;

	for (;;) {
		struct segment *least = NULL;

		total = -2;
		for (int i = 0; i < line->n; i++) {
			if (!line->s[i].rank)
				continue;
			total += segment_width(&line->s[i]) + 2;
			if (!least || line->s[i].rank < least->rank)
				least = &line->s[i];
		}
		if (total <= s->width || !least)
			break;
		if (total == segment_width(least))
			break; /* the last one is cut instead */
		least->rank = 0;
	}
	for (int i = 0; i < line->n; i++) {
		if (!line->s[i].rank)
			continue;
		x += screen_text(s, y, x, s->width - x, ROLE_LABEL, line->s[i].label);
		x += screen_text(s, y, x, s->width - x, line->s[i].role, line->s[i].value);
		x += 2;
	}
}

/* "PAUSED REPLAY 5x REC" */
static void state_text(const struct ui *ui, char *buf, size_t size)
{
	bool live = ui->session.source->live;
	const char *names[5];
	char speed[16];
	size_t at = 0;
	int n = 0;

	if (ui->paused && !(live && ui->past))
		names[n++] = "PAUSED";
	if (!live)
		names[n++] = ui->ended ? "END" : "REPLAY";
	snprintf(speed, sizeof(speed), "%gx", ui->speed);
	if (!live && ui->speed != 1)
		names[n++] = speed;
	if (ui->recorder)
		names[n++] = ui->record_dropped ? "REC, FRAMES MISSING" : "REC";
	buf[0] = '\0';
	for (int i = 0; i < n; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? " " : "", names[i]);
}

static void state_segments(struct ui *ui, struct segments *line, bool loss, bool narrow)
{
	char text[64];
	struct segment *s;

	if (loss) {
		s = segment_add(line, 98, "");
		s->role = ROLE_ERROR;
		snprintf(s->value, sizeof(s->value), "LOSS");
	}
	if (ui_level(ui)->pinned) {
		s = segment_add(line, 96, "");
		s->role = ui_level(ui)->lost ? ROLE_WARNING : ROLE_STATE;
		snprintf(s->value, sizeof(s->value),
			 ui_level(ui)->lost ? "FOLLOWED ROW IS GONE" : "FOLLOWING");
	}
	if (marks_count(&ui->marks)) {
		s = segment_add(line, ui->marks.only ? 96 : 88, !ui->marks.only ? "marked "
						: narrow	? "MARKED "
								: "ONLY MARKED ");
		s->role = ui->marks.only ? ROLE_WARNING : ROLE_VALUE;
		snprintf(s->value, sizeof(s->value), "%zu", marks_count(&ui->marks));
	}
	state_text(ui, text, sizeof(text));
	if (!text[0])
		return;
	s = segment_add(line, 97, "");
	s->role = ROLE_STATE;
	snprintf(s->value, sizeof(s->value), "%s", text);
}

/* "45s", "14m58s" */
static void ago_text(char *buf, size_t size, uint64_t ns)
{
	if (ns < 60000000000)
		snprintf(buf, size, "%us", (unsigned int)(ns / 1000000000));
	else
		format_ns(buf, size, (double)ns);
}

/* Where in the recording this is. */
static void replay_segments(struct ui *ui, struct segments *line)
{
	const struct timeline *t = ui->session.timeline;
	char in[16], all[16];
	struct segment *s;
	uint64_t begin;

	if (!t || t->end <= t->begin)
		return;
	begin = t->mono_ns(t, t->begin);
	ago_text(in, sizeof(in), ui_frame(ui)->mono_ns - begin);
	ago_text(all, sizeof(all), t->mono_ns(t, t->end - 1) - begin);
	s = segment_add(line, 70, "");
	snprintf(s->value, sizeof(s->value), "%s of %s", in, all);
}

/* How far back this is, and how far back one can go. */
static void past_segments(struct ui *ui, struct segments *line)
{
	const struct timeline *t = ui->session.timeline;
	uint64_t now = ui->session.cur->mono_ns, then = ui_frame(ui)->mono_ns;
	struct segment *s;
	char text[16];

	ago_text(text, sizeof(text), now - then);
	s = segment_add(line, 94, "");
	snprintf(s->value, sizeof(s->value), "-%s", text);
	if (!t || t->end <= t->begin)
		return;
	ago_text(text, sizeof(text), now - t->mono_ns(t, t->begin));
	s = segment_add(line, 70, "");
	snprintf(s->value, sizeof(s->value),
		 ui_frame_id(ui) < t->begin ? "%s kept, this is no more" : "of %s kept", text);
}

/* What the kernel counted alone, as the frame says, and what else is left out here. */
static void selection_segments(struct ui *ui, const char *pushed, struct segments *line)
{
	char text[sizeof(((struct host_rec *)NULL)->filter)];
	struct segment *s;

	if (pushed[0]) {
		s = segment_add(line, 90, "kernel: ");
		s->role = ROLE_WARNING;
		snprintf(s->value, sizeof(s->value), "%.*s", (int)sizeof(text), pushed);
	}
	selection_text(text, sizeof(text), ui_selection(ui));
	if (text[0] && strncmp(text, pushed, sizeof(text) - 1) != 0) {
		s = segment_add(line, 89, "only ");
		s->role = ROLE_WARNING;
		snprintf(s->value, sizeof(s->value), "%s", text);
	}
}

/* What the programs take of all CPUs, where it is known; and which of them take less than they could. */
static void probes_segments(struct ui *ui, struct segments *line)
{
	const struct frame *f = ui_frame(ui);
	double kernel = self_cost(ui_frame_before(ui), f).kernel, budget = self_budget(f);
	char text[64], share[16], most[16];
	struct segment *s;

	if (!isnan(kernel)) {
		format_percent(share, sizeof(share), kernel);
		format_percent(most, sizeof(most), budget);
		s = segment_add(line, 45, "probes ");
		snprintf(s->value, sizeof(s->value), budget > 0 ? "%s of %s%%" : "%s%%", share, most);
	}
	self_state_text(text, sizeof(text), f);
	if (!text[0])
		return;
	s = segment_add(line, 93, "OVER BUDGET ");
	s->role = ROLE_WARNING;
	snprintf(s->value, sizeof(s->value), "%s", text);
}

static void host_segments(struct ui *ui, const struct host_rec *h, struct segments *line)
{
	const struct host_rec *before = NULL;
	const struct frame *prev = ui_frame_before(ui), *cur = ui_frame(ui);
	struct segment *s = segment_add(line, 40, "load ");
	char rss[16], cpu[16] = "-";

	snprintf(s->value, sizeof(s->value), "%.2f %.2f %.2f", h->load_1000[0] / 1e3,
		 h->load_1000[1] / 1e3, h->load_1000[2] / 1e3);
	s = segment_add(line, 30, "threads ");
	snprintf(s->value, sizeof(s->value), "%llu, %llu running", (unsigned long long)h->tasks,
		 (unsigned long long)h->running);
	if (prev && prev->s[STREAM_HOST].count)
		before = sample_rec(&prev->s[STREAM_HOST], STREAM_HOST, 0);
	if (before && cur->mono_ns > prev->mono_ns && h->self_cpu_ns >= before->self_cpu_ns)
		format_percent(cpu, sizeof(cpu),
			       100.0 * (double)(h->self_cpu_ns - before->self_cpu_ns) /
				       (double)(cur->mono_ns - prev->mono_ns));
	format_bytes(rss, sizeof(rss), (double)h->self_rss);
	s = segment_add(line, 50, "self ");
	snprintf(s->value, sizeof(s->value), "%s%% %s", cpu, rss);
	probes_segments(ui, line);
	selection_segments(ui, h->filter, line);
}

void header_draw(struct ui *ui, struct screen *s, int y, bool loss)
{
	const struct frame *f = ui_frame(ui);
	const struct host_rec *h = NULL;
	struct segments line = { .n = 0 };
	struct segment *seg;
	bool past = ui->past && ui->session.source->live;

	if (f->s[STREAM_HOST].count)
		h = sample_rec(&f->s[STREAM_HOST], STREAM_HOST, 0);
	seg = segment_add(&line, 80, "");
	snprintf(seg->value, sizeof(seg->value), "%.*s", h ? (int)sizeof(h->name) : 8,
		 h && h->name[0] ? h->name : "probetop");
	seg = segment_add(&line, 95 + 2 * past, past ? "PAST " : "");
	/* of the rows that are shown */
	clock_text(seg->value, sizeof(seg->value), ui->table ? ui->table->wall_ns : f->wall_ns);
	if (ui->work.on)
		snprintf(seg->value + strlen(seg->value), sizeof(seg->value) - strlen(seg->value), " …");
	if (past)
		past_segments(ui, &line);
	else if (ui->past)
		replay_segments(ui, &line);
	state_segments(ui, &line, loss, s->width < NARROW);
	seg = segment_add(&line, 60, "every ");
	if (ui->table)
		snprintf(seg->value, sizeof(seg->value), "%.2fs", ui->table->interval_s);
	else
		snprintf(seg->value, sizeof(seg->value), "%gs",
			 (double)ui->options.interval_ns / 1e9);
	if (h)
		host_segments(ui, h, &line);
	if (ui->session.source->locked) {
		seg = segment_add(&line, 47, "");
		snprintf(seg->value, sizeof(seg->value), s->utf8 ? "\xf0\x9f\x94\x92" : "[locked]");
	}
	segments_draw(&line, s, y);
	/* nobody may take it for now */
	if (past)
		screen_mark(s, y, 0, s->width, ROLE_PAST);
}

void tabs_draw(struct ui *ui, struct screen *s, int y)
{
	struct table_area *a = &ui->area;
	int x = 0, want = -1;
	bool short_names;

	for (int i = 0; i < ui->n_order; i++)
		want += (int)strlen(ui->order[i]->name) + (i < 9 ? 3 : 1);
	short_names = want > s->width;
	a->n_tabs = 0;
	a->tabs_y = y;
	for (int i = 0; i < ui->n_order && x < s->width && a->n_tabs < 16; i++) {
		const struct panel *p = ui->order[i];
		bool current = p == ui_level(ui)->q.panel;
		enum role role = current ? ROLE_TAB_CURRENT : ROLE_TAB;
		int from = x;

		if (i < 9)
			x += screen_printf(s, y, x, s->width - x, role, "%d", i + 1);
		if (i < 9 && (!short_names || current))
			x += screen_text(s, y, x, s->width - x, role, " ");
		if (!short_names || current || i >= 9)
			x += screen_printf(s, y, x, s->width - x, role, "%s", p->name);
		a->tabs[a->n_tabs].panel = p;
		a->tabs[a->n_tabs].x = from;
		a->tabs[a->n_tabs++].width = x - from;
		x++;
	}
}

/* "pid,comm" when rows are grouped in another way than usual. */
static void group_text(const struct query *q, char *buf, size_t size)
{
	struct query usual;
	size_t at = 0;

	buf[0] = '\0';
	query_init(&usual, q->panel);
	if (usual.n_keys == q->n_keys &&
	    !query_tree(q) && !memcmp(usual.keys, q->keys, q->n_keys * sizeof(q->keys[0])))
		return;
	for (size_t i = 0; i < q->n_keys && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? "," : "", q->keys[i]->name);
}

bool context_wanted(struct ui *ui)
{
	char group[256];

	group_text(&ui_level(ui)->q, group, sizeof(group));
	return ui->depth > 1 || ui_level(ui)->q.filter_text || ui_level(ui)->q.all || group[0];
}

/* Each step of the way down leads back to itself; cells of the whole way: total, on the screen:
 * shown. */
static void crumbs_click(struct ui *ui, int y, int total, int shown)
{
	char step[1500], clean[3000];
	int x = shown - total;

	for (int i = 0; i < ui->depth; i++) {
		int from = x > 0 ? x : 0;

		snprintf(step, sizeof(step), "%s%s", i ? " › " : "",
			 i ? ui->levels[i]->crumb : ui->levels[0]->q.panel->name);
		text_for_terminal(clean, sizeof(clean), step);
		x += text_width(clean);
		target_add(ui, y, from, x - from, level_up_to, i + 1);
	}
}

/* The way down ends on the screen, so a long one is cut in front. */
void context_draw(struct ui *ui, struct screen *s, int y)
{
	const struct query *q = &ui_level(ui)->q;
	char path[1500], group[256], clean[3000];
	size_t at = 0;
	int x, room = s->width;

	at += (size_t)snprintf(path, sizeof(path), "%s", ui->levels[0]->q.panel->name);
	for (int i = 1; i < ui->depth && at < sizeof(path); i++)
		at += (size_t)snprintf(path + at, sizeof(path) - at, " › %s", ui->levels[i]->crumb);
	text_for_terminal(clean, sizeof(clean), path);
	x = text_width(clean) < room ? text_width(clean) : room;
	screen_fit(s, y, 0, x, ROLE_CRUMB, path, true, true);
	crumbs_click(ui, y, text_width(clean), x);
	x += 2;
	if (q->filter_text && (ui->depth == 1 || !strstr(ui_level(ui)->crumb, q->filter_text))) {
		x += screen_text(s, y, x, room - x, ROLE_LABEL, "filter ");
		x += screen_text(s, y, x, room - x, ROLE_WARNING, q->filter_text) + 2;
	}
	group_text(q, group, sizeof(group));
	if (group[0]) {
		x += screen_text(s, y, x, room - x, ROLE_LABEL, query_tree(q) ? "tree by " : "by ");
		x += screen_text(s, y, x, room - x, ROLE_VALUE, group) + 2;
	}
	if (q->all)
		screen_text(s, y, x, room - x, ROLE_VALUE, "all rows");
}

int loss_severity(struct ui *ui)
{
	int severity = 0;

	for (int k = 0; k < LOSS_KINDS; k++)
		if (ui->lost[k])
			severity |= k == LOSS_UNMATCHED ? 1 : 2;
	return severity;
}

/* In all, and in brackets what the last interval added; of what was unmatched only the latter. */
void loss_draw(struct ui *ui, struct screen *s, int y)
{
	static const char *const names[LOSS_KINDS] = { "ring full", "map full", "unmatched",
						       "missed", "unattributed" };
	int x = screen_text(s, y, 0, s->width, ROLE_LABEL, "Lost") + 1;
	char number[16], more[16];

	for (int k = 0; k < LOSS_KINDS; k++) {
		uint64_t now = ui->table ? ui->table->loss[k] : 0;
		enum role role = k == LOSS_UNMATCHED ? ROLE_DIM : now ? ROLE_ERROR : ROLE_WARNING;

		if (!ui->lost[k])
			continue;
		format_count(number, sizeof(number), (double)ui->lost[k]);
		format_count(more, sizeof(more), (double)now);
		x += screen_printf(s, y, x, s->width - x, role,
				   now && k != LOSS_UNMATCHED ? "%s %s (+%s)" : "%s %s", names[k],
				   number, more);
		x += 2;
	}
}

int notes_draw(struct ui *ui, struct screen *s, int y, int max)
{
	uint32_t of = ui_level(ui)->q.panel->streams;
	const char *drawn[STREAM_COUNT];
	char cost[200];
	size_t at = 0;
	int n = 0, first;

	while (n < max && self_note(cost, sizeof(cost), ui_frame(ui), of, &at))
		screen_fit(s, y + n++, 0, s->width, ROLE_WARNING, cost, false, true);
	first = n;
	for (int id = 0; id < STREAM_COUNT && n < max; id++) {
		const char *note = facts_note(ui_facts(ui), id);
		bool again = !note || !note[0] || !(of & 1u << id);

		for (int i = first; i < n && !again; i++)
			again = !strcmp(drawn[i], note);
		if (again)
			continue;
		drawn[n] = note;
		screen_fit(s, y + n++, 0, s->width, ROLE_WARNING, note, false, true);
	}
	return n;
}

void key_bar_draw(struct ui *ui, struct screen *s, int y)
{
	int x = 0;
	char name[16];

	for (const struct binding *b = bindings; b->help; b++) {
		const struct keymap_entry *e = keymap_first(&ui->keymap, b);
		const char *key;
		int want;

		if (!b->bar || !e)
			continue;
		key = key_label(e->key, name, sizeof(name));
		want = text_width(key) + (int)strlen(b->bar);
		if (x + want > s->width)
			continue;
		target_add(ui, y, x, want, b->run, e->as);
		x += screen_text(s, y, x, s->width - x, ROLE_KEY, key);
		x += screen_text(s, y, x, s->width - x, ROLE_KEY_TEXT, b->bar);
		if (x < s->width)
			x++;
	}
}
