/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layout of a recording, in the byte order of the machine that wrote it:
 *
 *   struct recording_header, n_streams times struct recording_stream, and from version 2 on the
 *   __u64 checksum of both; then blocks
 *   version 2: struct recording_block, then `length` bytes: a frame (frame_encode.c), or an index
 *   of frames; the file of a recorder that could close it ends with struct recording_footer
 *   version 1: struct recording_block1, then `length` bytes: per stream, in the order of the table,
 *   struct recording_sample, n_loss __u64, the records
 *
 * A block is whole or it is not there: its length and its checksums say which.
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

#define RECORDING_BLOCK_MAGIC 0x6b4c4250u

enum block_kind {
	BLOCK_KEY = 1, /* a frame that stands alone, with all facts */
	BLOCK_FRAME, /* the difference to the frame before */
	BLOCK_GAP, /* as BLOCK_KEY, but frames before it were left out */
	BLOCK_INDEX, /* where frames are: see struct recording_index */
};

struct recording_block {
	uint32_t magic;
	uint32_t kind; /* enum block_kind */
	uint32_t length; /* bytes that follow this struct */
	uint32_t raw_length; /* of a frame, before compression */
	uint64_t frame; /* written before this one */
	uint64_t dropped; /* before this one, because the disk was too slow */
	uint64_t mono_ns, wall_ns;
	uint64_t checksum; /* of the bytes that follow */
	uint64_t head_checksum; /* of all above */
};

/* Begins an index; for each frame since the last index follow, as varints: bytes from the frame
 * before, zigzag of mono_ns and of wall_ns minus those before, enum block_kind. */
struct recording_index {
	uint64_t previous; /* where the index before this one is in the file; 0: it is the first */
	uint64_t n; /* frames */
};

#define RECORDING_FOOTER "PTOPEND\n"

struct recording_footer {
	char magic[8];
	uint64_t index; /* where the last index is */
	uint64_t checksum; /* of both above */
};

struct recording_block1 {
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

/* Of zeros it must not be zero: a hole in a file is not a block. */
static inline uint64_t recording_head_sum(const struct recording_block *b)
{
	return recording_checksum(RECORDING_BLOCK_MAGIC, b,
				  offsetof(struct recording_block, head_checksum));
}

#endif
