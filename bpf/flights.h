/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests on their way, by their address.  It tells a slot, where most of them are; of those whose slot
 * is another one's a hash takes care.
 */
#ifndef PROBETOP_FLIGHTS_H
#define PROBETOP_FLIGHTS_H

#include "disks.h"

/* Bounded by the tags of all queues; preallocated, since requests come and go all the time. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct flight);
} flights SEC(".maps");

#ifdef BASIC /* atomic instructions that give something back: see disks.h */

static __always_inline __u32 flight_number(struct request *rq)
{
	return 0;
}

static __always_inline __u32 flight_number_at(__u64 at)
{
	return 0;
}

static __always_inline struct flight *flight_find_at(__u64 at, __u32 number)
{
	return bpf_map_lookup_elem(&flights, &at);
}

static __always_inline bool flight_store(__u64 at, __u32 number, const struct flight *f)
{
	return !bpf_map_update_elem(&flights, &at, f, BPF_ANY);
}

static __always_inline bool flight_remove(__u64 at, __u32 number)
{
	return !bpf_map_delete_elem(&flights, &at);
}

#else

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLIGHT_SLOTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct flight_slot);
} flight_slots SEC(".maps");

/* Set by the collector where maps are to be small: slots that are used, less one. */
const volatile __u32 flight_slots_mask = FLIGHT_SLOTS - 1;

/* At least as many as there are in the hash, so that nobody looks there for nothing. */
static volatile __u64 flights_hashed;

static volatile __u64 anchor;

/* The slot of an address, of which only the distance from `anchor` is known. */
static __always_inline __u32 flight_slot_of(__u64 apart)
{
	return (apart * 0x9e3779b97f4a7c15ull >> 32) & flight_slots_mask;
}

/* To the verifier a pointer is no number, but what is between two is one. */
static __always_inline __u32 flight_number(struct request *rq)
{
	return flight_slot_of((__u64)rq - (__u64)&anchor);
}

/* The same of an address that is a number to the verifier: then that of anchor must be one. */
static __always_inline __u32 flight_number_at(__u64 at)
{
	anchor = (__u64)&anchor;
	return flight_slot_of(at - anchor);
}

static __always_inline struct flight_slot *flight_slot(__u64 at, __u32 number)
{
	struct flight_slot *s = bpf_map_lookup_elem(&flight_slots, &number);

	return s && s->at == at ? s : NULL;
}

/* number: the slot that the address tells. */
static __always_inline struct flight *flight_find_at(__u64 at, __u32 number)
{
	struct flight_slot *s = flight_slot(at, number);

	if (s)
		return &s->flight;
	return flights_hashed ? bpf_map_lookup_elem(&flights, &at) : NULL;
}

/* False: there is no room. */
static __always_inline bool flight_store(__u64 at, __u32 number, const struct flight *f)
{
	struct flight_slot *s = bpf_map_lookup_elem(&flight_slots, &number);

	if (s && !s->at && !__sync_val_compare_and_swap(&s->at, 0, FLIGHT_COMES)) {
		s->flight = *f;
		/* who sees the address sees the rest: what gives a value back is a barrier everywhere */
		__sync_lock_test_and_set(&s->at, at);
		return true;
	}
	ADD(flights_hashed, 1);
	if (!bpf_map_update_elem(&flights, &at, f, BPF_ANY))
		return true;
	ADD(flights_hashed, -1);
	return false;
}

/* True for the one who has removed it. */
static __always_inline bool flight_remove(__u64 at, __u32 number)
{
	struct flight_slot *s = flight_slot(at, number);

	if (s)
		return __sync_val_compare_and_swap(&s->at, at, 0) == at;
	if (!flights_hashed || bpf_map_delete_elem(&flights, &at))
		return false;
	ADD(flights_hashed, -1);
	return true;
}

#endif

static __always_inline struct flight *flight_find(struct request *rq)
{
	return flight_find_at((__u64)rq, flight_number(rq));
}

#endif
