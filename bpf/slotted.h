/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters that a thread finds again without a hash.  As COUNTERS() (probe.h), and for what is there:
 *
 *   NAME_slots   one array of slots, each with its key.  The first slot is none: it says which of the
 *                two pairs below belong to this array, and how many slots are taken.
 *   NAME_index   two hashes from keys to the number of their slot; 0: it found none left
 *   NAME         two hashes with the counters of those
 *
 * A thread keeps the number of the slot that it used last.  It is no more than a hint: what is there
 * has the thread's key, or is not used.  So user space retires all of it by putting another array, which
 * names the other, empty pair, in place of the first; the old one is read a last time when no program
 * uses it any more.  As in COUNTERS(), the only writer of a key is its thread.
 */
#ifndef PROBETOP_SLOTTED_H
#define PROBETOP_SLOTTED_H

#include "probe.h"
#include "slot.h"

#define SLOTTED_HASHES(name, key_type, value_type, entries)                                        \
	COUNTER_HASH(name, key_type, value_type, entries) name##_0 SEC(".maps") = {};              \
	struct name##_map name##_1 SEC(".maps") = {};                                              \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);                                          \
		__uint(max_entries, 2);                                                            \
		__type(key, __u32);                                                                \
		__array(values, struct name##_map);                                                \
	} name SEC(".maps")

#define SLOTTED(name, key_type, value_type, entries)                                               \
	SLOTTED_HASHES(name, key_type, value_type, entries);                                       \
	SLOTTED_HASHES(name##_index, key_type, __u32, entries);                                    \
	struct name##_slot {                                                                       \
		struct slot_head head;                                                             \
		key_type key;                                                                      \
		value_type value;                                                                  \
	};                                                                                         \
	struct name##_slots_map {                                                                  \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                  \
		__uint(max_entries, SLOTS);                                                        \
		__uint(map_flags, BPF_F_MMAPABLE);                                                 \
		__type(key, __u32);                                                                \
		__type(value, struct name##_slot);                                                 \
	} name##_slots_0 SEC(".maps") = {};                                                        \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);                                          \
		__uint(max_entries, 1);                                                            \
		__type(key, __u32);                                                                \
		__array(values, struct name##_slots_map);                                          \
	} name##_slots SEC(".maps");                                                               \
	COUNTER_OTHER(name, value_type)

/* The maps of one SLOTTED(). */
struct slotted {
	void *slots, *index, *more, *other;
	const void *zero;
	__u32 key_size; /* a multiple of 8 */
};

static __always_inline bool slot_has(const struct slot_head *s, const __u64 *key, __u32 key_size)
{
	const __u64 *its = (const void *)(s + 1);
	__u64 differ = 0;

	for (__u32 i = 0; i < key_size / sizeof(*key); i++)
		differ |= its[i] ^ key[i];
	return !differ;
}

/* Takes a slot for a new key: *ret, 0 when there is none left. */
static __always_inline void slot_take(const struct slotted *m, void *slots, struct slot_head *first,
				      const __u64 *key, __u32 *ret)
{
	struct slot_head *s;
	__u64 *its;

	*ret = 0;
	if (first->taken >= SLOTS)
		return;
	*ret = __sync_fetch_and_add(&first->taken, 1) + 1;
	s = bpf_map_lookup_elem(slots, ret);
	if (!s) {
		*ret = 0;
		return;
	}
	its = (void *)(s + 1);
	for (__u32 i = 0; i < m->key_size / sizeof(*key); i++)
		its[i] = key[i];
	/* the reader sees the whole key before this: what gives a value back is a barrier everywhere */
	__sync_lock_test_and_set(&s->ready, 1);
}

static __always_inline void *slotted_other(const struct slotted *m)
{
	__u32 zero = 0;

	count_loss(LOSS_MAP_FULL);
	return bpf_map_lookup_elem(m->other, &zero);
}

/* The counters of a key whose slot is not known, or that has none; *hint: its slot. */
static __always_inline void *slotted_find(const struct slotted *m, void *slots, const void *key,
					  __u32 *hint)
{
	__u32 zero = 0, *number;
	struct slot_head *s = bpf_map_lookup_elem(slots, &zero);
	void *index, *more, *v;

	if (!s)
		return NULL;
	index = bpf_map_lookup_elem(m->index, &s->pair);
	more = bpf_map_lookup_elem(m->more, &s->pair);
	if (!index || !more)
		return NULL;
	number = bpf_map_lookup_elem(index, key);
	if (!number) {
		bpf_map_update_elem(index, key, &zero, BPF_NOEXIST);
		number = bpf_map_lookup_elem(index, key);
		if (!number)
			return slotted_other(m);
		slot_take(m, slots, s, key, hint);
		*number = *hint;
	}
	*hint = *number;
	s = *hint ? bpf_map_lookup_elem(slots, hint) : NULL;
	if (s)
		return (void *)(s + 1) + m->key_size;
	v = bpf_map_lookup_elem(more, key);
	if (v)
		return v;
	bpf_map_update_elem(more, key, m->zero, BPF_NOEXIST);
	v = bpf_map_lookup_elem(more, key);
	return v ? v : slotted_other(m);
}

/* The counters of a key, made when new; those of (other) when there is no room, counted as loss.
 * NULL only if the maps are broken.  *hint: where they were the last time, any number at first. */
static __always_inline void *slotted_get_in(const struct slotted *m, const void *key, __u32 *hint)
{
	struct slot_head *s;
	__u32 zero = 0;
	void *slots = bpf_map_lookup_elem(m->slots, &zero);

	if (!slots)
		return NULL;
	s = bpf_map_lookup_elem(slots, hint);
	if (s && slot_has(s, key, m->key_size))
		return (void *)(s + 1) + m->key_size;
	return slotted_find(m, slots, key, hint);
}

#define slotted_get(name, key, hint)                                                               \
	slotted_get_in(&(struct slotted){ .slots = &name##_slots, .index = &name##_index,          \
					  .more = &name, .other = &name##_other,                  \
					  .zero = &name##_zero, .key_size = sizeof(*(key)) },     \
		       key, hint)

#endif
