/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which programs of an object are loaded: those whose hooks this kernel has, and takes. */
#ifndef PROBETOP_CHOOSE_H
#define PROBETOP_CHOOSE_H

#include "family.h"

/* It is not loaded, for that reason. */
__attribute__((format(printf, 2, 3))) void probe_leave_out(struct probe *p, const char *format, ...);
/* Before the object is loaded. */
void probes_choose(struct family_object *o, const struct family_context *ctx);

#endif
