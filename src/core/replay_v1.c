/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings of version 1: every frame whole and as in memory, facts only where they came. */
#include <errno.h>

#include "replay_file.h"

int replay_scan1(struct replay *p, uint64_t at)
{
	while (at < p->size) {
		struct replay_frame f = { .offset = at, .number = p->n, .key = !p->n };
		struct recording_block1 b;

		if (replay_pread(p, &b, sizeof(b), at) || b.length > p->size - at - sizeof(b) ||
		    b.length > RECORDING_BLOCK_MAX) {
			p->cut = true;
			return 0;
		}
		f.mono_ns = b.mono_ns;
		f.wall_ns = b.wall_ns;
		if (p->n && f.mono_ns <= p->frames[p->n - 1].mono_ns) {
			replay_damaged(p, p->n, 1);
			return 0;
		}
		replay_frame_add(p, &f);
		at += sizeof(b) + b.length;
	}
	return 0;
}

static bool records_take(struct reader *in, const struct layout_stream *l, struct sample *s,
			 uint32_t count)
{
	size_t size = streams[l->id].rec_size;
	const uint8_t *from;
	uint8_t *to;

	if ((size_t)(in->end - in->at) / l->rec_size < count ||
	    (!streams[l->id].key_size && count > 1))
		return false;
	from = read_bytes(in, (size_t)count * l->rec_size);
	to = count ? sample_reserve(s, l->id, count) : NULL;
	for (uint32_t i = 0; i < count; i++, to += size, from += l->rec_size) {
		memcpy(to, from, l->rec_size);
		memset(to + l->rec_size, 0, size - l->rec_size);
		record_text_end(l->id, to);
	}
	s->count = count;
	return true;
}

static bool sample_take(struct replay *p, struct reader *in, const struct layout_stream *l,
			struct sample *s)
{
	const uint8_t *head = read_bytes(in, sizeof(struct recording_sample));
	const uint8_t *loss = read_bytes(in, p->layout.n_loss * sizeof(uint64_t));
	struct recording_sample count;

	if (in->bad)
		return false;
	memcpy(&count, head, sizeof(count));
	s->gen = count.gen;
	memcpy(s->loss, loss,
	       (p->layout.n_loss < LOSS_KINDS ? p->layout.n_loss : LOSS_KINDS) * sizeof(uint64_t));
	return records_take(in, l, s, count.count);
}

static int block_read(struct replay *p, uint64_t offset, struct recording_block1 *b)
{
	uint64_t sum;
	int r = replay_pread(p, b, sizeof(*b), offset);

	if (r || b->length > p->size - offset - sizeof(*b))
		return r ? r : -EBADMSG;
	p->block.len = 0;
	r = replay_pread(p, bytes_reserve(&p->block, b->length), b->length, offset + sizeof(*b));
	if (r)
		return r;
	sum = recording_checksum(0, &b->mono_ns, 2 * sizeof(b->mono_ns));
	return recording_checksum(sum, p->block.data, b->length) == b->checksum ? 0 : -EBADMSG;
}

int replay_block1(struct replay *p, uint64_t offset)
{
	struct recording_block1 b;

	return block_read(p, offset, &b);
}

int replay_decode1(struct replay *p, uint64_t id, struct frame *f, struct facts *facts)
{
	struct recording_block1 b;
	struct reader in;
	int r = block_read(p, p->frames[id].offset, &b);

	if (r)
		return r;
	frame_reset(f);
	f->mono_ns = b.mono_ns;
	f->wall_ns = b.wall_ns;
	in = (struct reader){ p->block.data, p->block.data + b.length, false };
	for (uint32_t i = 0; i < p->layout.n_streams; i++)
		if (!sample_take(p, &in, &p->layout.s[i], &f->s[p->layout.s[i].id]))
			return -EBADMSG;
	if (facts && !id)
		facts_reset(facts);
	if (facts)
		facts_apply(facts, f);
	return 0;
}
