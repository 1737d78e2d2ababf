/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs of an object took by their own measure: bpf/own_cost.h. */
#ifndef PROBETOP_OWN_METER_H
#define PROBETOP_OWN_METER_H

#include "meter.h"

struct own_meter {
	int fd; /* borrowed; -1: there is no such object */
	int cpus;
	struct own_cost *costs; /* room for one of each possible CPU */
	uint64_t since_ns; /* of the last look */
	struct own_cost last; /* of all CPUs then */
	struct meter_program sum; /* all programs as one */
};

void own_meter_init(struct own_meter *m);
/* The object is there now, or has gone (NULL). */
void own_meter_watch(struct own_meter *m, const struct family_object *o);
/* Takes what came since the last look into m->sum. */
void own_meter_look(struct own_meter *m);
void own_meter_done(struct own_meter *m);

#endif
