/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBETOP_TEST_RECORDING_SELF_H
#define PROBETOP_TEST_RECORDING_SELF_H

#include "core/sample.h"

/* What probetop took up to second k, without the block object: that was too dear. */
void self_put(struct frame *f, uint64_t k);

#endif
