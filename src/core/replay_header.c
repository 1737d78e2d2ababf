/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "replay_file.h"

/*
 * Records grow only at the end and with a new version: those of an older one are copied and the
 * rest is zero.  Within one version sizes are the same.
 */
static int stream_map(struct replay *p, const struct recording_stream *s, struct layout_stream *ret)
{
	for (int i = 0; i < STREAM_COUNT; i++) {
		if (strncmp(s->name, streams[i].name, sizeof(s->name)))
			continue;
		*ret = (struct layout_stream){ .id = i, .rec_size = s->rec_size };
		if (s->key_size == streams[i].key_size &&
		    (p->version < RECORDING_VERSION
			     ? s->rec_size >= s->key_size && s->rec_size &&
				       s->rec_size <= streams[i].rec_size && s->rec_size % 4 == 0
			     : s->rec_size == streams[i].rec_size))
			return 0;
		return replay_fail(p, -EPROTO, "its %s records have %u bytes (key %u), not %u (key %u)",
				   streams[i].name, s->rec_size, s->key_size, streams[i].rec_size,
				   streams[i].key_size);
	}
	return replay_fail(p, -EPROTO, "it has a stream that is not known: \"%.*s\"",
			   (int)sizeof(s->name), s->name);
}

static int header_check(struct replay *p, const struct recording_header *h)
{
	if (memcmp(h->magic, RECORDING_MAGIC, sizeof(h->magic)))
		return replay_fail(p, -EPROTO, "this is not a recording of probetop");
	if (h->order == __builtin_bswap32(RECORDING_ORDER))
		return replay_fail(p, -EPROTO,
				   "it was written on a machine with the other byte order");
	if (h->order != RECORDING_ORDER || !h->version)
		return replay_fail(p, -EPROTO, "its header is damaged");
	if (h->version > RECORDING_VERSION)
		return replay_fail(p, -EPROTO,
				   "it has version %u, this probetop reads up to %u: use a newer one",
				   h->version, RECORDING_VERSION);
	if (!h->n_streams || h->n_streams > RECORDING_STREAMS_MAX || h->n_loss > RECORDING_LOSS_MAX)
		return replay_fail(p, -EPROTO, "its header is damaged");
	return 0;
}

static int streams_check(struct replay *p, const struct recording_header *h,
			 const struct recording_stream *s)
{
	bool seen[STREAM_COUNT] = { false };

	p->layout.n_streams = h->n_streams;
	p->layout.n_loss = h->n_loss;
	for (uint32_t i = 0; i < h->n_streams; i++) {
		struct layout_stream l;
		int r = stream_map(p, &s[i], &l);

		if (r)
			return r;
		if (seen[l.id])
			return replay_fail(p, -EPROTO,
					   "its header is damaged: stream %s is there twice",
					   streams[l.id].name);
		seen[l.id] = true;
		p->layout.s[i] = l;
	}
	return 0;
}

/* The table of streams, and its checksum where there is one. */
static int streams_read(struct replay *p, const struct recording_header *h, uint64_t *end)
{
	struct recording_stream s[RECORDING_STREAMS_MAX];
	size_t size = h->n_streams * sizeof(s[0]);
	uint64_t sum, want;

	if (replay_pread(p, s, size, sizeof(*h)))
		return replay_fail(p, -ENODATA, "it is cut off in its header");
	*end = sizeof(*h) + size;
	if (h->version < 2)
		return streams_check(p, h, s);
	if (replay_pread(p, &want, sizeof(want), *end))
		return replay_fail(p, -ENODATA, "it is cut off in its header");
	*end += sizeof(want);
	sum = recording_checksum(recording_checksum(0, h, sizeof(*h)), s, size);
	if (sum != want)
		return replay_fail(p, -EPROTO, "its header is damaged");
	return streams_check(p, h, s);
}

int replay_header(struct replay *p, uint64_t *end)
{
	struct recording_header h = { 0 };
	size_t n = p->size < sizeof(h) ? p->size : sizeof(h);
	int r = replay_pread(p, &h, n, 0);

	if (r)
		return replay_fail(p, r, "%s", strerror(-r));
	if (!n)
		return replay_fail(p, -EPROTO, "the file is empty");
	if (n < sizeof(h) && !memcmp(h.magic, RECORDING_MAGIC, n < 8 ? n : 8))
		return replay_fail(p, -ENODATA, "it is cut off in its header");
	r = header_check(p, &h);
	if (r)
		return r;
	p->version = h.version;
	return streams_read(p, &h, end);
}
