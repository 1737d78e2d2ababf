/* SPDX-License-Identifier: GPL-2.0-or-later */
/* steps N: programs with the first N parts (steps.bpf.c), attached until a signal ends it. */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "steps.skel.h"

int main(int argc, char **argv)
{
	struct steps_bpf *s = steps_bpf__open();

	if (argc != 2 || !s) {
		fprintf(stderr, "usage: %s STEPS\n", argv[0]);
		return 2;
	}
	s->rodata->steps = (uint32_t)atoi(argv[1]);
	if (steps_bpf__load(s) || steps_bpf__attach(s))
		return 1;
	for (;;)
		pause();
}
