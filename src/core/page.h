/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page: all that is known of one thing, as lines of text and sections of rows, on one screen. */
#ifndef PROBETOP_PAGE_H
#define PROBETOP_PAGE_H

#include "panel.h"

#define PAGE_LINES 6

/* What a page is about, at which time. */
struct page_subject {
	const struct frame *cur;
	const struct facts *facts;
	uint32_t pid;
	uint64_t start_ns; /* of the process; 0: not known */
	const char *cgroup;
};

struct page_line {
	const char *label;
	char text[1536]; /* raw: sanitised by what shows it */
	bool alert;	 /* it is not as it was: gone */
};

struct page {
	const char *name;
	struct link link; /* to it: its `on` says what it is about; panel is not used */
	bool below; /* `on` is a path: what is below it belongs to it as well */
	const struct summary *sections; /* SUMMARY_ROWS, ends with SUMMARY_END */
	/* Fills at most PAGE_LINES lines; returns how many, 0 where nothing is known (any more). */
	int (*about)(const struct page_subject *subject, struct page_line *lines);
};

/* src/panel/pages.c; the one that is wanted first comes first; ends with name NULL */
extern const struct page pages[];

/* Who a process is; src/panel/about.c */
int about_process(const struct page_subject *subject, struct page_line *lines);
int about_cgroup(const struct page_subject *subject, struct page_line *lines);

#endif
