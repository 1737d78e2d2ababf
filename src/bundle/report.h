/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page about a recording: charts, the screen of every panel, and the machine.  It needs nothing
 * but a browser. */
#ifndef PROBETOP_REPORT_H
#define PROBETOP_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "plan.h"

struct anonymiser;
struct checklist;

struct report {
	const char *recording;	 /* path */
	const struct plan *plan; /* panels, with filter, group and sort */
	const struct checklist
		*checklist; /* NULL: nothing is known of the machine but what was recorded */
	const char *theme;  /* NULL: the usual one */
	const char *damage; /* what cannot be read of the recording; "": nothing */
	bool all;	    /* also rows that panels hide by default */
	bool (*stop)(void); /* asked often; true: give up */
	struct anonymiser *anonymiser; /* for facts about the machine; NULL: names as they are */
};

/* 0, or negative errno with one line in error; -EINTR: given up. */
int report_write(const struct report *r, FILE *out, char *error, size_t size);

#endif
