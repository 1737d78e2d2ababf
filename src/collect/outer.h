/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps of maps, as COUNTERS() and SLOTTED() make them (bpf/probe.h). */
#ifndef PROBETOP_OUTER_H
#define PROBETOP_OUTER_H

#include <bpf/libbpf.h>

/* Before the load: the map of this name is another object's, so what it holds need not be made. */
void outer_is_shared(struct bpf_object *o, const char *name);
/* After it, before programs are attached: puts NAME_0, NAME_1, ... into the outer map NAME, for all that
 * there are.  0 or negative errno. */
int outers_fill(const struct bpf_object *o);

#endif
