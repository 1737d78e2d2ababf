/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines, from /proc/PID/cmdline.  Reading one waits for the memory of that process, which
 * may hang in a page of a dead file server: so a child process reads them.  When it hangs, command
 * lines stay away, and nothing else.
 */
#ifndef PROBETOP_CMDLINE_H
#define PROBETOP_CMDLINE_H

#include "core/sample.h"

struct cmdlines;

/* Forks: before there are threads, maps or a terminal to inherit.  NULL: there will be none. */
struct cmdlines *cmdlines_open(void);
void cmdlines_close(struct cmdlines *c);
/* A process whose command line is wanted: it has begun, or is another program now. */
void cmdlines_want(struct cmdlines *c, const struct task_key *process);
/* Asks for some of what is wanted and takes in what has arrived; once a tick. */
void cmdlines_read(struct cmdlines *c, struct frame *f);

#endif
