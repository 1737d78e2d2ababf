/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities of this thread; bits are 1 << number. */
#ifndef PROBETOP_CAPABILITY_H
#define PROBETOP_CAPABILITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/capability.h>

bool capability_held(cap_value_t cap); /* permitted: it can be put into effect */
uint64_t capabilities_permitted(void);
/* In effect: none, all that are permitted, or one more or less.  Nothing else changes. */
void capabilities_effective_none(void);
void capabilities_effective_all(void);
void capability_effective(cap_value_t cap, bool on);
/* Keeps these alone, in effect those of them that effective names; no others can be got any more, as far as
 * that is for us to say.  0 or negative errno. */
int capabilities_keep(uint64_t permitted, uint64_t effective);
/* "bpf perfmon" */
void capabilities_text(char *buf, size_t size, uint64_t caps);

#endif
