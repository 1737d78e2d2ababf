/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which namespaces are not the host's, and what that changes. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/check.h"

/* Numbers that the kernel gives the first ones (linux/proc_ns.h). */
static const struct namespace {
	const char *type, *name;
	unsigned long first;
	enum check_state state;
	const char *value, *mend;
} namespaces[] = {
	{ "user", "user namespace", 4026531837, CHECK_FAILS,
	  "not the host's: capabilities of it do not count",
	  "docker run --userns=host; podman: sudo podman run; else outside of it" },
	{ "pid", "pid namespace", 4026531836, CHECK_LESS,
	  "not the host's: pids shown are the host's, command lines are missing",
	  "docker run --pid=host; in a pod: hostPID: true" },
	{ "cgroup", "cgroup namespace", 4026531835, CHECK_INFO,
	  "not the host's: paths of groups outside of it are those from its root", NULL },
};

/* 0: not known, as without /proc. */
static unsigned long namespace_number(const char *type)
{
	char path[64], text[64];
	unsigned long number;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", type);
	n = readlink(path, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	return sscanf(text, "%*[a-z]:[%lu]", &number) == 1 ? number : 0;
}

/* The first one has no number of its own: that of pid 2, a thread of the kernel, where it is the host's. */
static void network_look(struct checks *to)
{
	struct stat mine, first;

	if (namespace_number("pid") != namespaces[1].first || stat("/proc/self/ns/net", &mine) ||
	    stat("/proc/2/ns/net", &first) || mine.st_ino == first.st_ino)
		return;
	check_add(to, "rights", "network namespace", CHECK_INFO, NULL,
		  "not the host's: of others, connections from before the start are known when they move "
		  "data");
}

void namespaces_look(struct checks *to)
{
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++) {
		const struct namespace *n = &namespaces[i];
		unsigned long number = namespace_number(n->type);

		if (number && number != n->first)
			check_add(to, "rights", n->name, n->state, n->mend, "%s", n->value);
	}
	network_look(to);
}
