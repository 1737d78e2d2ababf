/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recording that is open: what the parts of replay share. */
#ifndef PROBETOP_REPLAY_FILE_H
#define PROBETOP_REPLAY_FILE_H

#include "bytes.h"
#include "frame_cursor.h"
#include "record.h"
#include "record_format.h"
#include "timeline.h"

/* A frame that the file has. */
struct replay_frame {
	uint64_t offset; /* of its block */
	uint64_t number; /* of those that were written */
	uint64_t mono_ns, wall_ns;
	bool key, gap; /* gap: some before it are missing */
};

struct replay {
	struct source source; /* first: a source is a replay */
	struct timeline timeline;
	int fd;
	uint32_t version;
	uint64_t size; /* of the file when it was opened */
	struct layout layout;
	struct replay_frame *frames;
	uint64_t n, cap;
	uint64_t next; /* to be read */
	bool fresh; /* what comes next does not follow what was read before */
	struct frame_cursor reader, loader; /* of the source, of the timeline */
	struct frame_decoder *decoder;
	struct facts *facts; /* at a frame that follows none */
	struct bytes block;

	bool closed; /* the recorder came to its end */
	uint64_t dropped; /* by the recorder */
	uint64_t damaged; /* frames that are left out for it */
	uint64_t damaged_at_open; /* of these, those that were known before reading */
	uint64_t damaged_first; /* number of the first of them, from 1 */
	uint64_t numbered; /* of the frames seen so far: the next one should have this number */
	bool headless; /* the key frame of what comes is missing */
	bool cut; /* the file ends within a block */
	int broken; /* negative errno: error says why */
	char error[300], note[300];
};

/* Says what is wrong, and returns error. */
int replay_fail(struct replay *p, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* n bytes at offset into to: 0; -ENODATA: the file ends before; negative errno. */
int replay_pread(const struct replay *p, void *to, size_t n, uint64_t offset);
/* Notes that frames number first .. first + n - 1 cannot be had. */
void replay_damaged(struct replay *p, uint64_t first, uint64_t n);
void replay_frame_add(struct replay *p, const struct replay_frame *f);
/* Frees the frames that it holds; the next load begins anew. */
void replay_rest(struct replay *p);

/* key and stored of its timeline, by the number of the frame in the file. */
uint64_t replay_key(const struct replay *p, uint64_t id);
int replay_stored(struct replay *p, uint64_t id, struct frame_blob *ret,
		  const struct layout **ret_layout);

/* replay_dir.c: as replay_open, of a directory. */
int replay_dir_open(struct source **ret, const char *dir, char *error, size_t size);

/* replay_header.c: header and streams; *end: where the blocks begin. */
int replay_header(struct replay *p, uint64_t *end);

/* replay_scan.c: finds the frames of version 2, by the index or by going from block to block. */
int replay_scan(struct replay *p, uint64_t at);
/* Reads and checks the bytes of a block into p->block.  0; -EBADMSG; another negative errno. */
int replay_block(struct replay *p, uint64_t offset, struct recording_block *b);

/* replay_v1.c: the same of version 1. */
int replay_scan1(struct replay *p, uint64_t at);
int replay_block1(struct replay *p, uint64_t offset);
int replay_decode1(struct replay *p, uint64_t id, struct frame *f, struct facts *facts);

#endif
