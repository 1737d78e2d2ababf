/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls: how many, how long, how many failed and why. */
#include "core/mem.h"
#include "core/panel.h"
#include "syscall_name.h"

/* More different errors of one row than this: the rarest ones make room. */
#define ERRORS_KEPT 12

struct error_count {
	const char *name;
	uint32_t err; /* 0: slot is free */
	uint32_t count;
};

struct syscount_row {
	struct row_who who;
	const char *syscall;
	uint64_t count, errors, total_ns;
	const char *err_name;
	struct error_count by_error[ERRORS_KEPT];
	struct lat lat;
};

#define CELL(field, k, u, a, fl, w, head, name, help) \
	COLUMN(syscount_row, field, k, u, a, fl, w, head, name, help)

static const struct column columns[] = {
	WHO_COLUMNS(syscount_row),
	CELL(syscall, COL_STR, UNIT_NONE, AGG_KEY, COL_LEFT | COL_ASCENDING, 18, "SYSCALL", "syscall",
	     "system call by name"),
	CELL(count, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, "CALLS", "count",
	     "calls that returned; exit and exit_group, which never do, when they began"),
	CELL(errors, COL_U64, UNIT_COUNT, AGG_SUM, 0, 7, "ERRORS", "errors", "calls that failed"),
	CELL(err_name, COL_STR, UNIT_NONE, AGG_DERIVED, COL_LEFT, 12, "ERRNO", "errno",
	     "the most frequent error; ERESTART...: interrupted by a signal"),
	CELL(total_ns, COL_U64, UNIT_NS, AGG_SUM, 0, 7, "TIME", "total_ns",
	     "time spent in the calls that returned, waiting included"),
	LAT_COLUMNS(syscount_row, lat, "", "time from the beginning of a call to its return"),
	{ .name = NULL },
};

/* Names that the fold has looked up: native calls, and those through the 32-bit table. */
struct names {
	const char *of[2][SYS_NRS];
};

static const char *machine_name(const struct fold_in *in)
{
	const struct sample *s = &in->cur->s[STREAM_HOST];
	const struct host_rec *host = s->count ? sample_rec(s, STREAM_HOST, 0) : NULL;

	return host ? host->arch : "";
}

static const char *name_find(struct names *names, const struct fold_in *in, struct table *t,
			     uint32_t nr)
{
	const char **known = NULL;
	char buf[64];

	if ((nr & ~SYS_COMPAT) < SYS_NRS)
		known = &names->of[(nr & SYS_COMPAT) != 0][nr & ~SYS_COMPAT];
	if (known && *known)
		return *known;
	syscall_name(buf, sizeof(buf), machine_name(in), nr);
	if (!known)
		return table_str(t, buf);
	return *known = table_str(t, buf);
}

static struct syscount_row *row_add(struct table *t, const struct fold_in *in, struct names *names,
				    const struct task_key *task, uint32_t nr)
{
	struct syscount_row *row = table_add(t);

	who_fill(&row->who, in, t, task);
	row->syscall = task->tgid == TASK_OTHER ? table_str(t, "(other)") :
						  name_find(names, in, t, nr);
	row->lat.max_ns = NA_U64;
	row->total_ns = NA_U64;
	return row;
}

static void calls_fold(const struct fold_in *in, struct table *t, struct names *names)
{
	const struct sample *s = &in->cur->s[STREAM_SYS];
	struct fold_range r = fold_records(in, STREAM_SYS, 0);

	for (size_t i = r.from; i < r.to; i++) {
		const struct sys_rec *cur = sample_rec(s, STREAM_SYS, i);
		const struct sys_rec *prev = frame_before(in->prev, in->cur, STREAM_SYS, cur);
		struct syscount_row *row;

		/* a read between a call and its time finds that an interval later */
		if (prev && prev->v.count == cur->v.count &&
		    prev->v.lat.total_ns == cur->v.lat.total_ns)
			continue;
		row = row_add(t, in, names, &cur->key.task, cur->key.nr);
		row->count = cur->v.count - (prev ? prev->v.count : 0);
		row->errors = cur->v.errors - (prev ? prev->v.errors : 0);
		lat_delta(&row->lat, prev ? &prev->v.lat : NULL, &cur->v.lat);
		/* else not known: exit, or under way when the probes were attached */
		if (row->lat.count)
			row->total_ns = row->lat.total_ns;
	}
}

/* Errors come as rows of their own, with nothing but the error: grouping puts them where they
 * belong.  What found no room has no error number. */
