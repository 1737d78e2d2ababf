/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capability.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

static bool flag_get(cap_t caps, cap_value_t cap, cap_flag_t flag)
{
	cap_flag_value_t set = CAP_CLEAR;

	return caps && !cap_get_flag(caps, cap, flag, &set) && set == CAP_SET;
}

uint64_t capabilities_permitted(void)
{
	cap_t caps = cap_get_proc();
	uint64_t held = 0;

	for (cap_value_t cap = 0; cap < 64 && CAP_IS_SUPPORTED(cap); cap++)
		if (flag_get(caps, cap, CAP_PERMITTED))
			held |= 1ull << cap;
	cap_free(caps);
	return held;
}

bool capability_held(cap_value_t cap)
{
	return capabilities_permitted() & 1ull << cap;
}

/* What is permitted, in effect and inherited from now on. */
static int sets_take(uint64_t permitted, uint64_t effective, uint64_t inheritable)
{
	cap_t caps = cap_init();
	int r = 0;

	if (!caps)
		return -ENOMEM;
	for (cap_value_t cap = 0; cap < 64; cap++) {
		uint64_t bit = 1ull << cap;

		if (permitted & bit)
			cap_set_flag(caps, CAP_PERMITTED, 1, &cap, CAP_SET);
		if (permitted & effective & bit)
			cap_set_flag(caps, CAP_EFFECTIVE, 1, &cap, CAP_SET);
		if (inheritable & bit)
			cap_set_flag(caps, CAP_INHERITABLE, 1, &cap, CAP_SET);
	}
	if (cap_set_proc(caps))
		r = -errno;
	cap_free(caps);
	return r;
}

void capabilities_effective_none(void)
{
	sets_take(capabilities_permitted(), 0, 0);
}

void capabilities_effective_all(void)
{
	sets_take(capabilities_permitted(), UINT64_MAX, 0);
}

void capability_effective(cap_value_t cap, bool on)
{
	cap_t caps = cap_get_proc();

	if (flag_get(caps, cap, CAP_PERMITTED) &&
	    !cap_set_flag(caps, CAP_EFFECTIVE, 1, &cap, on ? CAP_SET : CAP_CLEAR))
		cap_set_proc(caps);
	cap_free(caps);
}

int capabilities_keep(uint64_t permitted, uint64_t effective)
{
	/* takes CAP_SETPCAP; without, no_new_privs must do */
	for (int cap = 0; cap < 64; cap++)
		if (!(permitted & 1ull << cap))
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	/* fails before 4.3, where there are none */
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return sets_take(permitted, effective, 0);
}

void capabilities_text(char *buf, size_t size, uint64_t caps)
{
	size_t at = 0;

	buf[0] = '\0';
	for (cap_value_t cap = 0; cap < 64 && at + 1 < size; cap++) {
		char *name = caps & 1ull << cap ? cap_to_name(cap) : NULL;

		/* "cap_bpf", or its number where the library is older than the kernel */
		if (name)
			at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? " " : "",
					       strncmp(name, "cap_", 4) ? name : name + 4);
		cap_free(name);
	}
}
