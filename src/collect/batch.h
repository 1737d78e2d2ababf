/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole hash maps read with few system calls. */
#ifndef PROBETOP_BATCH_H
#define PROBETOP_BATCH_H

#include <bpf/bpf.h>

#include "core/sample.h"

struct batch;

struct batch *batch_new(size_t key_size, size_t value_size);
void batch_free(struct batch *b);
/* Appends key and value of every entry of the hash as one record to s; returns how many.  Programs may add
 * entries meanwhile; they remove none. */
uint32_t batch_read(struct batch *b, int map_fd, struct sample *s, enum stream_id id);
/* Removes all entries of a hash that no program writes to; negative errno: some may be left. */
int batch_clear(struct batch *b, int map_fd);
int batch_clear_map(int map_fd); /* the same, for once */
int batch_map_info(int fd, struct bpf_map_info *info);

#endif
