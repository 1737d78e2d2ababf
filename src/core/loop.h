/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop: one epoll set with descriptors, one timer and signals; no threads, no sleeps. */
#ifndef PROBETOP_LOOP_H
#define PROBETOP_LOOP_H

#include <stdint.h>

struct loop;

int loop_new(struct loop **ret);
void loop_free(struct loop *l);
/* Calls fn(data) when fd is readable (or hung up). */
int loop_add_fd(struct loop *l, int fd, void (*fn)(void *data), void *data);
/* Calls fn(data) when fd can be written to (or is hung up), until it is removed. */
int loop_add_fd_out(struct loop *l, int fd, void (*fn)(void *data), void *data);
void loop_remove_fd(struct loop *l, int fd);
/* Calls fn(data, ticks due) every interval from now on; again with another interval: restarts. */
int loop_set_timer(struct loop *l, uint64_t interval_ns, void (*fn)(void *data, uint64_t ticks),
		   void *data);
/* Blocks the signals (0-terminated list) and calls fn(data, signal) from the loop. */
int loop_set_signals(struct loop *l, const int *signals, void (*fn)(void *data, int signal),
		     void *data);
/* Called once after each round of events, before sleeping: this is where the screen is drawn. */
void loop_set_idle(struct loop *l, void (*fn)(void *data), void *data);
/* Called when there is nothing else to do; returns after how many ms to call it again, 0: at once, -1:
 * not before the next events. */
void loop_set_spare(struct loop *l, int (*fn)(void *data), void *data);
/* Returns what loop_stop was given. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l, int result);

#endif
