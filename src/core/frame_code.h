/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames as few bytes: each as what changed since the one before, compressed.  The history and
 * recordings hold them.  docs/ARCHITECTURE.md has the layout.
 *
 * A key frame stands alone and holds all facts; the frames up to the next one need it.
 */
#ifndef PROBETOP_FRAME_CODE_H
#define PROBETOP_FRAME_CODE_H

#include "facts.h"
#include "layout.h"

/* Work is done in slices, of so many records: n of them, or as much work, have been done. */
static inline void spend(size_t *records, size_t n)
{
	*records -= n < *records ? n : *records;
}

/* Frames from a key frame to the next.  Of a large machine, a key frame is as large as 60 others where
 * little happens, as 7 where much does; to go back decodes half a chunk, and damage costs one. */
#define CODE_CHUNK 60
/* A frame is never larger, decoded: what damaged bytes may make us allocate. */
#define CODE_FRAME_MAX (256ull << 20)

/* A frame in its encoded form; whoever keeps it keeps all of this. */
struct frame_blob {
	const uint8_t *data;
	uint32_t len, raw_len; /* raw_len: before compression */
	bool key;
	bool gap; /* a key frame before which frames are missing */
	uint64_t mono_ns, wall_ns;
};

struct frame_encoder;

struct frame_encoder *frame_encoder_new(void);
void frame_encoder_free(struct frame_encoder *e);
/*
 * Encodes cur as difference to prev, which is indexed, or with prev NULL as a key frame; facts are
 * those of the time of cur, and only needed then.  ret->data is valid until the next call, gap is
 * left to the caller.  0, or -EFBIG: a frame of more than CODE_FRAME_MAX.  Allocates only to grow.
 */
int frame_encode(struct frame_encoder *e, const struct frame *prev, const struct frame *cur,
		 const struct facts *facts, struct frame_blob *ret);

struct frame_decoder;

struct frame_decoder *frame_decoder_new(const struct layout *l);
void frame_decoder_free(struct frame_decoder *d);
/*
 * Decodes into cur (reset here, not indexed); prev is the frame before, not needed for a key frame.
 * facts, unless NULL: a key frame replaces them, another one adds to them.  0, or -EBADMSG: that
 * was not encoded so; cur and facts hold anything then.
 */
int frame_decode(struct frame_decoder *d, const struct frame_blob *b, const struct frame *prev,
		 struct frame *cur, struct facts *facts);
/*
 * The same in slices: what it is given stays where it is until the last one.  anew: whether a key
 * frame replaces the facts; else only what is new in it is added, which is much less.
 */
void frame_decode_begin(struct frame_decoder *d, const struct frame_blob *b,
			const struct frame *prev, struct frame *cur, struct facts *facts, bool anew);
/* Takes what is done from *records, which are records or as much work.  1: there is more to do;
 * 0 and -EBADMSG: as above. */
int frame_decode_step(struct frame_decoder *d, size_t *records);

#endif
