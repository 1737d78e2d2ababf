/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work of the start that waits for the kernel, side by side. */
#ifndef PROBETOP_PARALLEL_H
#define PROBETOP_PARALLEL_H

#include <stddef.h>

/* fn for each of n items of `size` bytes, each in a thread that has ended when this returns; here, one
 * after the other, where there are no threads to be had. */
void parallel_run(void (*fn)(void *item), void *items, size_t n, size_t size);

#endif
