/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The probes of this machine; a build without them says so instead (live_none.c). */
#ifndef PROBETOP_LIVE_H
#define PROBETOP_LIVE_H

#include <stdio.h>

#include "core/selection.h"
#include "core/source.h"

/* Once, before any file is opened: capabilities of the program's file are not for those. */
void live_begin(void);
/* Opens the probes that the wanted streams (a mask, 0: all) need; max_entries is that of every counter
 * map, 0: the default; probe_source as --probe-source, NULL: the best; budget: options.budget.  Negative
 * errno and one line in error. */
int live_open(struct source **ret, const struct selection *only, uint32_t max_entries,
	      const char *probe_source, uint32_t wanted, double budget, char *error, size_t size);
struct probe_state; /* of collect/collect.h */
void live_each_probe(struct source *s, void (*fn)(void *data, const struct probe_state *p), void *data);
/* Writes the programs of an open source, and what became of each. */
void live_list_probes(struct source *s, FILE *out);

#endif
