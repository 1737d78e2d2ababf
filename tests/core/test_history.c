/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/history.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/source.h"
#include "fixture_panel.h"

#define SECOND 1000000000ull
#define WALL 1700000000000000000ull

/* A live source: each frame has its number in it, and one process that is renamed every 10. */
struct ticking {
	struct source source;
	uint64_t reads;
	uint32_t keys;
	bool noise; /* that no compression can shrink */
};

static int ticking_read(struct source *source, struct frame *next)
{
	struct ticking *t = (struct ticking *)source;
	uint64_t n = t->reads++;
	char name[16];

	fixture_time(next, (double)n + 1);
	next->wall_ns = WALL + n * SECOND;
	for (uint32_t i = 0; i < t->keys; i++)
		fixture_call(next, 10 + i, 10 + i, 1, n * (i % 7), t->noise ? (uint64_t)rand() : 0,
			     1000);
	if (n % 10 == 0) {
		snprintf(name, sizeof(name), "name%llu", (unsigned long long)n);
		fixture_task(next, 10, 10, name);
	}
	return 0;
}

static void ticking_close(struct source *source)
{
	(void)source;
}

static void ticking_init(struct ticking *t, struct session *s, uint32_t keys, size_t bytes)
{
	*t = (struct ticking){ .source = { .read = ticking_read,
					   .close = ticking_close,
					   .live = true },
			       .keys = keys };
	session_init(s, &t->source);
	session_keep(s, bytes, HISTORY_AGE_NS);
}

static void expect_moment(struct moment *m, struct timeline *t, uint64_t id)
{
	const struct sys_rec *r;
	char name[16];

	cr_assert_eq(moment_goto(m, t, id), 0, "%llu", (unsigned long long)id);
	snprintf(name, sizeof(name), "name%llu", (unsigned long long)(id - id % 10));
	cr_assert_str_eq(facts_pid(m->facts, 10)->comm, name);
	cr_assert_eq(m->cur->wall_ns, WALL + id * SECOND);
	r = sample_rec(&m->cur->s[STREAM_SYS], STREAM_SYS, 1);
	cr_assert_eq(r->v.count, id);
	if (id == t->begin) {
		cr_assert_null(m->prev);
		return;
	}
	r = frame_before(m->prev, m->cur, STREAM_SYS, r);
	cr_assert(r);
	cr_assert_eq(r->v.count, id - 1);
	cr_assert_eq(t->wall_ns(t, id), m->cur->wall_ns);
	cr_assert_eq(t->mono_ns(t, id), m->cur->mono_ns);
}

Test(history, gives_every_moment_as_it_was)
{
	struct session s;
	struct ticking t;
	struct moment m;

	ticking_init(&t, &s, 5, 64 << 20);
	moment_init(&m);
	for (int i = 0; i < 200; i++)
		cr_assert_eq(session_step(&s), 0);
	cr_assert_eq(s.timeline->begin, 0);
	cr_assert_eq(s.timeline->end, 200);
	for (uint64_t id = 0; id < 200; id++)
		expect_moment(&m, s.timeline, id);
	for (uint64_t id = 200; id--;)
		expect_moment(&m, s.timeline, id);
	for (uint64_t i = 0; i < 300; i++)
		expect_moment(&m, s.timeline, i * 7919 % 200);
	cr_assert_eq(moment_goto(&m, s.timeline, 200), -ENOENT);
	moment_done(&m);
	session_done(&s);
}

Test(history, finds_the_frame_of_a_time)
{
	struct session s;
	struct ticking t;

	ticking_init(&t, &s, 1, 64 << 20);
	for (int i = 0; i < 100; i++)
		session_step(&s);
	cr_expect_eq(timeline_find(s.timeline, 0), 0);
	cr_expect_eq(timeline_find(s.timeline, WALL), 0);
	cr_expect_eq(timeline_find(s.timeline, WALL + 7 * SECOND), 7);
	cr_expect_eq(timeline_find(s.timeline, WALL + 7 * SECOND + 999), 7);
	cr_expect_eq(timeline_find(s.timeline, WALL + 500 * SECOND), 99);
	session_done(&s);
}

Test(history, forgets_what_is_too_old)
{
	struct session s;
	struct ticking t;

	ticking_init(&t, &s, 1, 64 << 20);
	for (int i = 0; i < 2000; i++)
		session_step(&s);
	cr_expect_eq(s.timeline->end, 2000);
	cr_expect_geq(s.timeline->begin, 2000 - 960 - 1);
	cr_expect_leq(s.timeline->begin, 2000 - 899);
	session_done(&s);
}

