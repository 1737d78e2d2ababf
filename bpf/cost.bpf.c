/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Empty programs.  Two to measure what it takes to come to a program: attached for a few ms at the
 * start, to a hook that next to nobody passes, in two ways.  One, never attached, to measure what
 * measuring takes. */
#include "kernel.h"

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/itimer_state")
int on_nothing(void *ctx)
{
	(void)ctx;
	return 0;
}

SEC("tracepoint/timer/itimer_state")
int on_nothing_classic(void *ctx)
{
	(void)ctx;
	return 0;
}

SEC("socket")
int on_packet(void *ctx)
{
	(void)ctx;
	return 0;
}
