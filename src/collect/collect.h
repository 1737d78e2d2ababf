/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Live source: the only part that includes libbpf or libcap.  Attaches probes, reads maps. */
#ifndef PROBETOP_COLLECT_H
#define PROBETOP_COLLECT_H

#include <stdio.h>

#include "core/selection.h"
#include "core/source.h"

struct collect_options {
	struct selection only; /* from the start; borrowed */
	uint32_t streams; /* STREAM_x bits wanted; probes that feed none of them stay off; 0: all;
			   * SELF alone: all */
	const char *probe_source; /* tp_btf, tracepoint, fentry, kprobe, basic; NULL: the best; borrowed */
	uint32_t max_entries; /* of every counter map; 0: the default.  Small: for tests of loss */
	double budget; /* share of all CPUs that the programs may take; 0: no bound */
};

/* Negative errno, and in error one line that says what is missing and what to do about it. */
int collect_open(struct source **ret, const struct collect_options *o, char *error, size_t size);
/* A program of the source, or, with program NULL, a family that does not work at all. */
struct probe_state {
	const char *family, *program, *hook, *state;
	enum { PROBE_WORKS, PROBE_LEFT_OUT, PROBE_FAILS } kind;
};

void collect_each_probe(struct source *s, void (*fn)(void *data, const struct probe_state *p), void *data);
/* What could not be given up after attaching, one line, or "". */
const char *collect_rights_failed(struct source *s);
/* `--list probes`: one line per program, what serves which stream here and why others do not. */
void collect_list_probes(struct source *s, FILE *out);

#endif
