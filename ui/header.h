/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines at the top of the screen; each draws at line y, and uses one line or what it returns.
 */
#ifndef PROBETOP_HEADER_H
#define PROBETOP_HEADER_H

#include "ui/screen.h"

struct ui;

/* Host, time, load, threads, interval, state, own cost.  loss: say here that something was lost. */
void header_draw(struct ui *ui, struct screen *s, int y, bool loss);
void tabs_draw(struct ui *ui, struct screen *s, int y);
/* How one came here, what is filtered and grouped; false when that is nothing to speak of. */
bool context_wanted(struct ui *ui);
void context_draw(struct ui *ui, struct screen *s, int y);
/* 0: nothing was lost; 1: only what was in flight when the probes came, as always; more: worse. */
int loss_severity(struct ui *ui);
void loss_draw(struct ui *ui, struct screen *s, int y);
/* Why probes are missing: at most max lines; returns how many. */
int notes_draw(struct ui *ui, struct screen *s, int y, int max);
void key_bar_draw(struct ui *ui, struct screen *s, int y);

#endif
