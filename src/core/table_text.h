/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The strings of a table: an arena whose memory is reused, with equal strings stored once. */
#ifndef PROBETOP_TABLE_TEXT_H
#define PROBETOP_TABLE_TEXT_H

#include <stddef.h>

struct table_text;

struct table_text *table_text_new(void);
void table_text_free(struct table_text *x);
/* Forgets all strings, keeps the memory. */
void table_text_reset(struct table_text *x);
/* A shared copy of the len bytes at s, NUL-terminated; valid until the next reset. */
const char *table_text_add(struct table_text *x, const char *s, size_t len);

#endif
