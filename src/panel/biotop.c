/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who reads and writes the disks, and how long that takes. */
#include "core/panel.h"

struct biotop_row {
	struct row_who who;
	const char *disk, *dir;
	uint64_t ios, bytes, errors;
	uint64_t queue_ns, dev_ns, seq; /* sums */
	uint64_t queue_avg_ns, dev_avg_ns;
	double seq_pct;
	struct lat lat;
};

#define CELL(field, k, u, a, fl, w, head, help) \
	COLUMN(biotop_row, field, k, u, a, fl, w, head, #field, help)

static const struct column columns[] = {
	WHO_COLUMNS(biotop_row),
	CELL(disk, COL_STR, UNIT_NONE, AGG_KEY, COL_LEFT | COL_ASCENDING, 9, "DISK",
	     "whole disk that got the request; disks without request queues of their own (dm, md, "
	     "zram) show as those below them or not at all"),
	CELL(dir, COL_STR, UNIT_NONE, AGG_KEY, COL_LEFT | COL_ASCENDING, 3, "D",
	     "R read, W write, D discard, F flush of the disk's cache"),
	CELL(ios, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, "IOS",
	     "requests completed; neighbours that were merged are one"),
	CELL(bytes, COL_U64, UNIT_BYTES, AGG_SUM, 0, 7, "BYTES", "moved by requests that did not fail"),
	CELL(queue_ns, COL_U64, UNIT_NS, AGG_SUM, COL_HIDDEN, 7, "", ""),
	CELL(dev_ns, COL_U64, UNIT_NS, AGG_SUM, COL_HIDDEN, 7, "", ""),
	CELL(seq, COL_U64, UNIT_COUNT, AGG_SUM, COL_HIDDEN, 7, "", ""),
	CELL(queue_avg_ns, COL_U64, UNIT_NS, AGG_DERIVED, 0, 7, "QUEUE",
	     "mean time from queued to issued to the driver"),
	CELL(dev_avg_ns, COL_U64, UNIT_NS, AGG_DERIVED, 0, 7, "DEV",
	     "mean time from issued to completed: driver and device"),
	LAT_COLUMNS(biotop_row, lat, "", "time from queued to completed"),
	CELL(seq_pct, COL_F64, UNIT_PERCENT, AGG_DERIVED, 0, 5, "SEQ%",
	     "requests that began where the disk's last one of the same direction ended"),
	CELL(errors, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "ERRORS", "requests that failed"),
	{ .name = NULL },
};

static const char *dir_name(uint32_t dir)
{
	static const char *const names[IO_DIRS] = {
		[IO_READ] = "R",
		[IO_WRITE] = "W",
		[IO_DISCARD] = "D",
		[IO_FLUSH] = "F",
	};

	return dir < IO_DIRS ? names[dir] : NULL;
}

static const char *disk_name(const struct fold_in *in, struct table *t, uint32_t disk)
{
	const struct disk_rec *d = sample_find(&in->cur->s[STREAM_DISK], STREAM_DISK, &disk);

	if (d && d->name[0])
		return table_str(t, d->name);
	return table_strf(t, "%u:%u", disk >> 20, disk & 0xfffff);
}

static void row_count(struct biotop_row *row, const struct io_val *prev, const struct io_val *cur)
{
	static const struct io_val none;
	const struct io_val *p = prev ? prev : &none;

	row->ios = cur->ios - p->ios;
	row->bytes = cur->bytes - p->bytes;
	row->errors = cur->errors - p->errors;
	row->queue_ns = cur->queue_ns - p->queue_ns;
	row->dev_ns = cur->dev_ns - p->dev_ns;
	row->seq = cur->seq - p->seq;
	lat_delta(&row->lat, prev ? &prev->lat : NULL, &cur->lat);
}

static void row_name(struct biotop_row *row, const struct fold_in *in, struct table *t,
		     const struct io_key *key)
{
	struct cgroup_name cgroup;

	who_fill(&row->who, in, t, &key->task);
	/* what found no room has no key */
	if (key->task.tgid == TASK_OTHER)
		return;
	row->disk = disk_name(in, t, key->disk);
	row->dir = dir_name(key->dir);
	if (!key->cgroup_id)
		return;
	cgroup = facts_cgroup_id(in->facts, key->cgroup_id, 0);
	if (!cgroup.path)
		return;
	row->who.cgroup = table_str(t, cgroup.path);
	row->who.container = table_str(t, cgroup.container);
}

static void biotop_fold(const struct fold_in *in, struct table *out)
{
	const struct sample *s = &in->cur->s[STREAM_IO];
	struct fold_range r = fold_records(in, STREAM_IO, 0);

	for (size_t i = r.from; i < r.to; i++) {
		const struct io_rec *cur = sample_rec(s, STREAM_IO, i);
		const struct io_rec *prev = frame_before(in->prev, in->cur, STREAM_IO, cur);
		struct biotop_row *row = table_add(out);

		row_count(row, prev ? &prev->v : NULL, &cur->v);
		if (row->ios || row->bytes)
			row_name(row, in, out, &cur->key);
		else
			out->n--;
	}
}

static void biotop_finish(void *data, double interval_s)
{
	struct biotop_row *row = data;
	uint64_t timed = row->lat.count;

	(void)interval_s;
	/* requests that were in flight at the start count, but have no times */
	row->queue_avg_ns = timed ? row->queue_ns / timed : NA_U64;
	row->dev_avg_ns = timed ? row->dev_ns / timed : NA_U64;
	row->seq_pct = timed ? 100.0 * (double)row->seq / (double)timed : NAN;
}

static const struct summary summary[] = {
	{ .kind = SUMMARY_TOP,
	  .label = "disks",
	  .panel = "disks",
	  .columns = "disk util_pct reads writes read_bytes write_bytes inflight_avg inflight_max "
		     "avg_ns p99_ns",
	  .rows = 4 },
	{ .kind = SUMMARY_HIST, .label = "I/O latency", .columns = "hist", .rows = 5 },
	{ .kind = SUMMARY_END },
};

static const struct origin origins[] = {
	{ "queue_avg_ns", "block_io_start (before Linux 6.5 block_rq_insert) to block_rq_issue" },
	{ "dev_avg_ns", "block_rq_issue to block_rq_complete" },
	{ "seq_pct", "block_rq_issue: the sector, against the end of the one before" },
	{ "disk dir", "the request" },
	{ "*", "block_io_start (before Linux 6.5 block_rq_insert) to block_rq_complete" },
	{ NULL },
};

static const struct link links[] = {
	{ .on = "pid disk dir", .group = "tid,disk,dir", .label = "threads that use the disk" },
	{ .on = NULL },
};

const struct panel panel_biotop = {
	.name = "biotop",
	.title = "block I/O",
	.help = "Requests that disks completed, by the process that queued them. Pages that were "
		"written to memory only are queued later by a kernel worker (kworker) or the journal "
		"(jbd2), and show as theirs, with the control group that they are charged to where "
		"the kernel knows it. (kernel) is what nobody queued; (other) is what found no room "
		"in the tables, or was in flight before probetop started.",
	.columns = columns,
	.row_size = sizeof(struct biotop_row),
	.screen = "pid comm disk dir ios bytes queue_avg_ns dev_avg_ns avg_ns p50_ns p99_ns max_ns "
		  "errors seq_pct user container cgroup",
	.group = "pid,disk,dir",
	.sort = "bytes",
	.summary = summary,
	.links = links,
	.origins = origins,
	.streams = STREAM_BIT(IO) | STREAM_BIT(DISK),
	.key = '2',
	.fold = biotop_fold,
	.finish = biotop_finish,
};
