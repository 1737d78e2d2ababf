/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaches an empty program to each tp_btf hook that is named, until a signal ends it. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "empty.skel.h"

static int attach(const char *hook)
{
	struct empty_bpf *s = empty_bpf__open();
	int r = s ? 0 : -errno;

	if (!r)
		r = bpf_program__set_attach_target(s->progs.nothing, 0, hook);
	if (!r)
		r = empty_bpf__load(s);
	if (!r && !bpf_program__attach(s->progs.nothing))
		r = -errno;
	if (r)
		fprintf(stderr, "empty: %s: %s\n", hook, strerror(-r));
	return r;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (attach(argv[i]))
			return 1;
	for (;;)
		pause();
}
