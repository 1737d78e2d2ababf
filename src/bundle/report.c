/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "checklist.h"
#include "core/facts.h"
#include "core/mem.h"
#include "core/record.h"
#include "hostfacts.h"
#include "report_charts.h"
#include "report_worst.h"
#include "ui/picture.h"
#include "ui/report.h"

#define WIDTH 132
#define HEIGHT 40

/* What is learnt of a recording while it is read once. */
struct digest {
	struct report_charts *charts;
	struct report_worst *worst;
	char host[64], release[64], arch[16], filter[128];
	uint64_t from_ns, to_ns, intervals;
	uint64_t lost[STREAM_COUNT][LOSS_KINDS];
};

static void digest_frame(struct digest *d, const struct session *s)
{
	const struct sample *sample = &s->cur->s[STREAM_HOST];

	if (sample->count) {
		const struct host_rec *h = sample_rec(sample, STREAM_HOST, 0);

		memcpy(d->host, h->name, sizeof(d->host));
		memcpy(d->release, h->release, sizeof(d->release));
		memcpy(d->arch, h->arch, sizeof(d->arch));
		memcpy(d->filter, h->filter, sizeof(d->filter));
	}
	d->to_ns = s->cur->wall_ns;
	if (!s->prev) {
		d->from_ns = s->cur->wall_ns;
		return;
	}
	d->intervals++;
	for (int id = 0; id < STREAM_COUNT; id++)
		for (int kind = 0; kind < LOSS_KINDS; kind++)
			d->lost[id][kind] += frame_loss(s->prev, s->cur, id, kind);
	report_charts_add(d->charts, s);
	report_worst_add(d->worst, s);
}

static int digest_read(struct digest *d, const struct report *report, char *error, size_t size)
{
	struct session session;
	struct source *source;
	int r = replay_open(&source, report->recording, error, size);

	if (r)
		return r;
	session_init(&session, source);
	while (!(r = session_step(&session)) && !report->stop())
		digest_frame(d, &session);
	/* up to the damage; the bundle says that there is some */
	if (r < 0 && !d->intervals)
		snprintf(error, size, "the recording: %s", source_error(source, r));
	else if (!d->intervals)
		snprintf(error, size, "the recording holds no whole interval");
	if (d->intervals)
		r = 0;
	else if (r > 0)
		r = -ENODATA;
	session_done(&session);
	return r;
}

static void moment_put(FILE *out, uint64_t wall_ns)
{
	time_t s = (time_t)(wall_ns / 1000000000);
	char text[40];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", gmtime_r(&s, &tm));
	fputs(text, out);
}

static void losses_put(const struct digest *d, FILE *out)
{
	static const char *const names[LOSS_KINDS] = { "ring", "map_full", "unmatched", "missed",
						       "unattributed" };
	bool any = false;

	for (int id = 0; id < STREAM_COUNT; id++)
		for (int kind = 0; kind < LOSS_KINDS; kind++) {
			if (!d->lost[id][kind])
				continue;
			fprintf(out, "%s%s %s %llu", any ? ", " : "", streams[id].name, names[kind],
				(unsigned long long)d->lost[id][kind]);
			any = true;
		}
	fputs(any ? "" : "nothing", out);
}

static void row_begin(FILE *out, const char *name)
{
	fprintf(out, "<tr><th>%s</th><td>", name);
}

static void facts_put(const struct report *r, const struct digest *d, FILE *out)
{
	fputs("<table class=\"facts\">\n", out);
	row_begin(out, "host");
	xml_text(out, d->host);
	fputs("</td></tr>\n", out);
	row_begin(out, "kernel");
	xml_text(out, d->release);
	fputc(' ', out);
	xml_text(out, d->arch);
	fputs("</td></tr>\n", out);
	row_begin(out, "from");
	moment_put(out, d->from_ns);
	fputs("</td></tr>\n", out);
	row_begin(out, "to");
	moment_put(out, d->to_ns);
	fprintf(out, ", %llu intervals</td></tr>\n", (unsigned long long)d->intervals);
	if (d->filter[0]) {
		row_begin(out, "only");
		xml_text(out, d->filter);
		fputs("</td></tr>\n", out);
	}
	row_begin(out, "lost");
	losses_put(d, out);
	fputs("</td></tr>\n", out);
	if (r->damage[0]) {
		row_begin(out, "damage");
		xml_text(out, r->damage);
		fputs("</td></tr>\n", out);
	}
	if (r->anonymiser) {
		row_begin(out, "names");
		fputs("replaced: programs, users, files, groups, host, addresses</td></tr>\n", out);
	}
	fputs("</table>\n", out);
}

static void folded_begin(FILE *out, const char *kind, const char *name)
{
	fprintf(out, "<details id=\"%s-%s\"><summary>%s</summary><pre class=\"text\">\n", kind,
		name, name);
}

