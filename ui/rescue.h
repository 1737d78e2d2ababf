/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal's way back when the program dies.  Works inside a signal handler, so everything it
 * writes is made beforehand.  One per process, as there is one terminal.
 */
#ifndef PROBETOP_RESCUE_H
#define PROBETOP_RESCUE_H

#include <stddef.h>

/* Remembers the modes of the terminal on fd, and hooks into fatal signals, exit and out of memory;
 * before anything changes the modes. */
void rescue_arm(int fd);
/* Appends what to write to the terminal: a string from terminfo, padding is left out; NULL: none.
 */
void rescue_add(const char *sequence);
/* While the terminal is given back there is nothing to rescue. */
void rescue_hold(int hold);
/* Gives the terminal back at once. */
void rescue_now(void);
void rescue_disarm(void);

#endif
