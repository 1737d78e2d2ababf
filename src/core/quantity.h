/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes and times as options have them. */
#ifndef PROBETOP_QUANTITY_H
#define PROBETOP_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

/* "64M", "1G", "500k", "0" as bytes, powers of 1024; 0, -EINVAL or -ERANGE. */
int size_parse(size_t *ret, const char *text);
/* "2", "0.5", "500ms", "2s", "1m", "24h", "7d" as ns; 0, -EINVAL (not a duration) or -ERANGE (does not
 * fit). */
int duration_parse(uint64_t *ret_ns, const char *text);

/* "2%" and "0.5" (percent) as a share, 0.02 and 0.005; 0, -EINVAL, or -ERANGE above 100. */
int percent_parse(double *ret, const char *text);

#endif
