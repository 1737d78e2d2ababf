/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "core/panel.h"
#include "core/table.h"

extern const struct panel panel_biotop, panel_disks;

#define MS 1000000ull
#define VDA (254u << 20)
#define LOOP (7u << 20 | 3)

static struct frame *prev, *cur;
static struct facts *facts;
static struct table rows;

static void setup(void)
{
	prev = frame_new();
	cur = frame_new();
	prev->mono_ns = 5000 * MS;
	cur->mono_ns = 6000 * MS;
	facts = facts_new();
	table_init(&rows);
}

static void teardown(void)
{
	table_done(&rows);
	facts_free(facts);
	frame_free(cur);
	frame_free(prev);
}

TestSuite(fold_biotop, .init = setup, .fini = teardown);
TestSuite(fold_disks, .init = setup, .fini = teardown);

static struct io_rec *io(struct frame *f, uint32_t pid, uint32_t disk, uint32_t dir)
{
	struct io_rec *r = sample_add(&f->s[STREAM_IO], STREAM_IO);

	r->key.task = (struct task_key){ .tid = pid, .tgid = pid, .start_ns = pid * MS };
	r->key.disk = disk;
	r->key.dir = dir;
	return r;
}

static struct disk_rec *disk(struct frame *f, uint32_t number, const char *name)
{
	struct disk_rec *r = sample_add(&f->s[STREAM_DISK], STREAM_DISK);

	r->disk = number;
	strcpy(r->name, name);
	return r;
}

static void task(uint32_t pid, const char *comm)
{
	struct task_rec *r = sample_add(&cur->s[STREAM_TASK], STREAM_TASK);

	r->key = (struct task_key){ .tid = pid, .tgid = pid, .start_ns = pid * MS };
	r->leader_start_ns = pid * MS;
	strcpy(r->comm, comm);
}

/* n requests of the same latency and time at the device, of a size each */
static void complete(struct io_val *v, uint64_t n, uint64_t bytes, uint64_t queue_ns,
		     uint64_t dev_ns)
{
	v->ios += n;
	v->bytes += n * bytes;
	v->queue_ns += n * queue_ns;
	v->dev_ns += n * dev_ns;
	v->lat.total_ns += n * (queue_ns + dev_ns);
	v->lat.n[lat_bucket(queue_ns + dev_ns)] += (uint32_t)n;
	if (v->lat.max_ns < queue_ns + dev_ns)
		v->lat.max_ns = queue_ns + dev_ns;
}

static void fold_from(const struct panel *p, const struct frame *before)
{
	void *memo = NULL;
	struct fold_in in = { .prev = before, .cur = cur, .facts = facts, .to = SIZE_MAX, .memo = &memo };

	facts_apply(facts, cur);
	frame_index(prev);
	frame_index(cur);
	table_reset(&rows, p);
	rows.interval_s = 1;
	p->fold(&in, &rows);
	free(memo);
	table_finish(&rows);
}

static double number(size_t row, const char *name)
{
	const struct column *c = panel_column(rows.panel, name);

	cr_assert(c, "no column %s", name);
	cr_assert(row < rows.n, "only %zu rows", rows.n);
	return column_number(c, table_row(&rows, row));
}

static const char *text(size_t row, const char *name)
{
	const struct column *c = panel_column(rows.panel, name);
	const char *s;

	cr_assert(c, "no column %s", name);
	cr_assert(row < rows.n, "only %zu rows", rows.n);
	s = column_str(c, table_row(&rows, row));
	return s ? s : "(null)";
}

