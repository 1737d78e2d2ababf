/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reader of the maps that SLOTTED() makes (bpf/slotted.h): mapped into memory, and two hashes. */
#ifndef PROBETOP_SLOTS_H
#define PROBETOP_SLOTS_H

#include "family.h"

struct slots;

/* 0 and NULL: the object's counters of this name have no slots. */
int slots_open(struct slots **ret, const struct family_object *o, const char *name,
	       const struct family_context *ctx);
void slots_close(struct slots *s);
size_t slots_max(const struct slots *s); /* keys */
/* Appends all counters as records; returns how many. */
uint32_t slots_read(struct slots *s, struct sample *to, enum stream_id id);
/* The same, but a last time: from now on others are counted, from zero.  Negative errno: they are not. */
int slots_retire(struct slots *s, struct sample *to, enum stream_id id);

#endif
