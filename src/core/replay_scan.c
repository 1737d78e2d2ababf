/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the frames of a recording are. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "replay_file.h"

#define SEARCH_STEP (64u << 10) /* bytes read at once after damage */

/* Is this the head of a block?  Says nothing of the bytes that follow. */
static bool is_head(const struct recording_block *b)
{
	return b->magic == RECORDING_BLOCK_MAGIC && b->kind >= BLOCK_KEY && b->kind <= BLOCK_INDEX &&
	       b->head_checksum == recording_head_sum(b);
}

int replay_block(struct replay *p, uint64_t offset, struct recording_block *b)
{
	int r = replay_pread(p, b, sizeof(*b), offset);

	if (r)
		return r == -ENODATA ? -EBADMSG : r;
	if (!is_head(b) || b->length > p->size - offset - sizeof(*b))
		return -EBADMSG;
	p->block.len = 0;
	r = replay_pread(p, bytes_reserve(&p->block, b->length), b->length, offset + sizeof(*b));
	if (r)
		return r == -ENODATA ? -EBADMSG : r;
	return recording_checksum(0, p->block.data, b->length) == b->checksum ? 0 : -EBADMSG;
}

static struct replay_frame frame_of(const struct recording_block *b, uint64_t offset)
{
	return (struct replay_frame){
		.offset = offset,
		.number = b->frame,
		.mono_ns = b->mono_ns,
		.wall_ns = b->wall_ns,
		.key = b->kind != BLOCK_FRAME,
		.gap = b->kind == BLOCK_GAP,
	};
}

/* The offset of the next head of a block at or after at; p->size: there is none. */
static uint64_t head_search(struct replay *p, uint64_t at)
{
	const uint32_t magic = RECORDING_BLOCK_MAGIC;
	struct recording_block b;

	while (at + sizeof(b) <= p->size) {
		size_t n = p->size - at < SEARCH_STEP ? p->size - at : SEARCH_STEP;
		const uint8_t *data, *found;

		p->block.len = 0;
		data = bytes_reserve(&p->block, n);
		if (replay_pread(p, (void *)data, n, at))
			return p->size;
		for (size_t i = 0; (found = memmem(data + i, n - i, &magic, sizeof(magic))); i++) {
			i = (size_t)(found - data);
			if (!replay_pread(p, &b, sizeof(b), at + i) && is_head(&b))
				return at + i;
		}
		at += n < sizeof(b) ? n : n - sizeof(magic) + 1;
	}
	return p->size;
}

/* A frame that does not follow the last one begins anew; what lacks its key frame is left out. */
static void frame_found(struct replay *p, const struct recording_block *b, uint64_t offset)
{
	const struct replay_frame *last = p->n ? &p->frames[p->n - 1] : NULL;
	struct replay_frame f = frame_of(b, offset);
	uint64_t expected = p->numbered;

	if (f.number < expected || (last && f.mono_ns <= last->mono_ns)) {
		replay_damaged(p, f.number, 1);
		return;
	}
	if (f.number > expected)
		replay_damaged(p, expected, f.number - expected);
	if (!f.key && f.number > expected)
		p->headless = true;
	p->numbered = f.number + 1;
	if (f.key) {
		f.gap |= p->n && (f.number > expected || p->headless);
		p->headless = false;
	}
	if (p->headless || (!p->n && !f.key))
		replay_damaged(p, f.number, 1);
	else
		replay_frame_add(p, &f);
}

/* From block to block, as when the recorder was killed. */
static int blocks_scan(struct replay *p, uint64_t at)
{
	while (at < p->size) {
		struct recording_block b;
		struct recording_footer end;
		uint64_t next;

		if (p->size - at == sizeof(end) && !replay_pread(p, &end, sizeof(end), at) &&
		    !memcmp(end.magic, RECORDING_FOOTER, sizeof(end.magic)))
			return 0;
		if (!replay_pread(p, &b, sizeof(b), at) && is_head(&b) &&
		    b.length <= p->size - at - sizeof(b)) {
			if (b.kind != BLOCK_INDEX)
				frame_found(p, &b, at);
			p->dropped = b.dropped > p->dropped ? b.dropped : p->dropped;
			at += sizeof(b) + b.length;
			continue;
		}
		next = head_search(p, at + 1);
		p->cut |= next >= p->size;
		at = next;
	}
	return 0;
}

/* Adds the frames of one index, whose bytes are in p->block; false: it cannot be right. */
static bool index_take(struct replay *p, const struct recording_block *b, uint64_t n)
{
	struct reader in = { p->block.data + sizeof(struct recording_index),
			     p->block.data + b->length, false };
	struct replay_frame f = { 0 };

	for (uint64_t i = 0; i < n; i++) {
		const struct replay_frame *last = p->n ? &p->frames[p->n - 1] : NULL;
		uint64_t kind;

		f.offset += read_varint(&in);
		f.mono_ns += unzigzag(read_varint(&in));
		f.wall_ns += unzigzag(read_varint(&in));
		kind = read_varint(&in);
		f.number = p->n;
		f.key = kind != BLOCK_FRAME;
		f.gap = kind == BLOCK_GAP;
		if (in.bad || f.offset >= p->size || (!last && !f.key) ||
		    (last && (f.offset <= last->offset || f.mono_ns <= last->mono_ns)))
			return false;
		replay_frame_add(p, &f);
	}
	return true;
}

/* The indexes are found from the last to the first, and taken in the other order. */
static bool indexes_take(struct replay *p, uint64_t at)
{
	struct recording_index head;
	struct recording_block b;
	uint64_t *found = NULL;
	size_t n = 0;
	bool good = true;

	while (at && good) {
		good = !replay_block(p, at, &b) && b.kind == BLOCK_INDEX && b.length >= sizeof(head);
		if (!good)
			break;
		memcpy(&head, p->block.data, sizeof(head));
		p->dropped = b.dropped > p->dropped ? b.dropped : p->dropped;
		found = xreallocarray(found, n + 1, sizeof(*found));
		found[n++] = at;
		good = head.previous < at;
		at = head.previous;
	}
	while (good && n--) {
		good = !replay_block(p, found[n], &b);
		memcpy(&head, p->block.data, sizeof(head));
		good = good && b.frame == p->n + head.n && index_take(p, &b, head.n);
	}
	free(found);
	return good;
}

int replay_scan(struct replay *p, uint64_t at)
{
	struct recording_footer f;
	uint64_t end = p->size - sizeof(f);

	p->closed = p->size > at + sizeof(f) && !replay_pread(p, &f, sizeof(f), end) &&
		    !memcmp(f.magic, RECORDING_FOOTER, sizeof(f.magic)) &&
		    f.checksum == recording_checksum(0, &f, offsetof(struct recording_footer, checksum));
	if (p->closed && indexes_take(p, f.index))
		return 0;
	p->n = 0;
	return blocks_scan(p, at);
}
