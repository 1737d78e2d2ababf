/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help: made from the table of keys, and from the panel's own description of its columns. */
#define _GNU_SOURCE /* strcasestr */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"

/* A paragraph: a term, and text that is wrapped to the right of it. */
struct help_item {
	char term[40];
	char *text; /* owned */
	enum role role;
	int line; /* of the page, as drawn last */
};

struct help {
	struct view view;
	struct help_item *items;
	int n, top, lines, page; /* lines and page as drawn last */
	char search[80];
	int found; /* line that the search has found; -1: none */
};

static void item_add(struct help *h, enum role role, const char *term, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void item_add(struct help *h, enum role role, const char *term, const char *format, ...)
{
	char text[1000];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	h->items = xreallocarray(h->items, (size_t)h->n + 1, sizeof(*h->items));
	h->items[h->n] = (struct help_item){ .text = xstrdup(text), .role = role };
	snprintf(h->items[h->n].term, sizeof(h->items[h->n].term), "%s", term);
	h->n++;
}

static void title_add(struct help *h, const char *title)
{
	if (h->n)
		item_add(h, ROLE_TEXT, "", " ");
	item_add(h, ROLE_CRUMB, "", "%s", title);
}

/* What it means, and where its numbers come from. */
static void column_add(struct help *h, const struct panel *p, const struct column *c)
{
	const char *from = column_origin(p, c);

	item_add(h, ROLE_TEXT, c->name, "%s%s%s%s", c->help, from ? " (from " : "",
		 from ? from : "", from ? ")" : "");
}

static void sort_add(struct help *h, const struct query *q)
{
	char title[80];

	if (!q->sort)
		return;
	snprintf(title, sizeof(title), "Rows are sorted by %s%s", q->sort->heading,
		 q->ascending ? ", the smallest first" : ", the largest first");
	title_add(h, title);
	column_add(h, q->panel, q->sort);
}

static void keys_add(struct help *h, const struct keymap *keymap)
{
	char keys[40];

	for (int group = 0; group < KEYS_GROUPS; group++) {
		title_add(h, binding_group_title((enum binding_group)group));
		for (const struct binding *b = bindings; b->help; b++) {
			if ((int)b->group != group)
				continue;
			keymap_keys(keymap, b, keys, sizeof(keys));
			item_add(h, ROLE_TEXT, keys, "%s", b->help);
		}
	}
	title_add(h, "Mouse");
	item_add(h, ROLE_TEXT, "click",
		 "a tab, a heading (sorts), a row, a step of the way down, a "
		 "key of the lowest line, a line of a menu");
	item_add(h, ROLE_TEXT, "double click", "a row: as Enter");
	item_add(h, ROLE_TEXT, "wheel", "select a row, scroll");
}

static void panel_add(struct help *h, const struct panel *p)
{
	title_add(h, p->title);
	item_add(h, ROLE_TEXT, "", "%s", p->help ? p->help : "");
	title_add(h, "Columns, as filters and --sort name them");
	for (const struct column *c = p->columns; c->name; c++)
		if (!(c->flags & COL_HIDDEN))
			column_add(h, p, c);
}

static void filters_add(struct help *h)
{
	title_add(h, "Filters");
	item_add(h, ROLE_TEXT,
		 "= != < <= > >=", "compare; numbers take k M G, us ms s m, %%: p99_ns>10ms");
	item_add(h, ROLE_TEXT,
		 "~ !~ ^=", "extended regular expression, the opposite, starts with: comm~^nginx");
	item_add(h, ROLE_TEXT, "and or not ( )", "join them: comm=dd and (errors>0 or bytes>1M)");
	item_add(h, ROLE_TEXT, "a word", "any text column contains it");
}

static void header_add(struct help *h)
{
	title_add(h, "Above the rows");
	item_add(h, ROLE_TEXT, "every", "length of the interval that is shown, as it was measured");
	item_add(h, ROLE_TEXT, "PAST",
		 "not now, but so long ago, of what is kept; counting and recording go on");
	item_add(h, ROLE_TEXT, "TREND",
		 "the column that rows are sorted by, in the intervals before, the newest at the right; "
		 "as high as the largest of them, of percentages 100; blank: not known");
	item_add(h, ROLE_TEXT, "load", "of the last 1, 5 and 15 minutes, from /proc/loadavg");
	item_add(h, ROLE_TEXT, "threads N, M running",
		 "threads of the whole machine, and those of them that run or wait for a CPU");
	item_add(h, ROLE_TEXT, "self", "what probetop itself takes: CPU, of one, and memory");
	item_add(h, ROLE_TEXT, "probes 1.3 of 5%",
		 "what its probes take in the kernel, of all CPUs, and what they may: --budget; panel self "
		 "has it by program");
	item_add(h, ROLE_TEXT, "OVER BUDGET",
		 "probes that took more: ~1/16 one event in 16 is counted and stands for 16, numbers "
		 "marked ~ are estimates; off: nothing is counted. They come back by themselves");
	item_add(h, ROLE_TEXT, "p50 p99 max n",
		 "of a histogram: its median, 99th percentile, largest value, and how many values "
		 "there are");
	item_add(
		h, ROLE_TEXT, "Lost",
		"what could not be counted, since the start, and in brackets in the last interval; "
		"unmatched: calls and requests that were under way when the probes came and ended "
		"in this interval");
}

static void help_scroll(struct help *h, int by)
{
	h->top += by;
	if (h->top > h->lines - h->page)
		h->top = h->lines - h->page;
	if (h->top < 0)
		h->top = 0;
}

/* Scrolls to the next line below the top that contains the text, from the beginning on after the
 * end. */
static void help_search(struct ui *ui, const char *text)
{
	struct help *h = (struct help *)ui->view;
	int first = 0;

	snprintf(h->search, sizeof(h->search), "%s", text);
	if (!text[0])
		return;
	while (first < h->n && h->items[first].line <= h->found)
		first++;
	for (int i = 0; i < h->n; i++) {
		const struct help_item *item = &h->items[(first + i) % h->n];

		if (!strcasestr(item->term, text) && !strcasestr(item->text, text))
			continue;
		h->found = item->line;
		h->top = item->line;
		return;
	}
	ui_message(ui, ROLE_WARNING, "not in the help: %s", text);
}

static void help_ask(struct ui *ui)
{
	view_push(ui, view_prompt_new(ui, &(struct prompt){ .label = "Search the help",
							    .done = help_search }));
}

static bool help_key(struct ui *ui, struct view *v, const struct key_event *key)
{
	struct help *h = (struct help *)v;

	switch (key->code) {
	case K_UP:
	case 'k':
		help_scroll(h, -1);
		return true;
	case K_DOWN:
	case 'j':
		help_scroll(h, 1);
		return true;
	case K_WHEEL_UP:
		help_scroll(h, -3);
		return true;
	case K_WHEEL_DOWN:
		help_scroll(h, 3);
		return true;
	case K_PAGE_UP:
		help_scroll(h, -h->page);
		return true;
	case K_PAGE_DOWN:
	case ' ':
		help_scroll(h, h->page);
		return true;
	case K_HOME:
		help_scroll(h, -h->lines);
		return true;
	case K_END:
		help_scroll(h, h->lines);
		return true;
	case '/':
	case K_F1 + 2:
		help_ask(ui);
		return true;
	case 'n':
		help_search(ui, h->search);
		return true;
	case K_CLICK:
		if (key->y >= h->page)
			view_pop(ui);
		return true;
	case 'S':
	case KEY_CTRL('L'):
		return false;
	}
	view_pop(ui);
	return true;
}

/* The bytes of text that fit into `cells` cells, up to a blank where there is one. */
static size_t line_length(const char *text, int cells)
{
	size_t n = strlen(text), best;

	if (n <= (size_t)cells)
		return n;
	best = (size_t)cells;
	while (best > 0 && text[best] != ' ')
		best--;
	return best ? best : (size_t)cells;
}

/* Draws the item's lines that are in sight; returns how many lines it has. */
static int item_draw(const struct help_item *item, struct screen *s, int y, int bottom)
{
	int indent = item->term[0] ? (s->width >= 60 ? 18 : 2) : 0, room = s->width - indent,
	    lines = 0;
	const char *p = item->text;
	char line[1000]; /* as long as a text */

	if (room < 8)
		room = 8;
	if (item->term[0] && (indent == 2 || (int)strlen(item->term) > indent - 2)) {
		if (y >= 0 && y < bottom)
			screen_text(s, y, 0, s->width, ROLE_KEY, item->term);
		lines++;
	} else if (item->term[0] && y >= 0 && y < bottom) {
		screen_text(s, y, 0, indent - 1, ROLE_KEY, item->term);
	}
	do {
		size_t n = line_length(p, room);

		snprintf(line, sizeof(line), "%.*s", (int)n, p);
		if (y + lines >= 0 && y + lines < bottom)
			screen_text(s, y + lines, indent, room, item->role, line);
		p += n;
		p += strspn(p, " ");
		lines++;
	} while (*p);
	return lines;
}

static void help_draw(struct ui *ui, struct view *v, struct screen *s)
{
	struct help *h = (struct help *)v;
	int bottom = s->height > 2 ? s->height - 1 : s->height, y;

	for (int i = 0; i < s->height; i++)
		screen_fill(s, i, 0, s->width, ROLE_TEXT);
	for (int pass = 0; pass < 2; pass++) {
		/* a screen that has grown may show more than there is below top */
		y = -h->top;
		for (int i = 0; i < h->n; i++) {
			h->items[i].line = y + h->top;
			y += item_draw(&h->items[i], s, y, pass ? bottom : 0);
		}
		h->lines = y + h->top;
		h->page = bottom;
		help_scroll(h, 0);
	}
	if (bottom < s->height)
		screen_printf(
			s, bottom, 0, s->width, ROLE_PROMPT, "%s",
			ui->message[0] ? ui->message
			: h->lines > bottom
				? "arrows, PgUp, PgDn: scroll  / n: search  any other key: back"
				: "any key: back");
}

static void help_free(struct view *v)
{
	struct help *h = (struct help *)v;

	for (int i = 0; i < h->n; i++)
		free(h->items[i].text);
	free(h->items);
	free(h);
}

static const struct view_class help_class = {
	.name = "help",
	.key = help_key,
	.draw = help_draw,
	.free = help_free,
	.keys_pass = true,
};

struct view *view_help_new(struct ui *ui)
{
	struct help *h = xcalloc(1, sizeof(*h));

	h->view.class = &help_class;
	h->found = -1;
	sort_add(h, &ui_level(ui)->q);
	keys_add(h, &ui->keymap);
	header_add(h);
	filters_add(h);
	panel_add(h, ui_level(ui)->q.panel);
	return &h->view;
}