static void errors_fold(const struct fold_in *in, struct table *t, struct names *names)
{
	const struct sample *s = &in->cur->s[STREAM_SYSERR];
	struct fold_range r = fold_records(in, STREAM_SYSERR, in->cur->s[STREAM_SYS].count);

	for (size_t i = r.from; i < r.to; i++) {
		const struct syserr_rec *cur = sample_rec(s, STREAM_SYSERR, i);
		const struct syserr_rec *prev = frame_before(in->prev, in->cur, STREAM_SYSERR, cur);
		uint64_t n = cur->count - (prev ? prev->count : 0);
		struct syscount_row *row;
		const char *name;

		if (!n || cur->key.task.tgid == TASK_OTHER)
			continue;
		row = row_add(t, in, names, &cur->key.task, cur->key.nr);
		name = error_name(cur->key.err);
		row->by_error[0] = (struct error_count){
			.name = name ? table_str(t, name) : table_strf(t, "%u", cur->key.err),
			.err = cur->key.err,
			.count = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX,
		};
	}
}

static void syscount_fold(const struct fold_in *in, struct table *out)
{
	if (!*in->memo)
		*in->memo = xcalloc(1, sizeof(struct names));
	calls_fold(in, out, *in->memo);
	errors_fold(in, out, *in->memo);
}

static struct error_count *error_slot(struct syscount_row *row, uint32_t err)
{
	struct error_count *least = &row->by_error[0];

	for (int i = 0; i < ERRORS_KEPT; i++) {
		struct error_count *e = &row->by_error[i];

		if (e->err == err || !e->err)
			return e;
		if (e->count < least->count)
			least = e;
	}
	return least;
}

static void syscount_merge(void *into, const void *from)
{
	const struct syscount_row *more = from;
	struct syscount_row *row = into;

	for (int i = 0; i < ERRORS_KEPT && more->by_error[i].err; i++) {
		const struct error_count *e = &more->by_error[i];
		struct error_count *slot = error_slot(row, e->err);

		if (slot->err == e->err)
			slot->count = slot->count > UINT32_MAX - e->count ? UINT32_MAX :
									    slot->count + e->count;
		else if (slot->count < e->count)
			*slot = *e;
	}
}

static void syscount_finish(void *data, double interval_s)
{
	struct syscount_row *row = data;
	const struct error_count *most = &row->by_error[0];

	(void)interval_s;
	for (int i = 1; i < ERRORS_KEPT && row->by_error[i].err; i++) {
		const struct error_count *e = &row->by_error[i];

		if (e->count > most->count || (e->count == most->count && e->err < most->err))
			most = e;
	}
	row->err_name = most->err ? most->name : NULL;
}

static const struct summary summary[] = {
	{ .kind = SUMMARY_TOTALS, .label = "all calls", .columns = "count errors" },
	{ .kind = SUMMARY_TOP,
	  .label = "worst errors",
	  .group = "syscall",
	  .columns = "syscall errors errno count",
	  .sort = "errors",
	  .filter = "errors>0",
	  .rows = 3 },
	{ .kind = SUMMARY_END },
};

static const struct link links[] = {
	{ .on = "pid syscall", .group = "tid,syscall", .label = "threads that make the call" },
	{ .on = "syscall", .group = "pid,syscall", .label = "processes that make the call" },
	{ .on = NULL },
};

static const struct origin origins[] = {
	{ "syscall", "the number at sys_enter" },
	{ "errors errno", "sys_exit: a result from -4095 to -1" },
	{ "count", "sys_exit" },
	{ "*", "sys_enter to sys_exit" },
	{ NULL },
};

const struct panel panel_syscount = {
	.name = "syscount",
	.title = "system calls",
	.help = "System calls by number, time and errors. A call counts when it returns, so one that "
		"blocks for a minute appears after that minute with all of its time. Grouped by "
		"process it shows who calls the kernel most, by process and call what they want.",
	.columns = columns,
	.row_size = sizeof(struct syscount_row),
	.screen = "syscall count errors errno total_ns avg_ns p50_ns p99_ns max_ns comm user container "
		  "cgroup",
	.group = "syscall",
	.sort = "count",
	.summary = summary,
	.links = links,
	.origins = origins,
	.streams = STREAM_BIT(SYS) | STREAM_BIT(SYSERR),
	.key = '5',
	.fold = syscount_fold,
	.finish = syscount_finish,
	.merge = syscount_merge,
};
