/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host stream: load, names, and what probetop itself takes. */
#ifndef PROBETOP_COLLECT_HOST_H
#define PROBETOP_COLLECT_HOST_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "core/sample.h"

struct host;

/* maps_memory(data): bytes of all maps, asked now and then. */
struct host *host_new(uint64_t (*maps_memory)(void *data), void *data);
void host_set_filter(struct host *h, const char *filter); /* text of what is pushed down */
void host_free(struct host *h);
void host_read(struct host *h, struct frame *f);
/* Kernel memory of an object's maps as /proc/PID/fdinfo has it, bytes; without those whose ids are
 * in seen, to which it adds. */
uint64_t host_object_memory(const struct bpf_object *o, uint32_t *seen, size_t *n_seen, size_t max);

#endif
