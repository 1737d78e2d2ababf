/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocation that does not fail: out of memory ends the program with one line. */
#ifndef PROBETOP_MEM_H
#define PROBETOP_MEM_H

#include <stddef.h>
#include <stdio.h>

void *mem_check(void *p); /* p, which somebody else allocated, unless it is NULL */
/* Of open_memstream: what is in it is whole, or there is no memory. */
FILE *mem_stream(char **text, size_t *len);
void mem_stream_close(FILE *stream);
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
/*
 * Elements that an array of `cap` should keep when `used` of them were in use: half after a burst,
 * else cap.  Called at every reuse, it gives memory back slowly enough for the next burst.
 */
size_t mem_keep(size_t cap, size_t used, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Large arrays get a mapping each and are given back when freed: a burst must not stay for ever.
 * Once, first of all. */
void mem_init(void);
/* Runs before the line is printed, to restore the terminal; NULL: nothing. */
void mem_set_exit_hook(void (*hook)(void));

/* Releases what a local variable holds when it goes out of scope. */
#define CLEANUP(f) __attribute__((cleanup(f)))
void free_ptr(void *pp); /* CLEANUP(free_ptr) char *s */

#endif