Test(fold_biotop, counts_of_the_interval)
{
	disk(cur, VDA, "vda");
	task(7, "fio");
	complete(&io(prev, 7, VDA, IO_WRITE)->v, 10, 4096, 1000, 5000);
	struct io_val *v = &io(cur, 7, VDA, IO_WRITE)->v;

	complete(v, 10, 4096, 1000, 5000);
	complete(v, 4, 8192, 2000, 10000);
	v->errors = 1;
	v->seq = 3;
	fold_from(&panel_biotop, prev);
	cr_assert_eq(rows.n, 1);
	cr_assert_str_eq(text(0, "comm"), "fio");
	cr_assert_str_eq(text(0, "disk"), "vda");
	cr_assert_str_eq(text(0, "dir"), "W");
	cr_assert_eq(number(0, "pid"), 7);
	cr_assert_eq(number(0, "ios"), 4);
	cr_assert_eq(number(0, "bytes"), 32768);
	cr_assert_eq(number(0, "queue_avg_ns"), 2000);
	cr_assert_eq(number(0, "dev_avg_ns"), 10000);
	cr_assert_eq(number(0, "avg_ns"), 12000);
	cr_assert_eq(number(0, "max_ns"), 12000);
	cr_assert_eq(number(0, "seq_pct"), 75);
	cr_assert_eq(number(0, "errors"), 1);
}

Test(fold_biotop, who_did_nothing_is_no_row)
{
	complete(&io(prev, 7, VDA, IO_READ)->v, 10, 4096, 1000, 5000);
	complete(&io(cur, 7, VDA, IO_READ)->v, 10, 4096, 1000, 5000);
	fold_from(&panel_biotop, prev);
	cr_assert_eq(rows.n, 0);
}

Test(fold_biotop, new_generation_begins_at_zero)
{
	complete(&io(prev, 7, VDA, IO_READ)->v, 10, 4096, 1000, 5000);
	complete(&io(cur, 7, VDA, IO_READ)->v, 3, 4096, 1000, 5000);
	cur->s[STREAM_IO].gen = 1;
	fold_from(&panel_biotop, prev);
	cr_assert_eq(number(0, "ios"), 3);
}

Test(fold_biotop, directions_have_letters)
{
	static const char *const names[IO_DIRS] = { "R", "W", "D", "F" };

	for (uint32_t dir = 0; dir < IO_DIRS; dir++)
		complete(&io(cur, 7, VDA, dir)->v, 1, 512, 1, 1);
	fold_from(&panel_biotop, NULL);
	cr_assert_eq(rows.n, IO_DIRS);
	for (uint32_t dir = 0; dir < IO_DIRS; dir++)
		cr_assert_str_eq(text(dir, "dir"), names[dir]);
}

Test(fold_biotop, disk_without_a_name_has_its_number)
{
	complete(&io(cur, 7, LOOP, IO_READ)->v, 1, 512, 1, 1);
	fold_from(&panel_biotop, NULL);
	cr_assert_str_eq(text(0, "disk"), "7:3");
}

Test(fold_biotop, surplus_has_no_disk)
{
	struct io_rec *r = io(cur, 0, 0, 0);

	r->key.task = (struct task_key){ .tid = 1, .tgid = TASK_OTHER };
	complete(&r->v, 5, 4096, 1000, 5000);
	fold_from(&panel_biotop, NULL);
	cr_assert_str_eq(text(0, "comm"), "(other)");
	cr_assert_str_eq(text(0, "disk"), "(null)");
	cr_assert_str_eq(text(0, "dir"), "(null)");
	cr_assert_eq(number(0, "ios"), 5);
}

Test(fold_biotop, what_nobody_queued_is_the_kernels)
{
	struct io_rec *r = io(cur, 0, VDA, IO_FLUSH);

	r->key.task = (struct task_key){ .tgid = TASK_KERNEL };
	complete(&r->v, 1, 0, 1000, 5000);
	fold_from(&panel_biotop, NULL);
	cr_assert_str_eq(text(0, "comm"), "(kernel)");
	cr_assert_str_eq(text(0, "dir"), "F");
}

/* ended, but nobody saw when: no time, and none may be made up */
Test(fold_biotop, requests_without_times_leave_the_averages)
{
	struct io_val *v = &io(cur, 7, VDA, IO_READ)->v;

	complete(v, 4, 4096, 1000, 5000);
	v->ios += 4;
	fold_from(&panel_biotop, NULL);
	cr_assert_eq(number(0, "ios"), 8);
	cr_assert_eq(number(0, "dev_avg_ns"), 5000);
	cr_assert_eq(number(0, "avg_ns"), 6000);
	v->ios = 4;
	memset(&v->lat, 0, sizeof(v->lat));
	fold_from(&panel_biotop, NULL);
	cr_assert(isnan(number(0, "dev_avg_ns")));
	cr_assert(isnan(number(0, "seq_pct")));
}

