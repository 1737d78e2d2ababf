/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings made by hand, in a folder of their own. */
#ifndef PROBETOP_TEST_RECORDING_H
#define PROBETOP_TEST_RECORDING_H

#include "core/record.h"

struct recording {
	char folder[48], path[64];
	uint8_t *bytes; /* of the file, after recording_load */
	size_t size;
	char error[300];
};

void recording_init(struct recording *r);
void recording_done(struct recording *r);
/* n frames: frame i has (i + 1) records of two counter streams, one host record, and a task. */
void recording_make(struct recording *r, int n);
void recording_load(struct recording *r);
void recording_store(const struct recording *r, const void *bytes, size_t size);

/* What a session does when it records. */
struct recording_writer {
	struct recorder *recorder;
	struct frame *cur, *prev;
	struct facts *facts;
	int n;
};

int writer_open(struct recording_writer *w, const char *path);
int writer_frame(struct recording_writer *w, int i); /* as frame_make makes it */
int writer_close(struct recording_writer *w);

/* Frame i as recording_make writes it. */
void frame_make(struct frame *f, int i);
void frame_expect_equal(const struct frame *a, const struct frame *b);

/* Frames until the end: how many, and what read gave then (error has the line). */
int replay_all(struct recording *r, int *ret_frames);

#endif
