/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "release.h"

#include <stdio.h>
#include <sys/utsname.h>

bool release_locks_maps(void)
{
	int major, minor;
	struct utsname u;

	return !uname(&u) && sscanf(u.release, "%d.%d", &major, &minor) == 2 &&
	       (major < 5 || (major == 5 && minor < 11));
}
