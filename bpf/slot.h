/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots of counters (slotted.h): what their reader has to know. */
#ifndef PROBETOP_SLOT_H
#define PROBETOP_SLOT_H

#include "rec.h"

/* At 600 bytes each, 2.4 MB: the array is there from the start.  Where there are more keys, user space puts
 * larger ones in its place. */
#define SLOTS_FIRST 4096
#define SLOTS_MOST 16384 /* 10 MB, which user space has mapped; threads keep their numbers in 16 bits */

/* Key and value follow. */
struct slot_head {
	__u32 ready; /* 1: key and value may be read */
	__u32 pad;
	/* of the first slot alone */
	__u32 pair; /* which hashes go with the array: 0 or 1 */
	__u32 taken; /* slots beside the first, and those that there were no more */
};
REC_SIZE(struct slot_head, 16);

#endif
