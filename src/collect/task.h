/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the source asks of the identity family beyond what all families do. */
#ifndef PROBETOP_COLLECT_TASK_H
#define PROBETOP_COLLECT_TASK_H

#include "cgroup.h"
#include "family.h"

/* A task event: adds it to the frame if it is news, and the path of its groups. */
void tasks_take(void *state, const struct task_rec *r, struct frame *f);
/* Every ten seconds, and at the first call: all threads and users that are new or changed. */
void tasks_refresh(void *state, struct frame *f);
const struct cgroups *tasks_cgroups(void *state);

#endif