/* Parts are text; only here do they become part of a page. */
static void folded_put(FILE *out, const char *kind, const char *name, char *text)
{
	folded_begin(out, kind, name);
	xml_text(out, text);
	fputs("</pre></details>\n", out);
}

static void machine_put(const struct report *r, FILE *out)
{
	if (!r->checklist)
		return;
	fputs("<h2 id=\"first-minute\">The first minute</h2>\n", out);
	for (int i = 0; checklist_name(i); i++) {
		CLEANUP(free_ptr) char *text = NULL;
		size_t len;
		FILE *memory = mem_stream(&text, &len);

		checklist_write(r->checklist, i, memory);
		mem_stream_close(memory);
		folded_put(out, "check", checklist_name(i), text);
	}
	fputs("<h2 id=\"host\">The machine</h2>\n", out);
	for (int i = 0; hostfacts_name(i); i++) {
		CLEANUP(free_ptr) char *text = NULL;
		size_t len;
		FILE *memory = mem_stream(&text, &len);

		hostfacts_write(i, r->anonymiser, memory);
		mem_stream_close(memory);
		folded_put(out, "host", hostfacts_name(i), text);
	}
}

/* What picture_html_style leaves to say; nothing is fetched from anywhere. */
static const char page_style[] =
	"body{max-width:1240px;margin:16px auto;padding:0 16px;font:15px/1.45 sans-serif}\n"
	"h1{font-size:22px}h2{font-size:18px;margin:28px 0 4px}p{margin:4px 0 8px}\n"
	"pre{overflow-x:auto}pre.text{font-size:13px}pre.text span{display:inline}\n"
	"table.facts th{text-align:left;padding-right:16px;font-weight:normal;opacity:.7}\n"
	".charts{display:flex;flex-wrap:wrap;gap:12px}\n"
	"figure{margin:0;padding:8px;background:#fff;color:#222;max-width:100%;box-sizing:border-box}\n"
	"figure svg{max-width:100%;height:auto}\n"
	"figure span{display:inline;margin-left:8px}figure text{font:11px sans-serif;fill:#444}\n"
	"nav a{margin-right:12px;color:inherit}summary{cursor:pointer}\n";

static void nav_put(const struct report *r, FILE *out)
{
	fputs("<nav>", out);
	for (size_t i = 0; i < r->plan->n; i++)
		fprintf(out, "<a href=\"#%s\">%s</a>\n", r->plan->queries[i].panel->name,
			r->plan->queries[i].panel->title);
	if (r->checklist)
		fputs("<a href=\"#first-minute\">first minute</a>\n<a href=\"#host\">machine</a>\n",
		      out);
	fputs("</nav>\n", out);
}

static void page_put(const struct report *r, const struct digest *d, const char *style,
		     const char *screens, FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
	      "charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n<title>probetop: ",
	      out);
	xml_text(out, d->host);
	fprintf(out, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<h1>probetop: ", style,
		page_style);
	xml_text(out, d->host);
	fputs("</h1>\n", out);
	facts_put(r, d, out);
	nav_put(r, out);
	fputs("<h2 id=\"charts\">Over time</h2>\n<div class=\"charts\">\n", out);
	report_charts_write(d->charts, out);
	fputs("</div>\n<p>Below, each panel as it was when it was worst.</p>\n", out);
	fputs(screens, out);
	machine_put(r, out);
	fputs("</body>\n</html>\n", out);
}

static int screens_make(const struct report *r, const struct digest *d, FILE *style, FILE *body,
			char *error, size_t size)
{
	struct ui_options o = { .interval_ns = 1000000000, .theme = r->theme, .all = r->all };
	CLEANUP(free_ptr) struct report_screen *screens =
		xcalloc(r->plan->n + 1, sizeof(*screens));
	int e = replay_open(&o.source, r->recording, error, size);

	for (size_t i = 0; i < r->plan->n; i++)
		screens[i] = (struct report_screen){ .query = &r->plan->queries[i],
						     .mono_ns = report_worst_ns(d->worst, i) };
	return e ? e : ui_report(&o, screens, r->plan->n, WIDTH, HEIGHT, r->stop, style, body, error,
				 size);
}

int report_write(const struct report *r, FILE *out, char *error, size_t size)
{
	CLEANUP(free_ptr) char *style = NULL;
	CLEANUP(free_ptr) char *screens = NULL;
	struct digest d = { .charts = report_charts_new(), .worst = report_worst_new(r->plan) };
	size_t style_len, screens_len;
	FILE *style_out = mem_stream(&style, &style_len), *screens_out = mem_stream(&screens, &screens_len);
	int e = digest_read(&d, r, error, size);

	if (!e)
		e = screens_make(r, &d, style_out, screens_out, error, size);
	mem_stream_close(style_out);
	mem_stream_close(screens_out);
	if (!e)
		page_put(r, &d, style, screens, out);
	report_charts_free(d.charts);
	report_worst_free(d.worst);
	return e;
}
