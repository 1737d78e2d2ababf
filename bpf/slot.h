/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots of counters (slotted.h): what their reader has to know. */
#ifndef PROBETOP_SLOT_H
#define PROBETOP_SLOT_H

#include "rec.h"

/* At 600 bytes each, 3.7 MB that are there from the start.  One size for all, so that the kernel has
 * programs read them without a call: arrays that can grow cost 8 ns at each reading. */
#define SLOTS 6144

/* Key and value follow. */
struct slot_head {
	__u32 ready; /* 1: key and value may be read */
	__u32 pad;
	/* of the first slot alone */
	__u32 pair; /* which hashes go with the array: 0 or 1 */
	__u32 taken; /* slots beside the first; SLOTS or more: all */
};
REC_SIZE(struct slot_head, 16);

#endif
