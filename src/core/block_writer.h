/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes blocks to a file in threads of its own: the event loop must not wait for a disk, and no
 * other way of writing to a file is sure not to.  One writes from a bounded queue, the other asks
 * once a second that it reaches the disk.  They allocate nothing, and know nothing but the queue.
 */
#ifndef PROBETOP_BLOCK_WRITER_H
#define PROBETOP_BLOCK_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WRITER_BLOCKS 64 /* in the queue, and */
#define WRITER_BYTES (16u << 20)

struct block_writer;

/* Takes over fd, which is empty.  0 or negative errno: then fd is closed. */
int block_writer_open(struct block_writer **ret, int fd);
/* Is there room for a block?  wait: until there is, or writing fails. */
bool block_writer_room(struct block_writer *w, bool wait);
/* Appends a block made of two parts; the caller has asked for room. */
void block_writer_put(struct block_writer *w, const void *head, size_t head_len, const void *data,
		      size_t len);
/* Blocks that are not yet written, the one that is being written included. */
size_t block_writer_waiting(struct block_writer *w);
/* 0, or negative errno of the write that failed: the file ends after the block before it. */
int block_writer_error(struct block_writer *w);
/* Writes what is queued, but waits at most timeout_ns for the disk: then -ETIMEDOUT, and what is
 * left is written if it can be.  Frees w, NULL is fine. */
int block_writer_close(struct block_writer *w, uint64_t timeout_ns);

#endif
