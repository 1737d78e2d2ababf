/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "live.h"

void live_begin(void)
{
}

int live_open(struct source **ret, const struct selection *only, uint32_t max_entries,
	      const char *probe_source, uint32_t wanted, double budget, char *error, size_t size)
{
	(void)ret;
	(void)only;
	(void)max_entries;
	(void)probe_source;
	(void)wanted;
	(void)budget;
	snprintf(error, size, "this probetop was built without probes (-Dlive=disabled): "
			      "it only reads recordings, -r FILE");
	return -ENOTSUP;
}

void live_each_probe(struct source *s, void (*fn)(void *data, const struct probe_state *p), void *data)
{
	(void)s;
	(void)fn;
	(void)data;
}

/* There is never a source to ask. */
void live_list_probes(struct source *s, FILE *out)
{
	(void)s;
	(void)out;
}