#ifdef __SANITIZE_ADDRESS__
/* of the allocator that is in malloc's place; gcc has no header with it */
size_t __sanitizer_get_current_allocated_bytes(void);

static size_t in_use(void)
{
	return __sanitizer_get_current_allocated_bytes();
}
#else
static size_t in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}
#endif

/* Also while it is read; measured at the allocator. */
Test(history, stays_within_its_bytes)
{
	struct session s;
	struct ticking t;
	struct moment m;
	size_t before, most = 0;

	ticking_init(&t, &s, 2000, 8 << 20);
	moment_init(&m);
	/* what session and moment themselves need: three frames and four */
	for (int i = 0; i < 4; i++)
		session_step(&s);
	for (uint64_t id = 3; id; id--)
		expect_moment(&m, s.timeline, id);
	before = in_use() - history_bytes(s.history);
	for (int i = 0; i < 2000; i++) {
		t.noise = true;
		session_step(&s);
		cr_assert_leq(history_bytes(s.history), 8 << 20);
		most = in_use() > most ? in_use() : most;
		if (i % 100 == 0)
			expect_moment(&m, s.timeline, s.timeline->end - 2);
	}
	cr_expect_leq(most, before + (8 << 20) + (200 << 10), "%zu over", most - before);
	cr_expect_gt(s.timeline->begin, 100);
	cr_expect_gt(s.timeline->end, s.timeline->begin + 100);
	expect_moment(&m, s.timeline, s.timeline->end - 1);
	expect_moment(&m, s.timeline, s.timeline->begin);
	moment_done(&m);
	session_done(&s);
}

/* What a frame takes decoded, several times the bound, is no reason to keep none. */
Test(history, large_machines_have_a_past)
{
	struct session s;
	struct ticking t;

	ticking_init(&t, &s, 30000, 4 << 20);
	for (int i = 0; i < 200; i++) {
		t.noise = i % 3 == 0;
		session_step(&s);
	}
	cr_expect_leq(history_bytes(s.history), 4 << 20);
	cr_expect_geq(s.timeline->end - s.timeline->begin, 8);
	session_done(&s);
}

static void session_steps(struct session *s, int n)
{
	while (n--)
		session_step(s);
}

Test(history, gives_back_what_looking_took)
{
	struct session s;
	struct ticking t;
	struct moment m;
	size_t before;

	ticking_init(&t, &s, 20000, 64 << 20);
	moment_init(&m);
	session_steps(&s, 5);
	expect_moment(&m, s.timeline, 3); /* what the moment keeps */
	session_steps(&s, 20);
	before = in_use();
	expect_moment(&m, s.timeline, 20);
	cr_expect_gt(in_use(), before + 20000 * sizeof(struct sys_rec));
	moment_rest(&m);
	cr_expect_lt(in_use(), before + 20000 * sizeof(struct sys_rec) / 2);
	expect_moment(&m, s.timeline, 21);
	moment_done(&m);
	session_done(&s);
}

/* Goes on until it is there, or nobody gets there; returns what the last slice gave. */
static int slices_go(struct moment *m, size_t records, size_t *ret_n)
{
	int r;

	for (*ret_n = 1; (r = moment_step(m, records)) > 0; ++*ret_n)
		;
	return r;
}

Test(history, a_moment_is_reached_in_slices)
{
	struct session s;
	struct ticking t;
	struct moment m;
	size_t n, most = 0;

	ticking_init(&t, &s, 50, 64 << 20);
	moment_init(&m);
	session_steps(&s, 200);
	for (uint64_t i = 0; i < 100; i++) {
		uint64_t id = i * 7919 % 200, before = m.id;

		cr_assert_eq(moment_begin(&m, s.timeline, id), 0);
		cr_assert_eq(moment_step(&m, 7), 1);
		cr_assert_eq(m.id, before, "what is shown stays");
		cr_assert_eq(slices_go(&m, 7, &n), 0);
		most = n > most ? n : most;
		cr_assert_eq(m.id, id);
		expect_moment(&m, s.timeline, id);
	}
	cr_expect_gt(most, 59 * 50 / 7, "a slice is no more than was asked for");
	/* the next one needs no other */
	moment_goto(&m, s.timeline, 30);
	cr_assert_eq(moment_begin(&m, s.timeline, 31), 0);
	cr_expect_eq(slices_go(&m, 7, &n), 0);
	cr_expect_lt(n, 50);
	expect_moment(&m, s.timeline, 31);
	moment_done(&m);
	session_done(&s);
}

