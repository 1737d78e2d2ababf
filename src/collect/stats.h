/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's counting and timing of BPF programs, which takes CAP_SYS_ADMIN each time that it is
 * switched on: a child process keeps that right and can do nothing else, so that this one need not.
 */
#ifndef PROBETOP_STATS_H
#define PROBETOP_STATS_H

#include <stdbool.h>
#include <stdint.h>

/* The child switches it off after that, whatever happens here. */
#define STATS_MAX_NS 1000000000ull

struct stats;

/* Before any program of ours is attached, which the child would hold.  0 or negative errno: the kernel
 * does not count, or not for us. */
int stats_open(struct stats **ret);
void stats_close(struct stats *s); /* NULL: nothing */
int stats_fd(const struct stats *s); /* readable: stats_answer */
/* Waits for nothing.  0, or negative errno: the child is gone. */
int stats_switch(struct stats *s, bool on);
/* 1: it is on since just now; 0: no answer yet; negative errno: it could not, or the child is gone. */
int stats_answer(struct stats *s);

#endif
