/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which counters a call adds to: those of its thread and number, and those of thread and file. */
#ifndef PROBETOP_COUNTED_H
#define PROBETOP_COUNTED_H

#include "calls.h"
#include "rec_file.h"
#include "rec_sys.h"

#ifdef TYPED
#include "slotted.h"
#endif

/*
 * 32 Ki: a thousand threads with thirty different calls, or files, each; 20 MB and 23 MB when full.
 * c: of the current thread, or NULL.
 */
#ifdef TYPED
SLOTTED(sys, struct sys_key, struct sys_val, 32768);
SLOTTED(files, struct file_key, struct file_val, 32768);

static __always_inline struct sys_val *sys_counters(const struct sys_key *key, struct call *c)
{
	__u16 *kept = c ? &c->call_slots[key->nr % SLOTS_KEPT] : NULL;
	__u32 hint = kept ? *kept : 0;
	struct sys_val *v = slotted_get(sys, key, &hint);

	if (kept)
		*kept = hint;
	return v;
}

#define file_counters(key, hint) slotted_get(files, key, hint)

static __always_inline __u32 file_slot(const struct call *c, __u32 fd)
{
	return c ? c->file_slots[fd % SLOTS_KEPT] : 0;
}

static __always_inline void file_slot_keep(struct call *c, __u32 fd, __u32 slot)
{
	if (c)
		c->file_slots[fd % SLOTS_KEPT] = slot;
}
#else
COUNTERS(sys, struct sys_key, struct sys_val, 32768);
COUNTERS(files, struct file_key, struct file_val, 32768);
#define sys_counters(key, c) counters_get(sys, key)
#define file_counters(key, hint) counters_get(files, key)
#define file_slot(c, fd) 0
#define file_slot_keep(c, fd, slot)
#endif

#endif
