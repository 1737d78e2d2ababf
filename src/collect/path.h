/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths from the names that the programs found on their way up. */
#ifndef PROBETOP_PATH_H
#define PROBETOP_PATH_H

#include <stddef.h>

#include "bpf/path_event.h"

/* size: bytes of the event.  Writes all of *ret. */
void path_assemble(struct path_rec *ret, const struct path_event *e, size_t size);

#endif
