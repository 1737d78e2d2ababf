/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that were typed before, of one kind; kept as long as the program runs. */
#ifndef PROBETOP_RECALL_H
#define PROBETOP_RECALL_H

#include <stddef.h>

#define RECALL_MAX 50

struct recall {
	char *lines[RECALL_MAX]; /* the oldest first */
	size_t n;
};

/* A line that was typed before moves to the end; empty ones are left out. */
void recall_add(struct recall *h, const char *line);
void recall_done(struct recall *h);

#endif
