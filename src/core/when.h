/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moments as people write them. */
#ifndef PROBETOP_WHEN_H
#define PROBETOP_WHEN_H

#include <stdint.h>

#define WHEN_FORMS "14:02:30, 2026-11-21T14:02:30Z, -90s, 3m ago, +90s or seconds since 1970"

/*
 * The moment that text means, CLOCK_REALTIME in ns, within what lasts from begin to end:
 *
 *   14:02 14:02:30 14:02:30.5  the last time that local clocks showed it, at or before end
 *   2026-11-21[T14:02:30[Z]]   that day, or that second; local without Z; a blank will do for T
 *   -90s  3m ago  +90s         before end, before end, after begin (units as in duration_parse)
 *   1763733750[.5]             seconds since 1970
 *
 * It need not be between begin and end.  0; -EINVAL: it is none of these; -ERANGE: no such time.
 */
int when_parse(uint64_t *ret_wall_ns, const char *text, uint64_t begin, uint64_t end);

#endif
