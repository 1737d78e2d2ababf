/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layout of a recording, in the byte order of the machine that wrote it:
 *
 *   struct recording_header, then n_streams times struct recording_stream
 *   per frame: struct recording_block, then `length` bytes:
 *     per stream, in the order of the table: struct recording_sample, n_loss __u64, the records
 *
 * A block is whole or it is not there: its length and its checksum say which.
 */
#ifndef PROBETOP_RECORD_FORMAT_H
#define PROBETOP_RECORD_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define RECORDING_MAGIC "PROBETOP"
#define RECORDING_ORDER 0x01020304u
#define RECORDING_STREAMS_MAX 256
#define RECORDING_LOSS_MAX 64
/* More than all maps hold together; what a damaged length may make us allocate. */
#define RECORDING_BLOCK_MAX (1ull << 30)

struct recording_header {
	char magic[8];
	uint32_t version;
	uint32_t order; /* RECORDING_ORDER as the writer's machine stores it */
	uint32_t n_streams;
	uint32_t n_loss; /* kinds of loss */
};

struct recording_stream {
	char name[24];
	uint32_t rec_size;
	uint32_t key_size;
};

struct recording_block {
	uint64_t length; /* bytes that follow this struct */
	uint64_t checksum; /* of them and of the times */
	uint64_t mono_ns, wall_ns;
};

struct recording_sample {
	uint32_t gen, count;
};

/* Finds damage, not malice: what comes out is checked all the same. */
static inline uint64_t recording_checksum(uint64_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word), p += sizeof(word)) {
		__builtin_memcpy(&word, p, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15ull;
		sum ^= sum >> 29;
	}
	for (; len; len--, p++)
		sum = (sum ^ *p) * 0x100000001b3ull;
	return sum;
}

#endif
