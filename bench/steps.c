/* SPDX-License-Identifier: GPL-2.0-or-later */
/* steps N: programs with the first N parts (steps.bpf.c), attached until a signal ends it. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "steps.skel.h"

/* Where a program looks for the hash of counters: see COUNTERS() in bpf/probe.h. */
static int hash_put(struct bpf_map *outer, struct bpf_map *hash)
{
	int zero = 0, fd = bpf_map__fd(hash);

	return bpf_map_update_elem(bpf_map__fd(outer), &zero, &fd, BPF_ANY);
}

static int hashes_put(struct steps_bpf *s)
{
	return hash_put(s->maps.sys, s->maps.sys_0) || hash_put(s->maps.sched, s->maps.sched_0) ||
	       hash_put(s->maps.connio, s->maps.connio_0) || hash_put(s->maps.io, s->maps.io_0);
}

int main(int argc, char **argv)
{
	struct steps_bpf *s = steps_bpf__open();

	if (argc != 2 || !s) {
		fprintf(stderr, "usage: %s STEPS\n", argv[0]);
		return 2;
	}
	s->rodata->steps = (uint32_t)atoi(argv[1]);
	if (steps_bpf__load(s) || hashes_put(s) || steps_bpf__attach(s))
		return 1;
	for (;;)
		pause();
}
