/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames on their way to the terminal.  curses writes with write(2) and waits until the terminal
 * has taken it all, which may be never (^S, a dead ssh).  So it gets memory to write to, and the
 * loop sends on what the terminal takes without waiting.  Bounded: nobody paints while a frame is
 * on its way.
 */
#ifndef PROBETOP_WIRE_H
#define PROBETOP_WIRE_H

#include <stddef.h>
#include <stdio.h>

struct wire;

/* To the terminal on fd.  Negative errno. */
int wire_open(struct wire **ret, int fd);
void wire_close(struct wire *w);
/* What curses is started with; up to wire_divert it is the terminal itself. */
FILE *wire_file(struct wire *w);
/* From here on what is written to the file stays in memory until it is sent.  Negative errno. */
int wire_divert(struct wire *w);
/* Behind what curses has written; putp would go through stdio, and that waits. */
void wire_put(struct wire *w, const char *text);
/* Sends what there is: 1: nothing is left; 0: the terminal takes no more now; -EIO: it is gone. */
int wire_send(struct wire *w);
/* The same, waiting for at most ms where the terminal is slow. */
void wire_finish(struct wire *w, int ms);
/* To wait on for room. */
int wire_fd(const struct wire *w);

#endif
