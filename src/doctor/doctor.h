/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --doctor: what this machine has of what live panels need, and what mends the rest. */
#ifndef PROBETOP_DOCTOR_H
#define PROBETOP_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "core/options.h"

/* Writes a screen of text, or one JSON object (-f json).  *works: nothing is missing.  0, or
 * -EINVAL and one line in error. */
int doctor_run(FILE *out, const struct options *o, bool *works, char *error, size_t size);

#endif
