/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/report.h"

#include <errno.h>

#include "ui/app.h"
#include "ui/picture.h"

/* Rows as the query has them: filtered, grouped and sorted. */
static void panel_put(struct ui *ui, const struct query *q, struct screen *s, FILE *body)
{
	const struct panel *p = q->panel;

	level_open(ui, p);
	query_done(&ui_level(ui)->q);
	query_copy(&ui_level(ui)->q, q);
	summary_open(&ui->summary, &ui_level(ui)->q);
	ui_refresh(ui);
	/* none of its messages is about what is in the page */
	ui->message[0] = '\0';
	ui_draw(ui, s);
	fprintf(body, "<h2 id=\"%s\">%s</h2>\n<p>", p->name, p->title);
	xml_text(body, p->help);
	fputs("</p>\n", body);
	picture_html_body(body, s);
}

int ui_report(const struct ui_options *o, const struct query *queries, size_t n, int width, int height,
	      FILE *style, FILE *body, char *error, size_t size)
{
	struct screen screen;
	struct ui *ui;
	int r = ui_new(&ui, o, error, size);

	if (r)
		return r;
	while (!ui->ended && !ui->quit)
		ui_tick(ui);
	screen_init(&screen, width, height, true);
	picture_html_style(style, &ui->theme);
	for (size_t i = 0; i < n; i++)
		panel_put(ui, &queries[i], &screen, body);
	ui->screen = NULL;
	screen_done(&screen);
	ui_free(ui);
	return 0;
}
