/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outer.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "parallel.h"

#define NAME_LEN 64

struct put {
	int outer_fd, inner_fd;
	uint32_t at;
	int r; /* 0, or negative errno */
};

static struct bpf_map *inner_find(const struct bpf_object *o, const char *outer, uint32_t at)
{
	char name[NAME_LEN];

	snprintf(name, sizeof(name), "%s_%u", outer, at);
	return bpf_object__find_map_by_name(o, name);
}

void outer_is_shared(struct bpf_object *o, const char *name)
{
	struct bpf_map *inner = inner_find(o, name, 0);

	if (inner)
		bpf_map__set_autocreate(inner, false);
}

static void put_run(void *item)
{
	struct put *p = item;

	p->r = bpf_map_update_elem(p->outer_fd, &p->at, &p->inner_fd, BPF_ANY) ? -errno : 0;
}

static struct put *puts_add(struct put *puts, size_t *n, const struct bpf_object *o,
			    const struct bpf_map *outer)
{
	for (uint32_t at = 0; at < bpf_map__max_entries(outer); at++) {
		const struct bpf_map *inner = inner_find(o, bpf_map__name(outer), at);
		int fd = inner ? bpf_map__fd(inner) : -1;

		if (fd < 0)
			continue;
		puts = xreallocarray(puts, *n + 1, sizeof(*puts));
		puts[(*n)++] = (struct put){ .outer_fd = bpf_map__fd(outer), .inner_fd = fd, .at = at };
	}
	return puts;
}

/* The kernel waits for a grace period in each update, 10 to 20 ms, although no program uses the map yet.
 * Waiting side by side they share it; libbpf, told what is in the maps, would wait for one after the
 * other. */
int outers_fill(const struct bpf_object *o)
{
	struct put *puts = NULL;
	struct bpf_map *map;
	size_t n = 0;
	int r = 0;

	bpf_object__for_each_map (map, o)
		if (bpf_map__type(map) == BPF_MAP_TYPE_ARRAY_OF_MAPS)
			puts = puts_add(puts, &n, o, map);
	parallel_run(put_run, puts, n, sizeof(*puts));
	for (size_t i = 0; i < n && !r; i++)
		r = puts[i].r;
	free(puts);
	return r;
}
