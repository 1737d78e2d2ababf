/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is of what runs out: memory, also that of the own control group, and descriptors. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bundle/procfs.h"
#include "core/mem.h"
#include "doctor/check.h"

#define MEMORY_WANTED (256ull << 20) /* 150 MiB on a busy machine with history and maps, and room */
#define FILES_WANTED 256 /* it has some 180, and others for moments */
#define MIB (1ull << 20)
#define NO_LIMIT (1ull << 60) /* version 1 says so with a number that is larger */

/* The path of the own group: that of version 2 ("0::/a") where controller is "", or of a version 1
 * hierarchy ("4:memory:/a"). */
static bool group_path(char *path, size_t size, const char *controller)
{
	CLEANUP(free_ptr) char *text = procfs_read("/proc/self/cgroup");
	size_t len = strlen(controller);

	for (const char *line = text; line && *line; line = procfs_next_line(line)) {
		const char *at = line + strspn(line, "0123456789");

		if (*at++ != ':' || strncmp(at, controller, len) != 0 || at[len] != ':')
			continue;
		at += len + 1;
		snprintf(path, size, "%.*s", (int)strcspn(at, "\n"), at);
		return true;
	}
	return false;
}

struct limit {
	uint64_t bytes; /* NO_LIMIT: none */
	char file[600];
};

/* The smallest one of the group and those above it. */
static void limits_take(struct limit *l, const char *mount, const char *controller, const char *name)
{
	char path[300], file[600], value[32];

	if (!mount[0] || !group_path(path, sizeof(path), controller))
		return;
	for (;;) {
		char *end;
		uint64_t bytes;

		snprintf(file, sizeof(file), "%s%s/%s", mount, strcmp(path, "/") ? path : "", name);
		bytes = strtoull(check_file(value, sizeof(value), file), &end, 10);
		if (end != value && bytes < l->bytes) {
			l->bytes = bytes;
			snprintf(l->file, sizeof(l->file), "%s", file);
		}
		end = strrchr(path, '/');
		if (!end)
			return;
		*end = '\0';
	}
}

/* probetop raises it as far as it may before it comes here. */
void files_check(struct checks *to)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	if (limit.rlim_cur < FILES_WANTED)
		check_add(to, "rights", "open files", CHECK_FAILS,
			  "ulimit -n 1024; docker run --ulimit nofile=1024; in a unit: LimitNOFILE=1024",
			  "%llu at most: each probe and each map is one",
			  (unsigned long long)limit.rlim_cur);
	else
		check_add(to, "rights", "open files", CHECK_OK, NULL, "%llu at most",
			  (unsigned long long)limit.rlim_cur);
}

void memory_check(struct checks *to, const char *v2, const char *v1)
{
	CLEANUP(free_ptr) char *meminfo = procfs_read("/proc/meminfo");
	uint64_t available = meminfo ? procfs_number(meminfo, "MemAvailable:") : UINT64_MAX;
	struct limit l = { .bytes = NO_LIMIT };
	char mend[700];

	limits_take(&l, v2, "", "memory.max");
	limits_take(&l, v1, "memory", "memory.limit_in_bytes");
	snprintf(mend, sizeof(mend), "echo %lluM >%s; in a container: docker run --memory %lluM",
		 2 * MEMORY_WANTED / MIB, l.file, 2 * MEMORY_WANTED / MIB);
	if (l.bytes < MEMORY_WANTED)
		check_add(to, "memory", "control group", CHECK_LESS, mend,
			  "%llu MiB at most: on a busy machine it would be killed",
			  (unsigned long long)(l.bytes / MIB));
	else if (l.bytes < NO_LIMIT)
		check_add(to, "memory", "control group", CHECK_OK, NULL, "%llu MiB at most",
			  (unsigned long long)(l.bytes / MIB));
	if (available != UINT64_MAX && available / 1024 < MEMORY_WANTED / MIB)
		check_add(to, "memory", "available", CHECK_LESS,
			  "probetop --history 4M, or with one panel: -b -P PANEL",
			  "%llu MiB", (unsigned long long)(available / 1024));
	else if (available != UINT64_MAX)
		check_add(to, "memory", "available", CHECK_OK, NULL, "%llu MiB",
			  (unsigned long long)(available / 1024));
}
