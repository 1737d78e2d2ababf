/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kprobes that are put back, and classic tracepoints, which are perf events as well.  Each takes
 * perf_event_open(2) anew, and a capability, both of which are given up once all is attached: a child
 * process keeps them, and opens those that it was told of before then.
 */
#ifndef PROBETOP_OPENER_H
#define PROBETOP_OPENER_H

#include <stdbool.h>

struct opener;

/* Before any program of ours is attached, which the child would hold.  NULL: this kernel has no
 * kprobes and classic tracepoints are not asked for, or there is no process to be had. */
struct opener *opener_new(bool classic);
void opener_free(struct opener *k); /* NULL: nothing */
/* That function, or tracepoint as GROUP/EVENT, may be asked for.  0 or negative errno. */
int opener_allow(struct opener *k, const char *name);
/* No other one from now on; the child gives up what it does not need for these.  Returns the
 * capability that it keeps, or negative errno: it cannot open them. */
int opener_seal(struct opener *k);
int opener_capability(const struct opener *k); /* what opener_seal returned */
/* A descriptor of the perf event of a kprobe on that function, or of that tracepoint; closing it takes it
 * away.  Or negative errno. */
int opener_event(struct opener *k, const char *name);
/* Why a kprobe cannot be had: like strerror, also of what is wrong with the child. */
const char *opener_error(int error);

#endif
