/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/report.h"

#include <errno.h>
#include <time.h>

#include "ui/app.h"
#include "ui/picture.h"

/* The recording that is at its end goes back; what cannot be gone back in stays there. */
static void moment_show(struct ui *ui, uint64_t mono_ns)
{
	struct timeline *t = ui->session.timeline;
	uint64_t first, last;

	if (!past_range(ui, &first, &last))
		return;
	if (mono_ns)
		last = timeline_at(t, first, mono_ns);
	if (last == ui_frame_id(ui))
		return;
	past_goto(ui, last);
	going_end(ui);
}

static void moment_put(const struct ui *ui, const struct report_screen *of, FILE *body)
{
	time_t seconds = (time_t)(ui_frame(ui)->wall_ns / 1000000000);
	struct tm tm;
	char at[40];

	/* as in the screen's first line, which has no room for the zone */
	localtime_r(&seconds, &tm);
	strftime(at, sizeof(at), "%H:%M:%S %Z", &tm);
	if (of->mono_ns && ui_frame(ui)->mono_ns == of->mono_ns)
		fprintf(body, "<p>At %s, the interval with the largest %s.</p>\n", at,
			of->query->sort->heading);
	else
		fprintf(body, "<p>At %s, the last interval.</p>\n", at);
}

/* Rows as the query has them: filtered, grouped and sorted. */
static void screen_put(struct ui *ui, const struct report_screen *of, struct screen *s, FILE *body)
{
	const struct panel *p = of->query->panel;

	level_open(ui, p);
	query_done(&ui_level(ui)->q);
	query_copy(&ui_level(ui)->q, of->query);
	summary_open(&ui->summary, &ui_level(ui)->q);
	moment_show(ui, of->mono_ns);
	ui_refresh(ui);
	/* none of its messages is about what is in the page */
	ui->message[0] = '\0';
	ui_draw(ui, s);
	fprintf(body, "<h2 id=\"%s\">%s</h2>\n<p>", p->name, p->title);
	xml_text(body, p->help);
	fputs("</p>\n", body);
	moment_put(ui, of, body);
	picture_html_body(body, s);
}

int ui_report(const struct ui_options *o, const struct report_screen *screens, size_t n, int width,
	      int height, bool (*stop)(void), FILE *style, FILE *body, char *error, size_t size)
{
	struct screen screen;
	bool stopped = false;
	struct ui *ui;
	int r = ui_new(&ui, o, error, size);

	if (r)
		return r;
	while (!ui->ended && !ui->quit && !(stopped = stop()))
		ui_tick(ui);
	screen_init(&screen, width, height, true);
	picture_html_style(style, &ui->theme);
	for (size_t i = 0; i < n && !stopped; i++)
		screen_put(ui, &screens[i], &screen, body);
	ui->screen = NULL;
	screen_done(&screen);
	ui_free(ui);
	return stopped ? -EINTR : 0;
}
