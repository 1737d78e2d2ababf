/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small text files of /proc and /sys. */
#ifndef PROBETOP_PROCFS_H
#define PROBETOP_PROCFS_H

#include <stdint.h>

/* The whole file, at most 4 MiB, NUL-terminated; NULL with errno when it cannot be read.  The
 * caller frees. */
char *procfs_read(const char *path);
/* The number behind a name that begins a line, as in /proc/meminfo ("MemTotal:") and /proc/vmstat;
 * UINT64_MAX when it is not there. */
uint64_t procfs_number(const char *text, const char *name);
/* Decimal numbers from *text on, up to the end of the line; how many there were; *text is behind
 * the line. */
int procfs_line_numbers(const char **text, uint64_t *ret, int max);
/* The beginning of the next line; the final NUL at the end. */
const char *procfs_next_line(const char *text);

#endif