Test(fold_biotop, group_that_is_charged_stands_for_the_workers)
{
	struct cgroup_rec *g = sample_add(&cur->s[STREAM_CGROUP], STREAM_CGROUP);
	struct io_rec *r = io(cur, 7, VDA, IO_WRITE);

	g->id = 4711;
	strcpy(g->path, "/db");
	task(7, "kworker/u8:1");
	r->key.cgroup_id = 4711;
	complete(&r->v, 1, 4096, 1000, 5000);
	fold_from(&panel_biotop, NULL);
	cr_assert_str_eq(text(0, "comm"), "kworker/u8:1");
	cr_assert_str_eq(text(0, "cgroup"), "/db");
}

Test(fold_disks, counts_by_direction)
{
	struct disk_val *v = &disk(prev, VDA, "vda")->v;

	for (int dir = 0; dir < IO_DIRS; dir++)
		v->ios[dir] = v->bytes[dir] = 1000;
	v = &disk(cur, VDA, "vda")->v;
	for (unsigned dir = 0; dir < IO_DIRS; dir++) {
		v->ios[dir] = 1001 + dir;
		v->bytes[dir] = 1100 + dir;
	}
	v->errors = 2;
	fold_from(&panel_disks, prev);
	cr_assert_str_eq(text(0, "disk"), "vda");
	cr_assert_eq(number(0, "reads"), 1);
	cr_assert_eq(number(0, "writes"), 2);
	cr_assert_eq(number(0, "discards"), 3);
	cr_assert_eq(number(0, "flushes"), 4);
	cr_assert_eq(number(0, "read_bytes"), 100);
	cr_assert_eq(number(0, "write_bytes"), 101);
	cr_assert_eq(number(0, "discard_bytes"), 102);
	cr_assert_eq(number(0, "errors"), 2);
}

Test(fold_disks, busy_stretches_that_are_not_over)
{
	struct disk_rec *a = disk(prev, VDA, "vda"), *b;

	/* busy since 4.9 s until 5.2 s, and again since 5.95 s */
	a->v.busy_ns = 300 * MS;
	a->v.since_ns = 4900 * MS;
	a->inflight = 1;
	b = disk(cur, VDA, "vda");
	b->v.busy_ns = 600 * MS;
	b->v.since_ns = 5950 * MS;
	b->inflight = 1;
	fold_from(&panel_disks, prev);
	cr_assert_float_eq(number(0, "util_pct"), 25, 1e-6);
	/* nothing in flight: the time since then is idle */
	b->inflight = 0;
	fold_from(&panel_disks, prev);
	cr_assert_float_eq(number(0, "util_pct"), 20, 1e-6);
}

Test(fold_disks, never_busier_than_the_time)
{
	disk(prev, VDA, "vda");
	disk(cur, VDA, "vda")->v.busy_ns = 1001 * MS;
	fold_from(&panel_disks, prev);
	cr_assert_eq(number(0, "util_pct"), 100);
}

Test(fold_disks, never_busier_than_requests_in_flight)
{
	struct disk_rec *a = disk(prev, VDA, "vda"), *b = disk(cur, VDA, "vda");

	/* at the driver for 0.5 s when prev was taken, and then it ended unseen; others took 0.3 s */
	a->inflight = 1;
	a->inflight_ns = 500 * MS;
	a->v.busy_ns = 500 * MS;
	a->v.since_ns = 5000 * MS;
	b->v.busy_ns = 800 * MS;
	b->v.since_ns = 5950 * MS;
	b->v.dev_ns = 300 * MS;
	fold_from(&panel_disks, prev);
	cr_assert_float_eq(number(0, "util_pct"), 30, 1e-6);
	cr_assert_float_eq(number(0, "inflight_avg"), 0.3, 1e-9);
}

