/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours of a terminal: for terminal.c alone. */
#ifndef PROBETOP_TERMINAL_COLOR_H
#define PROBETOP_TERMINAL_COLOR_H

#include <curses.h>
#include <stdio.h>

#include "ui/theme.h"

/* What curses wants for each role: attributes, and a pair that is made here. */
void terminal_styles(const struct theme *theme, attr_t attrs[ROLE_COUNT], short pairs[ROLE_COUNT]);
/*
 * Terminals that take any colour say so in COLORTERM, but their usual description knows 256.  There
 * may be another one for them; NULL: none.
 */
SCREEN *terminal_open_direct(FILE *out);

#endif
