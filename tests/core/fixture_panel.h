/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A panel with columns of every kind, over records of system calls. */
#ifndef PROBETOP_FIXTURE_PANEL_H
#define PROBETOP_FIXTURE_PANEL_H

#include "core/panel.h"
#include "core/query.h"

struct fixture_row {
	struct row_who who;
	const char *call;
	uint32_t nr;
	uint64_t count;
	uint64_t bytes;
	uint64_t peak;
	double level;
	double share;
	uint32_t small;
	const char *verdict;
	struct lat lat;
};

extern const struct panel fixture_panel;

/* Columns by name, as the engine sees them. */
const struct column *fixture_column(const char *name);
/* A system call of a thread: nr, count, errors (shown as bytes); lat_ns each. */
void fixture_call(struct frame *f, uint32_t pid, uint32_t tid, uint32_t nr, uint64_t count,
		  uint64_t errors, uint64_t lat_ns);
/* Thread of a process that started at pid * 1000 ns. */
void fixture_task(struct frame *f, uint32_t pid, uint32_t tid, const char *comm);
/* The frame `s` seconds after the start. */
void fixture_time(struct frame *f, double s);

#endif