Test(fold_disks, each_request_adds_its_time_in_flight)
{
	struct disk_rec *a = disk(prev, VDA, "vda"), *b = disk(cur, VDA, "vda");

	/* two are in flight for 0.1 s each at the start, and complete after 0.3 s more; one is new */
	a->inflight = 2;
	a->inflight_ns = 200 * MS;
	a->v.dev_ns = 7000 * MS;
	a->v.since_ns = 5000 * MS;
	b->v.dev_ns = 7000 * MS + 2 * 400 * MS;
	b->v.busy_ns = 450 * MS;
	b->v.since_ns = 6000 * MS;
	b->inflight = 1;
	b->inflight_ns = 150 * MS;
	b->queued = 3;
	b->oldest_ns = 160 * MS;
	fold_from(&panel_disks, prev);
	cr_assert_float_eq(number(0, "inflight_avg"), 0.75, 1e-9);
	cr_assert_eq(number(0, "inflight"), 1);
	cr_assert_eq(number(0, "queued"), 3);
	cr_assert_eq(number(0, "oldest_ns"), 160 * MS);
}

Test(fold_disks, most_in_flight_of_the_interval_only)
{
	struct disk_rec *a = disk(prev, VDA, "vda"), *b = disk(cur, VDA, "vda");

	a->v.depth[depth_step(40)] = b->v.depth[depth_step(40)] = 9;
	a->v.depth[5] = 3;
	b->v.depth[5] = 4;
	fold_from(&panel_disks, prev);
	cr_assert_eq(number(0, "inflight_max"), 5);
	/* seven were there at the beginning, although none was issued as the seventh */
	a->inflight = 7;
	fold_from(&panel_disks, prev);
	cr_assert_eq(number(0, "inflight_max"), 7);
}

Test(fold_disks, depths_are_off_by_an_eighth_at_most)
{
	for (uint64_t n = 0; n < 4096; n++) {
		memset(&prev->s[STREAM_DISK].count, 0, sizeof(prev->s[STREAM_DISK].count));
		memset(&cur->s[STREAM_DISK].count, 0, sizeof(cur->s[STREAM_DISK].count));
		disk(prev, VDA, "vda");
		disk(cur, VDA, "vda")->v.depth[depth_step(n)] = 1;
		fold_from(&panel_disks, prev);
		cr_assert(number(0, "inflight_max") >= (double)n);
		cr_assert(number(0, "inflight_max") <= (double)n * 9 / 8);
		if (n < 16)
			cr_assert_eq(number(0, "inflight_max"), n);
	}
	cr_assert_eq(depth_step(UINT64_MAX), DISK_DEPTHS - 1);
}

Test(fold_disks, queue_time_is_what_the_device_did_not_take)
{
	struct disk_val *v;

	disk(prev, VDA, "vda");
	v = &disk(cur, VDA, "vda")->v;
	v->ios[IO_READ] = 4;
	v->dev_ns = 4 * 300;
	v->lat.total_ns = 4 * 1000;
	v->lat.max_ns = 1000;
	v->lat.n[lat_bucket(1000)] = 4;
	fold_from(&panel_disks, prev);
	cr_assert_eq(number(0, "dev_avg_ns"), 300);
	cr_assert_eq(number(0, "queue_avg_ns"), 700);
	cr_assert_eq(number(0, "avg_ns"), 1000);
}

Test(fold_disks, without_a_frame_before_there_is_no_time)
{
	disk(cur, VDA, "vda")->v.busy_ns = 500 * MS;
	fold_from(&panel_disks, NULL);
	cr_assert(isnan(number(0, "util_pct")));
	cr_assert(isnan(number(0, "inflight_avg")));
}

Test(fold_disks, disks_without_room_are_one)
{
	disk(prev, DISK_OTHER, "");
	disk(cur, DISK_OTHER, "")->v.ios[IO_READ] = 5;
	fold_from(&panel_disks, prev);
	cr_assert_str_eq(text(0, "disk"), "(other)");
	cr_assert_eq(number(0, "reads"), 5);
}
