/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks: what they do, how busy they are, how long requests take. */
#include "core/panel.h"
#include "core/self_cost.h"

struct disks_row {
	const char *disk;
	uint64_t reads, writes, discards, flushes;
	uint64_t read_bytes, write_bytes, discard_bytes;
	uint64_t inflight, queued, inflight_max, oldest_ns, errors;
	uint64_t queue_ns, dev_ns; /* sums */
	uint64_t queue_avg_ns, dev_avg_ns;
	double inflight_avg, util_pct;
	struct lat lat;
};

#define CELL(field, k, u, a, fl, w, head, help) \
	COLUMN(disks_row, field, k, u, a, fl, w, head, #field, help)
#define COUNT(field, head, help) CELL(field, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, head, help)
#define BYTES(field, head, help) CELL(field, COL_U64, UNIT_BYTES, AGG_SUM, 0, 7, head, help)

static const struct column columns[] = {
	CELL(disk, COL_STR, UNIT_NONE, AGG_KEY, COL_LEFT | COL_ASCENDING, 9, "DISK",
	     "whole disk; shown from its first request on"),
	CELL(util_pct, COL_F64, UNIT_PERCENT, AGG_MAX, 0, 6, "UTIL%",
	     "time with at least one request at the driver; disks that work on many at a time have "
	     "room left at 100"),
	COUNT(reads, "READS", "read requests completed"),
	COUNT(writes, "WRITES", "write requests completed"),
	BYTES(read_bytes, "READ", "read by requests that did not fail"),
	BYTES(write_bytes, "WRITTEN", "written by requests that did not fail"),
	CELL(inflight_avg, COL_F64, UNIT_NONE, AGG_SUM, 0, 6, "INFL",
	     "requests at the driver, mean over time"),
	CELL(inflight_max, COL_U64, UNIT_COUNT, AGG_MAX, 0, 6, "MAX",
	     "most requests at the driver at once; from 16 on at most 1/8 above"),
	CELL(inflight, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "NOW", "requests at the driver now"),
	CELL(queued, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "QUEUED",
	     "requests that wait to be issued to the driver now"),
	CELL(oldest_ns, COL_U64, UNIT_NS, AGG_MAX, 0, 7, "OLDEST",
	     "since the oldest request that is not done was queued"),
	CELL(queue_ns, COL_U64, UNIT_NS, AGG_SUM, COL_HIDDEN, 7, "", ""),
	CELL(dev_ns, COL_U64, UNIT_NS, AGG_SUM, COL_HIDDEN, 7, "", ""),
	CELL(queue_avg_ns, COL_U64, UNIT_NS, AGG_DERIVED, 0, 7, "QUEUE",
	     "mean time from queued to issued to the driver"),
	CELL(dev_avg_ns, COL_U64, UNIT_NS, AGG_DERIVED, 0, 7, "DEV",
	     "mean time from issued to completed: driver and device"),
	LAT_COLUMNS(disks_row, lat, "", "time from queued to completed"),
	COUNT(discards, "DISCARD", "discard requests completed"),
	BYTES(discard_bytes, "DISC_B", "discarded by requests that did not fail"),
	COUNT(flushes, "FLUSHES", "flush commands completed; one serves all tasks that wait for it"),
	CELL(errors, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "ERRORS", "requests that failed"),
	{ .name = NULL },
};

static uint64_t grown(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

/* The highest number of requests that depth_step puts in a step. */
static uint64_t depth_high(uint32_t step)
{
	uint32_t log2 = 4 + (step - 16) / 8;

	if (step < 16)
		return step;
	return ((9ull + (step - 16) % 8) << (log2 - 3)) - 1;
}

/* Up to now, the busy stretch that is not over included. */
static uint64_t busy_until(const struct disk_rec *d, uint64_t now_ns)
{
	return d->v.busy_ns + (d->inflight ? grown(d->v.since_ns, now_ns) : 0);
}

/* Requests in flight x ns: each request adds its own time in flight. */
static uint64_t inflight_integral(const struct disk_rec *d)
{
	return d->v.dev_ns + d->inflight_ns;
}

/* The most that there were at once: at the beginning, or when one more was issued. */
static uint64_t inflight_highest(const struct disk_rec *prev, const struct disk_rec *cur)
{
	uint64_t most = prev->inflight;

	for (uint32_t step = DISK_DEPTHS - 1; step; step--) {
		if (cur->v.depth[step] == prev->v.depth[step])
			continue;
		return depth_high(step) > most ? depth_high(step) : most;
	}
	return most;
}

static void load_fill(struct disks_row *row, const struct fold_in *in, const struct disk_rec *prev,
		      const struct disk_rec *cur)
{
	uint64_t from_ns = in->prev ? in->prev->mono_ns : 0, to_ns = in->cur->mono_ns;
	double ns = (double)grown(from_ns, to_ns);
	double busy = (double)grown(busy_until(prev, from_ns), busy_until(cur, to_ns)), inflight;

	row->inflight_max = inflight_highest(prev, cur);
	if (!in->prev || ns <= 0) {
		row->util_pct = row->inflight_avg = NAN;
		return;
	}
	if (busy > ns)
		busy = ns;
	row->util_pct = 100.0 * busy / ns;
	inflight = (double)grown(inflight_integral(prev), inflight_integral(cur));
	/* a request in prev whose end nobody saw has left the sum; busy_ns has what is known of it */
	row->inflight_avg = (inflight > busy ? inflight : busy) / ns;
}

static void row_count(struct disks_row *row, const struct disk_val *p, const struct disk_val *cur)
{
	row->reads = cur->ios[IO_READ] - p->ios[IO_READ];
	row->writes = cur->ios[IO_WRITE] - p->ios[IO_WRITE];
	row->discards = cur->ios[IO_DISCARD] - p->ios[IO_DISCARD];
	row->flushes = cur->ios[IO_FLUSH] - p->ios[IO_FLUSH];
	row->read_bytes = cur->bytes[IO_READ] - p->bytes[IO_READ];
	row->write_bytes = cur->bytes[IO_WRITE] - p->bytes[IO_WRITE];
	row->discard_bytes = cur->bytes[IO_DISCARD] - p->bytes[IO_DISCARD];
	row->errors = cur->errors - p->errors;
	row->dev_ns = cur->dev_ns - p->dev_ns;
	lat_delta(&row->lat, &p->lat, &cur->lat);
	row->queue_ns = grown(row->dev_ns, row->lat.total_ns);
}

static void row_fill(struct disks_row *row, const struct fold_in *in, struct table *t,
		     const struct disk_rec *prev, const struct disk_rec *cur)
{
	if (cur->disk == DISK_OTHER)
		row->disk = table_str(t, "(other)");
	else
		row->disk = cur->name[0] ? table_str(t, cur->name) :
					   table_strf(t, "%u:%u", cur->disk >> 20,
						      cur->disk & 0xfffff);
	row_count(row, &prev->v, &cur->v);
	load_fill(row, in, prev, cur);
	row->inflight = cur->inflight;
	row->queued = cur->queued;
	row->oldest_ns = cur->oldest_ns;
}

static void disks_fold(const struct fold_in *in, struct table *out)
{
	static const struct disk_rec none;
	const struct sample *s = &in->cur->s[STREAM_DISK];
	struct fold_range r = fold_records(in, STREAM_DISK, 0);

	/* what nobody counts is not nothing */
	if (self_off(in->cur) & STREAM_BIT(DISK))
		return;

	for (size_t i = r.from; i < r.to; i++) {
		const struct disk_rec *cur = sample_rec(s, STREAM_DISK, i);
		const struct disk_rec *prev = frame_before(in->prev, in->cur, STREAM_DISK, cur);

		row_fill(table_add(out), in, out, prev ? prev : &none, cur);
	}
}

static void disks_finish(void *data, double interval_s)
{
	struct disks_row *row = data;
	uint64_t timed = row->lat.count;

	(void)interval_s;
	row->queue_avg_ns = timed ? row->queue_ns / timed : NA_U64;
	row->dev_avg_ns = timed ? row->dev_ns / timed : NA_U64;
}

static const struct summary summary[] = {
	{ .kind = SUMMARY_HIST, .label = "I/O latency", .columns = "hist", .rows = 5 },
	{ .kind = SUMMARY_END },
};

static const struct origin origins[] = {
	{ "disk", "the request" },
	{ "inflight_avg inflight_max inflight util_pct",
	  "block_rq_issue to block_rq_complete, as they come" },
	{ "queued oldest_ns queue_avg_ns",
	  "block_io_start (before Linux 6.5 block_rq_insert) to block_rq_issue" },
	{ "dev_avg_ns", "block_rq_issue to block_rq_complete" },
	{ "avg_ns p50_ns p99_ns max_ns",
	  "block_io_start (before Linux 6.5 block_rq_insert) to block_rq_complete" },
	{ "*", "block_rq_complete" },
	{ NULL },
};

const struct panel panel_disks = {
	.name = "disks",
	.title = "disks",
	.help = "Disks that had requests since the start: what they did, how busy they were and how "
		"long requests took. Always of the whole machine, also where -p or -c narrow the "
		"other panels. /proc/diskstats counts a request as in flight from the time it is "
		"queued, here it is from the time the driver has it.",
	.columns = columns,
	.row_size = sizeof(struct disks_row),
	.screen = "disk util_pct reads writes read_bytes write_bytes inflight_avg inflight_max "
		  "queue_avg_ns dev_avg_ns avg_ns p50_ns p99_ns max_ns errors flushes discards "
		  "inflight queued oldest_ns discard_bytes",
	.group = "disk",
	.sort = "util_pct",
	.summary = summary,
	.origins = origins,
	.streams = STREAM_BIT(DISK) | STREAM_BIT(IO),
	.key = '7',
	.fold = disks_fold,
	.finish = disks_finish,
};
