/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all exports write alike: time, interval, losses. */
#ifndef PROBETOP_STAMP_H
#define PROBETOP_STAMP_H

#include "core/table.h"

#define STAMP_LEN 32

/* Names of the losses in exports, by enum loss_kind. */
extern const char *const loss_names[LOSS_KINDS];

/* 2026-11-21T10:15:03.001Z */
const char *stamp_time(char buf[STAMP_LEN], const struct table *t);
/* Seconds with 4 digits, 1.0003; 0.0000 when there was no frame before. */
const char *stamp_interval(char buf[STAMP_LEN], const struct table *t);

#endif
