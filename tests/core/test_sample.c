/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sample.h"

#include <criterion/criterion.h>
#include <string.h>

static struct disk_rec *disk_add(struct frame *f, uint32_t disk, uint64_t ios)
{
	struct disk_rec *r = sample_add(&f->s[STREAM_DISK], STREAM_DISK);

	r->disk = disk;
	r->v.ios[IO_READ] = ios;
	return r;
}

Test(sample, finds_every_key_of_many)
{
	struct frame *f = frame_new();
	uint32_t missing = 100000;

	for (uint32_t i = 0; i < 10000; i++)
		disk_add(f, i * 7, i);
	frame_index(f);
	for (uint32_t i = 0; i < 10000; i++) {
		uint32_t key = i * 7;
		const struct disk_rec *r = sample_find(&f->s[STREAM_DISK], STREAM_DISK, &key);

		cr_assert_not_null(r);
		cr_assert_eq(r->v.ios[IO_READ], i);
	}
	cr_assert_null(sample_find(&f->s[STREAM_DISK], STREAM_DISK, &missing));
	frame_free(f);
}

Test(sample, new_records_are_zero_after_reset)
{
	struct frame *f = frame_new();
	struct disk_rec *r;

	memset(disk_add(f, 1, 1), 0xff, sizeof(*r));
	f->s[STREAM_DISK].loss[LOSS_RING] = 3;
	frame_reset(f);
	cr_assert_eq(f->s[STREAM_DISK].count, 0);
	cr_assert_eq(f->s[STREAM_DISK].loss[LOSS_RING], 0);
	r = sample_add(&f->s[STREAM_DISK], STREAM_DISK);
	cr_assert_eq(r->v.ios[IO_READ], 0);
	frame_free(f);
}

Test(sample, before_is_the_same_key_in_the_same_generation)
{
	struct frame *prev = frame_new(), *cur = frame_new();
	const struct disk_rec *was;

	disk_add(prev, 8, 100);
	disk_add(cur, 8, 130);
	disk_add(cur, 9, 5);
	frame_index(prev);
	frame_index(cur);
	was = frame_before(prev, cur, STREAM_DISK, sample_rec(&cur->s[STREAM_DISK], STREAM_DISK, 0));
	cr_assert_not_null(was);
	cr_assert_eq(was->v.ios[IO_READ], 100);
	cr_assert_null(frame_before(prev, cur, STREAM_DISK,
				    sample_rec(&cur->s[STREAM_DISK], STREAM_DISK, 1)));
	cur->s[STREAM_DISK].gen = 1;
	cr_assert_null(frame_before(prev, cur, STREAM_DISK,
				    sample_rec(&cur->s[STREAM_DISK], STREAM_DISK, 0)),
		       "the map began again");
	frame_free(prev);
	frame_free(cur);
}

Test(sample, copy_is_whole_and_independent)
{
	struct frame *a = frame_new(), *b = frame_new();
	uint32_t key = 8;

	disk_add(a, 8, 100);
	a->mono_ns = 42;
	a->s[STREAM_DISK].loss[LOSS_MISSED] = 6;
	frame_copy(b, a);
	frame_reset(a);
	cr_assert_eq(b->mono_ns, 42);
	cr_assert_eq(b->s[STREAM_DISK].loss[LOSS_MISSED], 6);
	cr_assert_not_null(sample_find(&b->s[STREAM_DISK], STREAM_DISK, &key));
	frame_free(a);
	frame_free(b);
}

Test(sample, loss_is_of_the_interval)
{
	struct frame *prev = frame_new(), *cur = frame_new();

	prev->s[STREAM_SYS].loss[LOSS_RING] = 10;
	cur->s[STREAM_SYS].loss[LOSS_RING] = 14;
	cr_assert_eq(frame_loss(prev, cur, STREAM_SYS, LOSS_RING), 4);
	cr_assert_eq(frame_loss(NULL, cur, STREAM_SYS, LOSS_RING), 14);
	cr_assert_eq(frame_loss(cur, prev, STREAM_SYS, LOSS_RING), 0, "began again");
	frame_free(prev);
	frame_free(cur);
}

Test(sample, burst_gives_its_memory_back)
{
	struct frame *f = frame_new();
	struct sample *s = &f->s[STREAM_SYS];
	uint32_t burst, small;

	for (int i = 0; i < 20000; i++)
		sample_add(s, STREAM_SYS);
	burst = s->cap;
	frame_reset(f);
	cr_assert_eq(s->cap, burst, "in use until now");
	for (int round = 0; round < 20; round++) {
		sample_add(s, STREAM_SYS);
		frame_reset(f);
	}
	small = s->cap;
	cr_assert_lt(small, burst / 8);
	cr_assert_geq(small, 16);
	sample_add(s, STREAM_SYS);
	frame_free(f);
}
