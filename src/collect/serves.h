/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBETOP_SERVES_H
#define PROBETOP_SERVES_H

#include <stdio.h>

struct source;

/* Per panel and columns a line with what they are made from here, and one for each thing that they could be
 * made from and why they are not. */
void serves_list(struct source *s, FILE *out);

#endif
