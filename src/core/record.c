/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <stdlib.h>
#include <unistd.h>

#include "block_writer.h"
#include "bytes.h"
#include "file_create.h"
#include "frame_code.h"
#include "record_format.h"

#define INDEX_FRAMES 4096 /* in an index: what the recorder must remember */
#define CLOSE_NS 5000000000ull

struct recorder {
	struct block_writer *writer;
	struct frame_encoder *encoder;
	bool wait;
	uint64_t end; /* of the file, when all is written */
	uint64_t frames, dropped;
	uint64_t mono_ns; /* of the last frame */
	bool gap; /* frames were left out since */
	uint32_t chunk; /* frames since the key frame, it included; 0: the next one is one */
	struct bytes index; /* of frames since the last index block */
	uint64_t indexed; /* frames in it */
	uint64_t index_at; /* the last index block; 0: none */
	struct recording_block last; /* as index holds only differences */
	uint64_t last_at;
};

static void header_put(struct recorder *r)
{
	struct recording_header h = {
		.magic = RECORDING_MAGIC,
		.version = RECORDING_VERSION,
		.order = RECORDING_ORDER,
		.n_streams = STREAM_COUNT,
		.n_loss = LOSS_KINDS,
	};
	struct recording_stream s[STREAM_COUNT] = { 0 };
	struct {
		__typeof__(s) s;
		uint64_t sum;
	} rest = { 0 };

	for (int i = 0; i < STREAM_COUNT; i++) {
		rest.s[i].rec_size = streams[i].rec_size;
		rest.s[i].key_size = streams[i].key_size;
		strncpy(rest.s[i].name, streams[i].name, sizeof(rest.s[i].name) - 1);
	}
	rest.sum = recording_checksum(recording_checksum(0, &h, sizeof(h)), rest.s, sizeof(rest.s));
	block_writer_put(r->writer, &h, sizeof(h), &rest, sizeof(rest));
	r->end = sizeof(h) + sizeof(rest);
}

int recorder_open(struct recorder **ret, const char *path, bool wait)
{
	int fd = file_create(path), e;
	struct block_writer *writer;
	struct recorder *r;

	if (fd < 0)
		return fd;
	e = block_writer_open(&writer, fd);
	if (e) {
		unlink(path);
		return e;
	}
	r = xcalloc(1, sizeof(*r));
	r->writer = writer;
	r->encoder = frame_encoder_new();
	r->wait = wait;
	header_put(r);
	*ret = r;
	return 0;
}

static void block_put(struct recorder *r, struct recording_block *b, const void *data)
{
	b->magic = RECORDING_BLOCK_MAGIC;
	b->frame = r->frames;
	b->dropped = r->dropped;
	b->checksum = recording_checksum(0, data, b->length);
	b->head_checksum = recording_head_sum(b);
	block_writer_put(r->writer, b, sizeof(*b), data, b->length);
	r->end += sizeof(*b) + b->length;
}

static void index_begin(struct recorder *r)
{
	r->index.len = 0;
	bytes_put(&r->index, &(struct recording_index){ 0 }, sizeof(struct recording_index));
	r->last = (struct recording_block){ 0 };
	r->last_at = 0;
}

static void index_add(struct recorder *r, const struct recording_block *b)
{
	if (!r->indexed)
		index_begin(r);
	bytes_varint(&r->index, r->end - r->last_at);
	bytes_varint(&r->index, zigzag(b->mono_ns - r->last.mono_ns));
	bytes_varint(&r->index, zigzag(b->wall_ns - r->last.wall_ns));
	bytes_varint(&r->index, b->kind);
	r->last_at = r->end;
	r->last = *b;
	r->indexed++;
}

static void index_put(struct recorder *r)
{
	struct recording_index head = { .previous = r->index_at, .n = r->indexed };
	struct recording_block b = { .kind = BLOCK_INDEX,
				     .length = (uint32_t)r->index.len,
				     .mono_ns = r->last.mono_ns,
				     .wall_ns = r->last.wall_ns };

	memcpy(r->index.data, &head, sizeof(head));
	r->index_at = r->end;
	r->indexed = 0;
	block_put(r, &b, r->index.data);
}

static void frame_drop(struct recorder *r)
{
	r->dropped++;
	r->chunk = 0;
	r->gap = true;
}

int recorder_write(struct recorder *r, const struct frame *prev, const struct frame *cur,
		   const struct facts *facts)
{
	/* what was missing where the frames come from is missing here */
	bool gap = r->frames && (r->gap || cur->gap);
	bool room = block_writer_room(r->writer, r->wait);
	int e = block_writer_error(r->writer);
	struct recording_block b;
	struct frame_blob blob;

	if (e)
		return e;
	if (!prev || prev->mono_ns != r->mono_ns || gap || r->chunk >= CODE_CHUNK)
		r->chunk = 0;
	if (!room || frame_encode(r->encoder, r->chunk ? prev : NULL, cur, facts, &blob)) {
		frame_drop(r);
		return 0;
	}
	b = (struct recording_block){
		.kind = !blob.key ? BLOCK_FRAME : gap ? BLOCK_GAP : BLOCK_KEY,
		.length = blob.len,
		.raw_length = blob.raw_len,
		.mono_ns = cur->mono_ns,
		.wall_ns = cur->wall_ns,
	};
	index_add(r, &b);
	block_put(r, &b, blob.data);
	r->frames++;
	r->gap = false;
	r->chunk++;
	r->mono_ns = cur->mono_ns;
	if (r->indexed >= INDEX_FRAMES && block_writer_room(r->writer, r->wait))
		index_put(r);
	return 0;
}

uint64_t recorder_dropped(const struct recorder *r)
{
	return r->dropped;
}

size_t recorder_waiting(struct recorder *r)
{
	return block_writer_waiting(r->writer);
}

/* A recorder that failed leaves its file as it is: it ends after the last whole frame. */
static void footer_put(struct recorder *r)
{
	struct recording_footer f = { .magic = RECORDING_FOOTER };

	if (block_writer_error(r->writer) || !block_writer_room(r->writer, r->wait))
		return;
	if (!r->indexed)
		index_begin(r);
	index_put(r);
	f.index = r->index_at;
	f.checksum = recording_checksum(0, &f, offsetof(struct recording_footer, checksum));
	if (block_writer_room(r->writer, r->wait))
		block_writer_put(r->writer, &f, sizeof(f), NULL, 0);
}

static int recorder_end(struct recorder *r, uint64_t timeout_ns)
{
	int e;

	if (!r)
		return 0;
	footer_put(r);
	e = block_writer_close(r->writer, timeout_ns);
	frame_encoder_free(r->encoder);
	free(r->index.data);
	free(r);
	return e;
}

int recorder_close(struct recorder *r)
{
	return recorder_end(r, CLOSE_NS);
}

void recorder_leave(struct recorder *r)
{
	recorder_end(r, 0);
}

uint64_t recorder_bytes(const struct recorder *r)
{
	return r->end;
}
