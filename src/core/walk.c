/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "walk.h"

#include <errno.h>
#include <stdlib.h>

#include "bytes.h"
#include "frame_code.h"
#include "timeline.h"

#define RECORD_BYTES 256 /* to copy them takes no longer than to make a record of them */

enum walk_stage { WALK_NONE, WALK_FETCH, WALK_DECODE, WALK_INDEX, WALK_INDEX_BEFORE, WALK_THERE };

struct walk {
	struct timeline *timeline;
	struct frame_decoder *decoder;
	struct layout layout; /* of the decoder */
	struct bytes stored;  /* the frame that is being decoded */
	struct frame *at, *spare; /* at: the last one decoded, unless next == first */
	struct facts *facts;
	uint64_t goal, next; /* next: to be decoded */
	uint64_t first; /* of those that follow each other without a gap up to next */
	bool follows; /* it began with what is shown, the frame before the goal, and its facts */
	bool alone; /* what is before the goal is not to be had */
	enum walk_stage stage;
};

static void walk_init(struct walk *w)
{
	*w = (struct walk){ .at = frame_new(), .spare = frame_new(), .facts = facts_new() };
}

static void walk_done(struct walk *w)
{
	frame_free(w->at);
	frame_free(w->spare);
	facts_free(w->facts);
	frame_decoder_free(w->decoder);
	free(w->stored.data);
}

struct walk *walk_new(void)
{
	struct walk *w = xcalloc(1, sizeof(*w));

	walk_init(w);
	return w;
}

void walk_free(struct walk *w)
{
	if (!w)
		return;
	walk_done(w);
	free(w);
}

void walk_stop(struct walk *w)
{
	w->stage = WALK_NONE;
}

void walk_rest(struct walk *w)
{
	walk_done(w);
	walk_init(w);
}

static void begin_at(struct walk *w, uint64_t first)
{
	w->first = w->next = first;
	w->follows = false;
	w->stage = WALK_FETCH;
}

/* What is decoded already lies on the way to frame id. */
static bool is_on_the_way(const struct walk *w, struct timeline *t, uint64_t id)
{
	return w->stage != WALK_NONE && w->stage <= WALK_DECODE && w->timeline == t &&
	       !w->follows && !w->alone && id > t->begin && w->first < id && w->next <= id &&
	       w->next > t->key(t, id - 1);
}

int walk_begin(struct walk *w, struct timeline *t, uint64_t id, struct frame *before)
{
	if (id < t->begin || id >= t->end)
		return -ENOENT;
	if (!before && is_on_the_way(w, t, id)) {
		w->goal = id;
		return 0;
	}
	w->timeline = t;
	w->goal = id;
	w->alone = id == t->begin;
	begin_at(w, t->key(t, w->alone ? id : id - 1));
	if (before && !w->alone) {
		frame_free(w->at);
		w->at = frame_share(before);
		w->first = id - 1;
		w->next = id;
		w->follows = true;
	}
	return 0;
}

/* The frame that comes next has been made of w->spare. */
static void frame_there(struct walk *w)
{
	struct frame *f = w->at;

	w->at = w->spare;
	w->spare = f;
	w->stage = w->next == w->goal ? WALK_INDEX : WALK_FETCH;
	w->next++;
}

/* Nothing before it is of use any more, but it has all facts. */
static void gap_begin(struct walk *w)
{
	w->first = w->next;
	w->follows = false;
}

static void decoder_use(struct walk *w, const struct layout *l)
{
	if (w->decoder && !memcmp(&w->layout, l, sizeof(*l)))
		return;
	frame_decoder_free(w->decoder);
	w->layout = *l;
	w->decoder = frame_decoder_new(l);
}

/* Of a recording that keeps frames whole: its facts are in them, where they came. */
static int frame_load(struct walk *w)
{
	struct timeline *t = w->timeline;
	int r;

	w->spare = frame_own(w->spare);
	r = t->load(t, w->next, w->spare, NULL);
	if (!r && w->spare->gap)
		gap_begin(w);
	if (!r && w->next == w->first)
		r = t->load(t, w->next, w->spare, w->facts);
	else if (!r && !w->follows)
		facts_apply(w->facts, w->spare);
	if (!r)
		frame_there(w);
	return r;
}

