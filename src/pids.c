/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pids.h"

/* The process that a thread is of; 0: there is none. */
static uint32_t process_of(uint32_t pid)
{
	char path[64], line[256];
	uint32_t tgid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (!tgid && fgets(line, sizeof(line), f))
		if (sscanf(line, "Tgid: %u", &tgid) != 1)
			tgid = 0;
	fclose(f);
	return tgid;
}

void pids_warn(FILE *out, const uint32_t *pids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t process = process_of(pids[i]);

		if (!process)
			fprintf(out, "probetop: no process %u now\n", pids[i]);
		else if (process != pids[i])
			fprintf(out,
				"probetop: %u is a thread of process %u: use -F tid=%u -g tid\n",
				pids[i], process, pids[i]);
	}
}
