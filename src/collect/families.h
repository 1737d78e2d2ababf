/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The families of one live source: opened, read, and detached for a while by the governor. */
#ifndef PROBETOP_FAMILIES_H
#define PROBETOP_FAMILIES_H

#include "core/source.h"
#include "family.h"
#include "governor.h"
#include "rights.h"

enum family_number {
#define FAMILY(name) FAMILY_##name,
#include "families.def"
#undef FAMILY
	FAMILIES,
};

extern const struct family *const families[FAMILIES];

struct collect {
	struct source source;
	struct family_context ctx;
	struct {
		void *state; /* NULL: not open */
		bool wanted;
		char why[WHY_LEN]; /* why it is not open although wanted */
		enum governor_stage stage; /* OFF: its programs are detached */
		int unsettled; /* reads before which it is to settle yet */
		uint32_t sample_n; /* the most since the last frame: 1 in so many was counted */
		uint64_t changed_ns; /* CLOCK_REALTIME of the stage */
		uint64_t map_bytes, lost;
	} family[FAMILIES];
	struct self *self; /* NULL: not yet */
	struct opener *opener; /* NULL: there is nothing that takes one to put back */
	int epoll_fd;
	uint64_t frame_ns; /* of the last frame */
	struct ring_buffer *ring;
	struct frame *pending; /* facts that arrived since the last frame */
	struct host *host;
	struct rights_left rights;
	bool noted;
};

/* The first family that feeds a stream; NULL: none. */
const struct family *family_of(uint32_t stream, size_t *ret);
/* Those that a family is the first to feed. */
uint32_t family_streams(size_t i);
/* 0, or negative errno with the family's why set. */
int family_open(struct collect *c, size_t i, struct family_context *ctx);
/* All but the first, those of them that feed streams which are wanted (0: all).  0 if there is any that
 * works, or that nobody wants one; else negative errno and one line. */
int families_open(struct collect *c, uint32_t wanted, char *error, size_t size);
/* When all are open: who opens perf events is told which, or ends. */
void families_keep_opener(struct collect *c);
void family_close(struct collect *c, size_t i);
/* Its samples of now. */
void family_read(struct collect *c, size_t i, struct frame *f);
/* Takes in what is in the ring. */
void ring_drain(struct collect *c);
void note_add(struct frame *f, uint32_t stream, const char *text);
/* Samples, detaches and attaches families as the governor wants it: right after a frame, so that an
 * interval is in one stage. */
void families_govern(struct collect *c);

#endif