static int fetch(struct walk *w, size_t *records)
{
	struct timeline *t = w->timeline;
	const struct layout *layout;
	struct frame_blob b;
	int r = t->stored ? t->stored(t, w->next, w->next == w->first, &b, &layout) : -ENOTSUP;

	if (r == -ENOTSUP) {
		*records = 0;
		return frame_load(w);
	}
	if (r)
		return r;
	spend(records, b.len / RECORD_BYTES);
	w->stored.len = 0;
	bytes_put(&w->stored, b.data, b.len);
	b.data = w->stored.data;
	if (b.gap)
		gap_begin(w);
	decoder_use(w, layout);
	w->spare = frame_own(w->spare);
	frame_decode_begin(w->decoder, &b, w->next == w->first ? NULL : w->at, w->spare,
			   w->follows ? NULL : w->facts, w->next == w->first);
	w->stage = WALK_DECODE;
	return 0;
}

static int decode(struct walk *w, size_t *records)
{
	int r = frame_decode_step(w->decoder, records);

	if (!r)
		frame_there(w);
	return r < 0 ? r : 0;
}

static int index_make(struct walk *w, size_t *records)
{
	struct frame *f = w->stage == WALK_INDEX ? w->at : w->spare;
	size_t n = 0;

	/* that of what is shown is there */
	if (f == w->spare && (w->first == w->goal || w->follows))
		f = NULL;
	for (int id = 0; f && id < STREAM_COUNT; id++)
		n += f->s[id].count;
	if (f)
		frame_index(f);
	spend(records, n);
	w->stage++;
	return 0;
}

static int (*const stages[])(struct walk *w, size_t *records) = {
	[WALK_FETCH] = fetch,
	[WALK_DECODE] = decode,
	[WALK_INDEX] = index_make,
	[WALK_INDEX_BEFORE] = index_make,
};

/* What is damaged, or has gone, before a key frame is none of the goal's business. */
static int go_round(struct walk *w, int r)
{
	struct timeline *t = w->timeline;
	uint64_t key;

	w->stage = WALK_NONE;
	if (w->goal < t->begin)
		return -ENOENT;
	key = t->key(t, w->goal);
	if (key < w->next || (key == w->next && w->first == key))
		return r;
	begin_at(w, key);
	w->alone = true;
	return 0;
}

int walk_step(struct walk *w, size_t records)
{
	bool all = records == SIZE_MAX;

	if (w->stage == WALK_NONE)
		return -ECANCELED;
	while (w->stage != WALK_THERE && records) {
		int r = stages[w->stage](w, &records);

		if (r)
			r = go_round(w, r);
		if (r)
			return r;
		if (all)
			records = SIZE_MAX;
	}
	return w->stage != WALK_THERE;
}

static void spare_put(struct walk *w, struct frame *f)
{
	if (!f)
		return;
	if (!w->at)
		w->at = f;
	else if (!w->spare)
		w->spare = f;
	else
		frame_free(f);
}

uint64_t walk_take(struct walk *w, struct frame **prev, struct frame **cur, struct facts **facts)
{
	struct frame *old[] = { *prev, *cur };
	struct facts *facts_before = *facts;

	*cur = w->at;
	w->at = NULL;
	*prev = w->alone || w->first == w->goal ? NULL : w->spare;
	if (*prev)
		w->spare = NULL;
	spare_put(w, old[0]);
	spare_put(w, old[1]);
	spare_put(w, w->at && w->spare ? NULL : frame_new());
	if (w->follows) {
		facts_expire(*facts);
		facts_apply(*facts, *cur);
	} else {
		*facts = w->facts;
		w->facts = facts_before;
	}
	w->stage = WALK_NONE;
	return w->goal;
}
