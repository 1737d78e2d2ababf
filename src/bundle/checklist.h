/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one looks at in the first minute on a machine, from /proc alone: uptime, dmesg, vmstat,
 * mpstat, pidstat, iostat, free, sar DEV, sar TCP, top.  Two looks; what counts up is shown as the
 * rate between them.
 */
#ifndef PROBETOP_CHECKLIST_H
#define PROBETOP_CHECKLIST_H

#include <stdio.h>

struct anonymiser;
struct checklist;

/* anonymiser NULL: names as they are.  Borrowed. */
struct checklist *checklist_new(struct anonymiser *anonymiser);
void checklist_free(struct checklist *c);
/* Reads /proc: once at the beginning, once at the end (of several, the first and the last count).
 */
void checklist_look(struct checklist *c);

/* Name of the i-th part ("vmstat"), NULL behind the last. */
const char *checklist_name(int i);
/* What the part says, as text; a part that cannot be had says why in one line. */
void checklist_write(const struct checklist *c, int i, FILE *out);

#endif