Test(history, another_moment_may_be_asked_for_on_the_way)
{
	struct session s;
	struct ticking t;
	struct moment m;
	size_t all, rest;

	ticking_init(&t, &s, 50, 64 << 20);
	moment_init(&m);
	session_steps(&s, 200);
	cr_assert_eq(moment_begin(&m, s.timeline, 110), 0);
	cr_assert_eq(slices_go(&m, 7, &all), 0);
	expect_moment(&m, s.timeline, 110);
	/* three quarters of the way are that of the one beside it as well */
	cr_assert_eq(moment_begin(&m, s.timeline, 110 - 1), 0);
	for (size_t i = 0; i < all * 3 / 4; i++)
		cr_assert_eq(moment_step(&m, 7), 1);
	cr_assert_eq(moment_begin(&m, s.timeline, 110 - 2), 0);
	cr_assert_eq(slices_go(&m, 7, &rest), 0);
	cr_expect_lt(rest, all / 2);
	expect_moment(&m, s.timeline, 108);
	/* the way to 61 begins with 60, that to 60 does not */
	cr_assert_eq(moment_begin(&m, s.timeline, 61), 0);
	cr_assert_eq(moment_step(&m, 7), 1);
	cr_assert_eq(moment_begin(&m, s.timeline, 60), 0);
	cr_assert_eq(slices_go(&m, 7, &rest), 0);
	expect_moment(&m, s.timeline, 60);
	moment_goto(&m, s.timeline, 108);
	/* elsewhere */
	for (uint64_t id = 170; id > 20; id -= 30) {
		cr_assert_eq(moment_begin(&m, s.timeline, id), 0);
		for (int i = 0; i < 20; i++)
			cr_assert_eq(moment_step(&m, 7), 1);
	}
	cr_assert_eq(moment_begin(&m, s.timeline, 108), 0, "back to what is shown");
	cr_expect_eq(moment_step(&m, 7), 0);
	expect_moment(&m, s.timeline, 108);
	cr_expect_eq(moment_begin(&m, s.timeline, 200), -ENOENT);
	expect_moment(&m, s.timeline, 108);
	cr_assert_eq(moment_begin(&m, s.timeline, 20), 0);
	moment_rest(&m);
	cr_expect_eq(moment_step(&m, 7), -ECANCELED);
	expect_moment(&m, s.timeline, 108);
	moment_done(&m);
	session_done(&s);
}

/* The history goes on meanwhile. */
Test(history, forgets_the_moment_that_somebody_is_going_to)
{
	struct session s;
	struct ticking t;
	struct moment m;
	size_t n;

	ticking_init(&t, &s, 50, 64 << 20);
	moment_init(&m);
	session_steps(&s, 200);
	moment_goto(&m, s.timeline, 190);
	cr_assert_eq(moment_begin(&m, s.timeline, 59), 0);
	cr_assert_eq(moment_step(&m, 7), 1);
	while (s.timeline->begin < 60)
		session_step(&s);
	cr_expect_eq(slices_go(&m, 7, &n), -ENOENT);
	cr_expect_eq(m.id, 190, "what is shown stays");
	cr_expect_eq(m.cur->wall_ns, WALL + 190 * SECOND);
	/* what lies before a key frame may go */
	cr_assert_eq(moment_begin(&m, s.timeline, 120), 0);
	cr_assert_eq(moment_step(&m, 7), 1);
	while (s.timeline->begin < 120)
		session_step(&s);
	cr_assert_eq(slices_go(&m, 7, &n), 0);
	cr_expect_eq(m.id, 120);
	cr_expect_null(m.prev);
	expect_moment(&m, s.timeline, 120);
	moment_done(&m);
	session_done(&s);
}

/* Pausing takes over what is shown; both sides go on with it. */
Test(history, what_is_shown_is_shared)
{
	struct session s;
	struct ticking t;
	struct moment m;

	ticking_init(&t, &s, 5, 64 << 20);
	moment_init(&m);
	session_steps(&s, 20);
	moment_copy(&m, s.prev, s.cur, s.facts, 19);
	cr_expect_eq(m.cur, s.cur);
	session_steps(&s, 10);
	expect_moment(&m, s.timeline, 19);
	expect_moment(&m, s.timeline, 20);
	expect_moment(&m, s.timeline, 18);
	moment_copy(&m, s.prev, s.cur, s.facts, 29);
	moment_done(&m);
	session_steps(&s, 10);
	cr_expect_eq(s.cur->wall_ns, WALL + 39 * SECOND);
	cr_expect_eq(s.prev->wall_ns, WALL + 38 * SECOND);
	session_done(&s);
}
