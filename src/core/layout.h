/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which streams somebody wrote, in which order, and how large their records were. */
#ifndef PROBETOP_LAYOUT_H
#define PROBETOP_LAYOUT_H

#include "sample.h"

struct layout_stream {
	enum stream_id id;
	uint32_t rec_size; /* at most streams[id].rec_size: what is missing at the end is zero */
};

struct layout {
	uint32_t n_streams, n_loss; /* n_loss: kinds of loss; those we do not know are left out */
	struct layout_stream s[STREAM_COUNT];
};

void layout_init(struct layout *l); /* as this program writes */
/* Text fields end within the record, whatever was written. */
void record_text_end(enum stream_id id, void *rec);

#endif
