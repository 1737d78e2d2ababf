/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "mem.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Arrays up to this size stay as they are. */
#define KEEP_ALWAYS (1u << 20)

static void (*exit_hook)(void);

void mem_set_exit_hook(void (*hook)(void))
{
	exit_hook = hook;
}

void mem_init(void)
{
	/* setting it also stops glibc from raising it after each large free */
	mallopt(M_MMAP_THRESHOLD, 256 << 10);
	/* what threads of the start have freed would be kept for other threads */
	mallopt(M_ARENA_MAX, 1);
}

void *mem_check(void *p)
{
	if (p)
		return p;
	if (exit_hook)
		exit_hook();
	fputs("probetop: out of memory\n", stderr);
	exit(1);
}

FILE *mem_stream(char **text, size_t *len)
{
	return mem_check(open_memstream(text, len));
}

void mem_stream_close(FILE *stream)
{
	if (fclose(stream))
		mem_check(NULL);
}

void *xmalloc(size_t size)
{
	return mem_check(malloc(size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	return mem_check(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return mem_check(realloc(p, size ? size : 1));
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	return mem_check(reallocarray(p, n ? n : 1, size ? size : 1));
}

size_t mem_keep(size_t cap, size_t used, size_t size)
{
	return cap * size > KEEP_ALWAYS && used < cap / 4 ? cap / 2 : cap;
}

char *xstrdup(const char *s)
{
	return mem_check(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return mem_check(strndup(s, n));
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	char *s;
	int n;

	va_start(args, format);
	n = vasprintf(&s, format, args);
	va_end(args);
	return mem_check(n < 0 ? NULL : s);
}

void free_ptr(void *pp)
{
	free(*(void **)pp);
}
