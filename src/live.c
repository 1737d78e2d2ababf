/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/rights.h"
#include "pids.h"

#define OOM_SCORE_ADJ "200"

/*
 * When memory runs out, probetop goes before whoever takes less than a fifth of it: it must not be why
 * something else is killed.  Before children are made, which get the same; who was told something
 * else than the default by a unit or a runtime keeps that.
 */
static void oom_go_early(void)
{
	int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	char now[16];
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, now, sizeof(now) - 1);
	now[n > 0 ? n : 0] = '\0';
	if (n > 0 && !atoi(now))
		n = pwrite(fd, OOM_SCORE_ADJ, strlen(OOM_SCORE_ADJ), 0);
	(void)n; /* operators may not, and it goes on */
	close(fd);
}

int live_open(struct source **ret, const struct selection *only, uint32_t max_entries,
	      const char *probe_source, uint32_t wanted, double budget, char *error, size_t size)
{
	struct collect_options collect = {
		.only = *only,
		.streams = wanted,
		.budget = budget,
		.max_entries = max_entries,
		.probe_source = probe_source,
	};
	int r;

	oom_go_early();
	r = collect_open(ret, &collect, error, size);

	if (r)
		return r;
	if (collect_rights_failed(*ret)[0])
		fprintf(stderr, "probetop: goes on with rights that it does not need: %s\n",
			collect_rights_failed(*ret));
	pids_warn(stderr, only->pids, only->n_pids);
	return 0;
}

void live_begin(void)
{
	rights_begin();
}

void live_each_probe(struct source *s, void (*fn)(void *data, const struct probe_state *p), void *data)
{
	collect_each_probe(s, fn, data);
}

void live_list_probes(struct source *s, FILE *out)
{
	collect_list_probes(s, out);
}
