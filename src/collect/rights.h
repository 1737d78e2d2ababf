/* SPDX-License-Identifier: GPL-2.0-or-later */
/* May this process load and attach probes here? */
#ifndef PROBETOP_RIGHTS_H
#define PROBETOP_RIGHTS_H

#include <stddef.h>

/* 0, or -EPERM / -EOPNOTSUPP and one line that names what is missing and what to do. */
int rights_check(char *error, size_t size);

#endif
