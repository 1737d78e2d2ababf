/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kprobes that are put back.  Each takes perf_event_open(2) anew, and a capability, both of which
 * are given up once all is attached: a child process keeps them, and opens those that it was told
 * of before then.
 */
#ifndef PROBETOP_KPROBES_H
#define PROBETOP_KPROBES_H

struct kprobes;

/* Before any program of ours is attached, which the child would hold.  NULL: this kernel has no
 * kprobes, or there is no process to be had. */
struct kprobes *kprobes_open(void);
void kprobes_close(struct kprobes *k); /* NULL: nothing */
/* That function, the name borrowed, may be asked for.  0 or negative errno. */
int kprobes_allow(struct kprobes *k, const char *function);
/* No other function from now on; the child gives up what it does not need for these.  Returns the
 * capability that it keeps, or negative errno: it cannot open them. */
int kprobes_seal(struct kprobes *k);
int kprobes_capability(const struct kprobes *k); /* what kprobes_seal returned */
/* A descriptor of the perf event of a kprobe on that function; closing it takes the kprobe away. Or
 * negative errno. */
int kprobes_event(struct kprobes *k, const char *function);
/* Why a kprobe cannot be had: like strerror, also of what is wrong with the child. */
const char *kprobes_error(int error);

#endif
