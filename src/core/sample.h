/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples: the raw records of one stream at one instant, and what was lost.  A frame is one sample
 * per stream, taken together.  Live probes, a recording and a test all deliver frames; nothing
 * above this header knows which of them it has.
 */
#ifndef PROBETOP_SAMPLE_H
#define PROBETOP_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/rec.h"
#include "bpf/rec_block.h"
#include "bpf/rec_file.h"
#include "bpf/rec_host.h"
#include "bpf/rec_sched.h"
#include "bpf/rec_self.h"
#include "bpf/rec_sys.h"
#include "bpf/rec_task.h"
#include "bpf/rec_tcp.h"

enum stream_id {
#define STREAM(id, name, rec, key, kind) STREAM_##id,
#include "bpf/streams.def"
#undef STREAM
	STREAM_COUNT,
};

/* Large enough for a record of any stream. */
union any_rec {
#define STREAM(id, name, rec, key, kind) rec name;
#include "bpf/streams.def"
#undef STREAM
};

enum stream_kind { STREAM_KIND_GAUGE, STREAM_KIND_COUNTER, STREAM_KIND_DICT };

struct stream {
	const char *name;
	uint32_t rec_size; /* bytes */
	uint32_t key_size; /* the first bytes of the record; 0: at most one record */
	enum stream_kind kind;
};

extern const struct stream streams[STREAM_COUNT];

/*
 * count records of streams[id].rec_size bytes each.  gen is the generation of the kernel map: when
 * it differs from that of the frame before, all counters have begun again at zero.
 */
struct sample {
	uint32_t gen;
	uint32_t count;
	uint32_t cap;
	uint8_t *recs;
	uint64_t loss[LOSS_KINDS]; /* cumulative */
	uint32_t *index; /* open addressing over recs, see sample_index; cap_index slots */
	uint32_t index_cap;
};

struct frame {
	uint64_t mono_ns; /* CLOCK_MONOTONIC when the counters were read */
	uint64_t wall_ns; /* CLOCK_REALTIME then */
	bool gap; /* frames before it are missing: no interval ends here */
	unsigned int shares; /* further owners; while there are any nobody changes it */
	struct sample s[STREAM_COUNT];
};

struct frame *frame_new(void);
void frame_free(struct frame *f); /* of one owner; NULL is fine */
/* Another owner of the same frame, who reads it, too. */
struct frame *frame_share(struct frame *f);
/* For an owner who wants to fill it: the frame, or an empty one when others have it, too. */
struct frame *frame_own(struct frame *f);
/* Forgets all records, keeps the memory (but for half of what a burst took). */
void frame_reset(struct frame *f);
void frame_copy(struct frame *to, const struct frame *from);

/* Room for n more records; the new records are not yet counted and not initialised. */
void *sample_reserve(struct sample *s, enum stream_id id, size_t n);
/* Appends one zeroed record and returns it; valid until the next append. */
void *sample_add(struct sample *s, enum stream_id id);
const void *sample_rec(const struct sample *s, enum stream_id id, size_t i);
/* Builds the index over the keys; after the last append, before the first sample_find. */
void sample_index(struct sample *s, enum stream_id id);
/* The record with this key (key_size bytes), or NULL.  Needs sample_index. */
const void *sample_find(const struct sample *s, enum stream_id id, const void *key);
/* Indexes all counter streams of a frame. */
void frame_index(struct frame *f);

/*
 * The record of prev to subtract from record cur_rec of cur: NULL when the key is new, when the
 * generation changed or when prev is NULL; then the whole of cur_rec belongs to this interval.
 */
const void *frame_before(const struct frame *prev, const struct frame *cur, enum stream_id id,
			 const void *cur_rec);

/* Loss of kind k of a stream in the interval. */
uint64_t frame_loss(const struct frame *prev, const struct frame *cur, enum stream_id id,
		    enum loss_kind k);

#endif
