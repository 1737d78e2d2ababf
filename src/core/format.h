/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers for people, and text that cannot hurt a terminal. */
#ifndef PROBETOP_FORMAT_H
#define PROBETOP_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "column.h"

/* All return the length without the NUL and never write past size.  At most 7 cells. */
int format_bytes(char *buf, size_t size, double bytes); /* 1023, 4.0K, 12.3M (1024) */
int format_count(char *buf, size_t size, double count); /* 9999, 12.3k, 4.56M (1000) */
int format_ns(char *buf, size_t size, double ns); /* 870ns, 4.1us, 12.3ms, 1.50s, 2m05s, 3h07m */
int format_percent(char *buf, size_t size, double percent); /* 0.3, 99.9, 100 */
/* Fixed digits (0..4) behind a point that no locale changes: 1.0003; "" when not finite. */
int format_fixed(char *buf, size_t size, double v, int digits);

/* By its unit; UNIT_NONE: two digits behind the point. */
int format_number(char *buf, size_t size, enum col_unit unit, double v);

/* The cell as the screen shows it: human units, "" when not known, text sanitised. */
int format_cell(char *buf, size_t size, const struct column *c, const void *row);

/*
 * Text for a terminal: control and escape bytes, C1, bidi controls, zero-width and invalid UTF-8
 * become visible escapes (\n, \x1b, \u202e); the rest is UTF-8 as it was.
 */
int text_for_terminal(char *buf, size_t size, const char *text);
/* Text for a file: each byte that is not valid UTF-8 becomes U+FFFD, the rest is as it was.  At most
 * three times as long. */
int text_to_utf8(char *buf, size_t size, const char *text);
/* Whether valid UTF-8 has nothing that text_for_terminal would change; line ends and tabs pass. */
bool text_is_harmless(const char *utf8);
/* Terminal cells that sanitised UTF-8 text takes. */
int text_width(const char *utf8);
/* Cuts or pads to exactly `cells` cells; cut: the end (or the front) gives way to an ellipsis. */
int text_fit(char *buf, size_t size, const char *utf8, int cells, bool cut_front, bool flush_left);

#endif
