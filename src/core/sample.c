/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "mem.h"

const struct stream streams[STREAM_COUNT] = {
#define STREAM(id, name, rec, key, kind) \
	[STREAM_##id] = { #name, sizeof(rec), key, STREAM_KIND_##kind },
#include "bpf/streams.def"
#undef STREAM
};

struct frame *frame_new(void)
{
	return xcalloc(1, sizeof(struct frame));
}

void frame_free(struct frame *f)
{
	if (!f || f->shares) {
		if (f)
			f->shares--;
		return;
	}
	for (int i = 0; i < STREAM_COUNT; i++) {
		free(f->s[i].recs);
		free(f->s[i].index);
	}
	free(f);
}

struct frame *frame_share(struct frame *f)
{
	f->shares++;
	return f;
}

struct frame *frame_own(struct frame *f)
{
	if (!f->shares)
		return f;
	frame_free(f);
	return frame_new();
}

void frame_reset(struct frame *f)
{
	f->mono_ns = f->wall_ns = 0;
	f->gap = false;
	for (int i = 0; i < STREAM_COUNT; i++) {
		struct sample *s = &f->s[i];
		size_t cap = mem_keep(s->cap, s->count, streams[i].rec_size);

		if (cap < s->cap) {
			s->recs = xreallocarray(s->recs, cap, streams[i].rec_size);
			s->cap = cap;
		}
		s->gen = s->count = 0;
		memset(s->loss, 0, sizeof(s->loss));
	}
}

void frame_copy(struct frame *to, const struct frame *from)
{
	frame_reset(to);
	to->mono_ns = from->mono_ns;
	to->wall_ns = from->wall_ns;
	to->gap = from->gap;
	for (int i = 0; i < STREAM_COUNT; i++) {
		const struct sample *s = &from->s[i];

		if (s->count)
			memcpy(sample_reserve(&to->s[i], i, s->count), s->recs,
			       (size_t)s->count * streams[i].rec_size);
		to->s[i].count = s->count;
		to->s[i].gen = s->gen;
		memcpy(to->s[i].loss, s->loss, sizeof(s->loss));
	}
	frame_index(to);
}

void *sample_reserve(struct sample *s, enum stream_id id, size_t n)
{
	size_t want = s->count + n, size = streams[id].rec_size;

	if (want > s->cap) {
		size_t cap = s->cap ? s->cap : 16;

		while (cap < want)
			cap *= 2;
		s->recs = xreallocarray(s->recs, cap, size);
		s->cap = cap;
	}
	return s->recs + s->count * size;
}

void *sample_add(struct sample *s, enum stream_id id)
{
	void *rec = sample_reserve(s, id, 1);

	s->count++;
	return memset(rec, 0, streams[id].rec_size);
}

const void *sample_rec(const struct sample *s, enum stream_id id, size_t i)
{
	return s->recs + i * streams[id].rec_size;
}

static uint32_t key_hash(const void *key, size_t len)
{
	return (uint32_t)bytes_hash(key, len);
}

void sample_index(struct sample *s, enum stream_id id)
{
	size_t cap = 16, key_size = streams[id].key_size;

	while (cap < 2 * (size_t)s->count)
		cap *= 2;
	if (cap > s->index_cap) {
		s->index = xreallocarray(s->index, cap, sizeof(*s->index));
		s->index_cap = cap;
	}
	memset(s->index, 0, s->index_cap * sizeof(*s->index));
	for (uint32_t i = 0; i < s->count; i++) {
		const void *rec = sample_rec(s, id, i);
		uint32_t at = key_hash(rec, key_size) & (s->index_cap - 1);

		/* a damaged recording may have a key a million times: the first one is found */
		while (s->index[at] && memcmp(sample_rec(s, id, s->index[at] - 1), rec, key_size))
			at = (at + 1) & (s->index_cap - 1);
		if (!s->index[at])
			s->index[at] = i + 1;
	}
}

const void *sample_find(const struct sample *s, enum stream_id id, const void *key)
{
	size_t key_size = streams[id].key_size;

	if (!s->count || !s->index)
		return NULL;
	for (uint32_t at = key_hash(key, key_size) & (s->index_cap - 1); s->index[at];
	     at = (at + 1) & (s->index_cap - 1)) {
		const void *rec = sample_rec(s, id, s->index[at] - 1);

		if (!memcmp(rec, key, key_size))
			return rec;
	}
	return NULL;
}

void frame_index(struct frame *f)
{
	for (int i = 0; i < STREAM_COUNT; i++)
		if (streams[i].kind == STREAM_KIND_COUNTER)
			sample_index(&f->s[i], i);
}

/* What found no room is counted beside the maps, and goes on when they are replaced. */
static bool is_other(enum stream_id id, const void *rec)
{
	const struct task_key *key = rec;

	return streams[id].key_size >= sizeof(*key) && key->tgid == TASK_OTHER;
}

const void *frame_before(const struct frame *prev, const struct frame *cur, enum stream_id id,
			 const void *cur_rec)
{
	if (!prev || (prev->s[id].gen != cur->s[id].gen && !is_other(id, cur_rec)))
		return NULL;
	return sample_find(&prev->s[id], id, cur_rec);
}

uint64_t frame_loss(const struct frame *prev, const struct frame *cur, enum stream_id id,
		    enum loss_kind k)
{
	uint64_t before = prev ? prev->s[id].loss[k] : 0;

	return cur->s[id].loss[k] > before ? cur->s[id].loss[k] - before : 0;
}
