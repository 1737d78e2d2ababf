/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "core/format.h"
#include "core/record.h"
#include "core/timeline.h"
#include "export/stamp.h"
#include "list.h"

#define TIME_LEN 40

static void line(FILE *out, const char *name, const char *text)
{
	char clean[4 * 400];

	text_for_terminal(clean, sizeof(clean), text);
	fprintf(out, "%-10s %s\n", name, clean);
}

static void time_text(char text[TIME_LEN], uint64_t wall_ns)
{
	time_t s = (time_t)(wall_ns / 1000000000);
	struct tm tm;

	text[0] = '\0';
	if (gmtime_r(&s, &tm))
		strftime(text, TIME_LEN, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void line_time(FILE *out, const char *name, uint64_t wall_ns)
{
	char text[TIME_LEN];

	time_text(text, wall_ns);
	line(out, name, text);
}

static void line_number(FILE *out, const char *name, uint64_t n)
{
	fprintf(out, "%-10s %" PRIu64 "\n", name, n);
}

static void host_lines(FILE *out, const struct frame *f)
{
	const struct host_rec *host;

	if (!f->s[STREAM_HOST].count)
		return;
	host = sample_rec(&f->s[STREAM_HOST], STREAM_HOST, 0);
	line(out, "host", host->name);
	line(out, "kernel", host->release);
	line(out, "arch", host->arch);
	line_number(out, "cpus", host->cpus);
	if (host->filter[0])
		line(out, "only", host->filter);
}

/* What was lost from the first frame to the last. */
static void loss_lines(FILE *out, const struct frame *first, const struct frame *last)
{
	for (int id = 0; id < STREAM_COUNT; id++)
		for (int k = 0; k < LOSS_KINDS; k++) {
			uint64_t n = frame_loss(first, last, id, k);

			if (n)
				fprintf(out, "%-10s %s %s %" PRIu64 "\n", "lost", streams[id].name,
					loss_names[k], n);
		}
}

static void frames_lines(FILE *out, struct source *s)
{
	struct timeline *t = s->timeline;
	struct frame *first = frame_new(), *last = frame_new();

	line_time(out, "from", t->wall_ns(t, t->begin));
	line_time(out, "to", t->wall_ns(t, t->end - 1));
	if (!t->load(t, t->begin, first, NULL)) {
		host_lines(out, first);
		if (!t->load(t, t->end - 1, last, NULL))
			loss_lines(out, first, last);
	}
	frame_free(first);
	frame_free(last);
}

static void file_list(FILE *out, struct source *s, const char *name)
{
	struct replay_info info;

	replay_check(s, &info);
	line(out, "recording", name);
	line_number(out, "version", info.version);
	line_number(out, "bytes", info.bytes);
	line_number(out, "frames", info.frames);
	if (s->timeline->end > s->timeline->begin)
		frames_lines(out, s);
	line_number(out, "dropped", info.dropped);
	line(out, "damage", info.damage[0] ? info.damage : "none");
	line(out, "end",
	     info.closed	? "closed" :
	     info.version == 1	? "not known" :
				  "not closed: it is being written, or its recorder was killed");
}

/* A line a file: what one needs to choose one, or a time. */
static void files_list(FILE *out, struct source *s)
{
	struct source *part;
	const char *name;

	fprintf(out, "%-20s %-20s %7s %11s  %s\n", "FROM", "TO", "FRAMES", "BYTES", "FILE");
	for (size_t i = 0; (part = replay_part(s, i, &name)); i++) {
		char from[TIME_LEN], to[TIME_LEN], clean[4 * 300];
		struct timeline *t = part->timeline;
		struct replay_info info;

		time_text(from, t->wall_ns(t, t->begin));
		time_text(to, t->wall_ns(t, t->end - 1));
		replay_check(part, &info);
		text_for_terminal(clean, sizeof(clean), name);
		fprintf(out, "%-20s %-20s %7" PRIu64 " %11" PRIu64 "  %s", from, to, info.frames,
			info.bytes, clean);
		text_for_terminal(clean, sizeof(clean), info.damage);
		fprintf(out, "%s%s\n", info.damage[0] ? ": " : "", clean);
	}
}

void list_recording(FILE *out, struct source *s, const char *name)
{
	const char *part;

	if (replay_part(s, 0, &part))
		files_list(out, s);
	else
		file_list(out, s, name);
}
