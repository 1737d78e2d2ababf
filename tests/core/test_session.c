/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <errno.h>

#include "core/source.h"
#include "fixture_panel.h"

struct counting {
	struct source source;
	int reads, result;
	bool closed;
};

static int counting_read(struct source *source, struct frame *next)
{
	struct counting *c = (struct counting *)source;

	cr_assert_eq(next->s[STREAM_SYS].count, 0, "reset before");
	if (c->result)
		return c->result;
	c->reads++;
	fixture_time(next, c->reads);
	fixture_call(next, 10, 10, 1, (uint64_t)c->reads * 10, 0, 1000);
	if (c->reads == 1)
		fixture_task(next, 10, 10, "first");
	return 0;
}

static void counting_close(struct source *source)
{
	((struct counting *)source)->closed = true;
}

Test(session, keeps_two_frames_in_turn)
{
	struct counting c = { .source = { .read = counting_read, .close = counting_close } };
	struct frame *seen[3] = { 0 };
	struct session s;

	session_init(&s, &c.source);
	cr_assert_eq(session_step(&s), 0);
	cr_assert_null(s.prev);
	cr_assert_not_null(s.cur);
	for (int i = 2; i < 20; i++) {
		cr_assert_eq(session_step(&s), 0);
		cr_assert_eq(s.cur->mono_ns, i * 1000000000ull);
		cr_assert_eq(s.prev->mono_ns, (i - 1) * 1000000000ull);
		cr_assert_not_null(frame_before(s.prev, s.cur, STREAM_SYS,
						sample_rec(&s.cur->s[STREAM_SYS], STREAM_SYS, 0)),
				   "indexed");
		if (i >= 5)
			cr_assert(s.cur == seen[0] || s.cur == seen[1] || s.cur == seen[2],
				  "no new frames in a steady state");
		seen[i % 3] = s.cur;
	}
	cr_assert_eq(s.steps, 19);
	cr_assert_not_null(facts_pid(s.facts, 10));
	session_done(&s);
	cr_assert(c.closed);
}

Test(session, failure_leaves_the_frames)
{
	struct counting c = { .source = { .read = counting_read, .close = counting_close } };
	struct session s;

	session_init(&s, &c.source);
	session_step(&s);
	session_step(&s);
	c.result = 1;
	cr_assert_eq(session_step(&s), 1);
	cr_assert_eq(s.cur->mono_ns, 2000000000);
	c.result = -EIO;
	cr_assert_eq(session_step(&s), -EIO);
	cr_assert_eq(s.prev->mono_ns, 1000000000);
	c.result = 0;
	cr_assert_eq(session_step(&s), 0);
	cr_assert_eq(s.prev->mono_ns, 2000000000);
	session_done(&s);
}
