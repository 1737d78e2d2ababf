/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only part that includes curses: paints a screen, reads keys, and leaves the terminal sane. */
#ifndef PROBETOP_TERMINAL_H
#define PROBETOP_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/key.h"
#include "ui/screen.h"
#include "ui/theme.h"

struct terminal;

/* Sets the locale for characters; false: no UTF-8, so only ASCII can be drawn. */
bool terminal_locale(void);
/* Is there a terminal on stdin and stdout, of a kind that is known?  Negative errno and one line.
 */
int terminal_check(char *error, size_t size);
/*
 * Takes over the terminal.  From here on it is restored however the program ends: crash, exit,
 * out of memory.  Once per process at a time.
 */
int terminal_open(struct terminal **ret, const struct theme *theme, char *error, size_t size);
void terminal_close(struct terminal *t);
/* Other colours from the next paint on. */
void terminal_theme(struct terminal *t, const struct theme *theme);
void terminal_size(struct terminal *t, int *width, int *height);
/* Takes the present size of the window over; after SIGWINCH and SIGCONT. */
void terminal_resize(struct terminal *t);
/*
 * Sends what is on its way to the terminal: 1: nothing is left, so the next frame may be painted; 0: it
 * takes no more now, wait for room on terminal_out_fd; -EIO: it is gone.  Never waits.
 */
int terminal_send(struct terminal *t);
int terminal_out_fd(const struct terminal *t);
void terminal_paint(struct terminal *t, const struct screen *s);
/* The next paint draws everything, whatever was on the terminal. */
void terminal_forget(struct terminal *t);
/* 1: a key; 0: no more keys now; -EIO: the terminal is gone. */
int terminal_key(struct terminal *t, struct key_event *ret);
/* Gives the terminal back, and takes it again: around a stop by ^Z. */
void terminal_leave(struct terminal *t);
void terminal_enter(struct terminal *t);

#endif
