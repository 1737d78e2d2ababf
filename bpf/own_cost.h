/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs of an object take, where the kernel is not asked (that takes CAP_SYS_ADMIN): each
 * run is counted, and one in OWN_EVERY, by chance, is timed.  Else own_timed is false, a constant, and
 * the verifier removes what it does not reach.
 */
#ifndef PROBETOP_OWN_COST_H
#define PROBETOP_OWN_COST_H

#include <bpf/bpf_tracing.h>

#include "shared.h"

const volatile bool own_timed;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct own_cost);
} own_costs SEC(".maps");

/* Counts a run that begins.  The time, when it is one of those that are timed, else 0. */
static __always_inline __u64 own_begin(void)
{
	__u32 zero = 0;
	struct own_cost *c = own_timed ? bpf_map_lookup_elem(&own_costs, &zero) : NULL;

	if (!c)
		return 0;
	c->runs++;
	c->random = c->random * 1664525 + 1013904223;
	return c->random >> 16 & (OWN_EVERY - 1) ? 0 : bpf_ktime_get_ns();
}

/* The run ends; not all that are timed come to this. */
static __always_inline void own_end(__u64 since)
{
	__u32 zero = 0;
	struct own_cost *c = since ? bpf_map_lookup_elem(&own_costs, &zero) : NULL;

	if (!c)
		return;
	c->ns += bpf_ktime_get_ns() - since;
	c->timed++;
}

/* A program, with the run counted: its parameter of this type, and what its body is called with. */
#define OWN_PROG(name, parameter, call, args...)                                                   \
	name(parameter);                                                                           \
	static __always_inline int ____##name(parameter, ##args);                                  \
	int name(parameter)                                                                        \
	{                                                                                          \
		__u64 since = own_begin();                                                         \
                                                                                                   \
		_Pragma("GCC diagnostic push")                                                     \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                             \
		____##name(call);                                                                  \
		_Pragma("GCC diagnostic pop")                                                      \
		own_end(since);                                                                    \
		return 0;                                                                          \
	}                                                                                          \
	static __always_inline int ____##name(parameter, ##args)

/* As libbpf's. */
#undef BPF_PROG
#define BPF_PROG(name, args...)                                                                    \
	OWN_PROG(name, unsigned long long *ctx, ___bpf_ctx_cast(args), ##args)

/* That of a kprobe, which has the registers. */
#define OWN_KPROBE(name) OWN_PROG(name, struct pt_regs *regs, regs)

/*
 * That of a classic tracepoint, which has a record of this type.  It keeps the CPU while it runs, as the
 * record is in a buffer of that CPU.  Typed ones do not from 7.x on: a thread may be taken off in the
 * middle, and until it is back that program runs for no other thread of the CPU.
 */
#define OWN_TRACEPOINT(name, type) OWN_PROG(name, struct type *ctx, ctx)

#endif
