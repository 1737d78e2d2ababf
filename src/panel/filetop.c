/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files: who reads and writes what. */
#include <string.h>

#include "core/mem.h"
#include "core/panel.h"

#define S_IFMT 0170000u

struct filetop_row {
	struct row_who who;
	const char *file, *type, *fs, *dev;
	uint64_t inode, gen;
	uint64_t reads, writes, syncs, read_bytes, write_bytes, bytes, errors;
	struct lat lat;
};

#define CELL(field, k, u, a, fl, w, head, help) \
	COLUMN(filetop_row, field, k, u, a, fl, w, head, #field, help)

static const struct column columns[] = {
	WHO_COLUMNS(filetop_row),
	{ .name = "file",
	  .heading = "FILE",
	  .help = "full path; .../ in front: cut, too long or too deep; (deleted) behind: its name is gone",
	  .kind = COL_STR,
	  .agg = AGG_KEY,
	  .flags = COL_LEFT | COL_CUT_FRONT | COL_ASCENDING,
	  .offset = offsetof(struct filetop_row, file),
	  /* a file that was deleted and made again has the same path and is another one */
	  .with = "type fs dev inode gen" },
	CELL(type, COL_STR, UNIT_NONE, AGG_KEY, COL_LEFT | COL_ASCENDING, 1, "T",
	     "R file, D directory, S socket, P pipe, C and B devices, O other"),
	CELL(fs, COL_STR, UNIT_NONE, AGG_KEY, COL_LEFT | COL_ASCENDING, 6, "FS", "type of the filesystem"),
	CELL(dev, COL_STR, UNIT_NONE, AGG_KEY, COL_ASCENDING, 6, "DEV",
	     "device of the filesystem, major:minor"),
	CELL(inode, COL_U64, UNIT_NONE, AGG_KEY, COL_ASCENDING, 8, "INODE", "inode number"),
	CELL(gen, COL_U64, UNIT_NONE, AGG_KEY, COL_HIDDEN, 8, "", ""),
	CELL(reads, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "READS",
	     "calls that read: read, pread, readv, getdents, the source of sendfile, "
	     "copy_file_range and splice; failed ones included"),
	CELL(writes, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "WRITES",
	     "calls that wrote: write, pwrite, writev, the target of sendfile, copy_file_range and "
	     "splice; failed ones included"),
	CELL(read_bytes, COL_U64, UNIT_BYTES, AGG_SUM, 0, 6, "READ",
	     "bytes that calls which read moved"),
	CELL(write_bytes, COL_U64, UNIT_BYTES, AGG_SUM, 0, 7, "WRITTEN",
	     "bytes that calls which wrote moved"),
	CELL(bytes, COL_U64, UNIT_BYTES, AGG_SUM, 0, 6, "BYTES", "read and written"),
	CELL(syncs, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "SYNCS",
	     "fsync, fdatasync, sync_file_range, syncfs"),
	CELL(errors, COL_U64, UNIT_COUNT, AGG_SUM, 0, 6, "ERRORS", "calls that failed"),
	LAT_COLUMNS(filetop_row, lat, "", "time of a call that reads, writes or syncs"),
	{ .name = NULL },
};

static const char *type_letter(uint32_t type)
{
	switch (type & S_IFMT) {
	case 0100000:
		return "R";
	case 0040000:
		return "D";
	case 0140000:
		return "S";
	case 0010000:
		return "P";
	case 0020000:
		return "C";
	case 0060000:
		return "B";
	}
	return "O";
}

static bool is_floating(const struct path_rec *path)
{
	return !strncmp(path->path, "anon_inode:", strlen("anon_inode:"));
}

/* Sockets and pipes have no path: the programs send none. */
static void file_name_unnamed(struct filetop_row *row, struct table *t, const struct file_rec *rec)
{
	unsigned long long ino = rec->key.file.ino;

	if (row->type[0] == 'S')
		row->fs = "sockfs";
	else if (row->type[0] == 'P')
		row->fs = "pipefs";
	if (row->fs)
		row->file = table_strf(t, row->type[0] == 'S' ? "socket:[%llu]" : "pipe:[%llu]", ino);
	else
		row->file = table_strf(t, "[%s:%llu]", row->dev, ino);
}

/* The fold's texts of devices, each where its number leads; printf costs as much as the rest of a row. */
struct devices {
	struct {
		uint32_t dev;
		const char *text; /* NULL: none yet */
	} known[64];
};

static const char *device_text(const struct fold_in *in, struct table *t, uint32_t dev)
{
	uint32_t major = dev >> 20, minor = dev & 0xfffff, at = (major ^ minor) % 64;
	struct devices *d = *in->memo;

	if (!d)
		*in->memo = d = xcalloc(1, sizeof(*d));
	if (!d->known[at].text || d->known[at].dev != dev) {
		d->known[at].text = table_strf(t, "%u:%u", major, minor);
		d->known[at].dev = dev;
	}
	return d->known[at].text;
}

static void file_name(struct filetop_row *row, const struct fold_in *in, struct table *t,
		      const struct file_rec *rec)
{
	const struct path_rec *path = facts_path(in->facts, &rec->key.file);

	row->type = type_letter(rec->v.type);
	row->inode = rec->key.file.ino;
	row->gen = rec->key.file.gen;
	row->dev = device_text(in, t, rec->key.file.dev);
	if (!path) {
		file_name_unnamed(row, t, rec);
		return;
	}
	if (is_floating(path))
		row->type = "O";
	row->fs = table_str(t, path->fs);
	/* most are as they are */
	if (path->flags & PATH_CUT || rec->v.unlinked)
		row->file = table_strf(t, "%s%s%s", path->flags & PATH_CUT ? "..." : "", path->path,
				       rec->v.unlinked ? " (deleted)" : "");
	else
		row->file = table_str(t, path->path);
}

static void other_name(struct filetop_row *row)
{
	row->file = "(other)";
	row->type = "O";
	row->inode = row->gen = NA_U64;
}

/* False: nothing happened. */
static bool counts_fill(struct filetop_row *row, const struct file_val *prev,
			const struct file_val *cur)
{
	static const struct file_val none;

	lat_delta(&row->lat, prev ? &prev->lat : NULL, &cur->lat);
	if (!prev)
		prev = &none;
	row->reads = cur->reads - prev->reads;
	row->writes = cur->writes - prev->writes;
	row->syncs = cur->syncs - prev->syncs;
	row->read_bytes = cur->read_bytes - prev->read_bytes;
	row->write_bytes = cur->write_bytes - prev->write_bytes;
	row->bytes = row->read_bytes + row->write_bytes;
	row->errors = cur->errors - prev->errors;
	/* a read between a call and its bytes finds these an interval later */
	return row->reads || row->writes || row->syncs || row->bytes || row->errors ||
	       row->lat.count;
}

static bool is_hidden(const struct filetop_row *row)
{
	return strchr("SPO", row->type[0]);
}

static void filetop_fold(const struct fold_in *in, struct table *out)
{
	const struct sample *s = &in->cur->s[STREAM_FILE];
	struct fold_range r = fold_records(in, STREAM_FILE, 0);

	for (size_t i = r.from; i < r.to; i++) {
		const struct file_rec *cur = sample_rec(s, STREAM_FILE, i);
		const struct file_rec *prev = frame_before(in->prev, in->cur, STREAM_FILE, cur);
		bool other = cur->key.task.tgid == TASK_OTHER;
		struct filetop_row *row;

		if (!in->all && !other && strchr("SP", type_letter(cur->v.type)[0]))
			continue;
		row = table_add(out);
		if (!counts_fill(row, prev ? &prev->v : NULL, &cur->v)) {
			out->n--;
			continue;
		}
		if (other)
			other_name(row);
		else
			file_name(row, in, out, cur);
		if (!in->all && !other && is_hidden(row)) {
			out->n--;
			continue;
		}
		who_fill(&row->who, in, out, &cur->key.task);
	}
}

static const struct summary summary[] = {
	{ .kind = SUMMARY_TOTALS,
	  .label = "all files",
	  .columns = "reads read_bytes writes write_bytes syncs errors" },
	{ .kind = SUMMARY_TOP,
	  .label = "filesystems",
	  .group = "fs",
	  .columns = "fs reads read_bytes writes write_bytes syncs p99_ns",
	  .sort = "bytes",
	  .rows = 3 },
	{ .kind = SUMMARY_END },
};

static const struct link links[] = {
	{ .on = "dev inode", .label = "all who use the file" },
	{ .on = "pid file", .group = "tid,file", .label = "threads that use the file" },
	{ .on = "fs", .label = "all files of the filesystem type" },
	{ .on = NULL },
};

static const struct origin origins[] = {
	{ "file type fs dev inode",
	  "the file behind the descriptor at sys_enter; its path, once" },
	{ "avg_ns p50_ns p99_ns max_ns", "sys_enter to sys_exit" },
	{ "*", "sys_exit: what the call returned" },
	{ NULL },
};

const struct panel panel_filetop = {
	.name = "filetop",
	.title = "files",
	.help = "Files by what is read from and written to them through system calls: bytes are those "
		"moved, not those asked for. What goes through mmap or io_uring is not seen here. "
		"Sockets, pipes and other things without a path are hidden until asked for.",
	.columns = columns,
	.row_size = sizeof(struct filetop_row),
	.screen = "pid tid comm bytes read_bytes write_bytes reads writes type file p99_ns max_ns "
		  "syncs errors fs user avg_ns p50_ns dev inode container cgroup",
	.group = "pid,file",
	.sort = "bytes",
	.summary = summary,
	.links = links,
	.origins = origins,
	.tags = "type",
	.streams = STREAM_BIT(FILE) | STREAM_BIT(PATH),
	.key = '3',
	.fold = filetop_fold,
};
