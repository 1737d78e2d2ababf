/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page on the screen (key `p`): its lines and sections, and where the user is in them. */
#ifndef PROBETOP_UI_PAGE_H
#define PROBETOP_UI_PAGE_H

#include "core/page.h"
#include "core/trail.h"
#include "ui/key.h"
#include "ui/summary.h"

struct ui;
struct step;

struct page_section {
	struct trail *trail;
	size_t cursor, top; /* selected row, first row on the screen */
	uint64_t selected;  /* row_identity; counts while cursor > 0 */
	int y, rows;	    /* of the rows, as drawn last */
};

struct page_view {
	const struct page *def;
	char *subject; /* filter of panels that are opened from here: "pid=12" */
	char *cgroup;  /* NULL: it is about a process */
	uint32_t pid;
	uint64_t start_ns;
	struct page_line lines[PAGE_LINES]; /* as they were when it was last there */
	int n_lines;
	bool gone;	  /* nothing is known of it any more */
	uint64_t seen_ns; /* CLOCK_REALTIME when it last was */
	struct summary_set set;
	struct page_section sections[SUMMARY_MAX];
	int focus, top; /* section of the selected row; first line on the screen */
};

/* The page that a step leads to. */
struct page_view *page_new(const struct step *step);
void page_free(struct page_view *p);
/* Takes in the tables of its sections. */
void page_see(struct ui *ui, struct page_view *p);
/* False: not one of its keys, it has its usual meaning. */
bool page_key(struct ui *ui, struct page_view *p, const struct key_event *key);
/* The selected row and the query that it is of; NULL: there is none. */
const void *page_row(const struct page_view *p, const struct query **ret_q);
/* page_draw.c */
void page_draw(struct ui *ui, struct page_view *p, struct screen *s, int y, int height);

#endif
