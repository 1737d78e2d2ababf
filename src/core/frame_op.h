/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What encoder and decoder of frames agree on. */
#ifndef PROBETOP_FRAME_OP_H
#define PROBETOP_FRAME_OP_H

#include "frame_code.h"

/* How a run of records is made; the numbers are in recordings. */
enum code_op {
	CODE_SAME, /* copies of records of the frame before */
	CODE_CHANGED, /* copies, with differences in words */
	CODE_NEW, /* zeros, with differences in words */
};

#define CODE_FACTS_MAX (1u << 20) /* of one stream; sixteen times what facts keep */
/* Before compression; a frame where every word is new takes twice its size. */
#define CODE_RAW_MAX (2 * CODE_FRAME_MAX)

#endif
