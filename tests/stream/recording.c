/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "recording.h"

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Folders have the number of the process that runs the tests, which outlives them. */
#define FOLDER "/tmp/probetop-test-%d-"

void recording_init(struct recording *r)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->folder, sizeof(r->folder), FOLDER "XXXXXX", (int)getppid());
	cr_assert(mkdtemp(r->folder));
	snprintf(r->path, sizeof(r->path), "%s/a.rec", r->folder);
}

void recording_done(struct recording *r)
{
	unlink(r->path);
	rmdir(r->folder);
	free(r->bytes);
}

static void files_remove(const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		remove(found.gl_pathv[i]);
	globfree(&found);
}

/* Tests that crash or take too long leave theirs behind. */
ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	char pattern[64];

	(void)stats;
	snprintf(pattern, sizeof(pattern), FOLDER "*/a.rec", (int)getpid());
	files_remove(pattern);
	snprintf(pattern, sizeof(pattern), FOLDER "*", (int)getpid());
	files_remove(pattern);
}

void frame_make(struct frame *f, int i)
{
	struct host_rec *host;
	struct task_rec *task;

	frame_reset(f);
	f->mono_ns = 1000000000ull * (uint64_t)(i + 1);
	f->wall_ns = f->mono_ns + 1700000000000000000ull;
	host = sample_add(&f->s[STREAM_HOST], STREAM_HOST);
	strcpy(host->name, "box");
	host->self_rss = (uint64_t)i;
	task = sample_add(&f->s[STREAM_TASK], STREAM_TASK);
	task->key =
		(struct task_key){ .tid = (uint32_t)i + 1, .tgid = (uint32_t)i + 1, .start_ns = 5 };
	snprintf(task->comm, sizeof(task->comm), "task %d", i);
	for (int k = 0; k <= i; k++) {
		struct sched_rec *s = sample_add(&f->s[STREAM_SCHED], STREAM_SCHED);
		uint32_t *cpu = sample_add(&f->s[STREAM_CPU], STREAM_CPU);

		memset(s, 'a' + i + k, sizeof(*s));
		s->key = (struct task_key){ .tid = (uint32_t)k, .tgid = (uint32_t)k };
		*cpu = (uint32_t)k;
	}
	f->s[STREAM_SCHED].gen = (uint32_t)i;
	f->s[STREAM_SYS].loss[LOSS_MAP_FULL] = (uint64_t)i * 3;
}

void frame_expect_equal(const struct frame *a, const struct frame *b)
{
	cr_expect_eq(a->mono_ns, b->mono_ns);
	cr_expect_eq(a->wall_ns, b->wall_ns);
	for (int i = 0; i < STREAM_COUNT; i++) {
		const struct sample *x = &a->s[i], *y = &b->s[i];

		cr_expect_eq(x->gen, y->gen, "%s", streams[i].name);
		cr_expect_eq(x->count, y->count, "%s", streams[i].name);
		cr_expect_arr_eq(x->loss, y->loss, sizeof(x->loss));
		if (x->count && x->count == y->count)
			cr_expect_arr_eq(x->recs, y->recs, (size_t)x->count * streams[i].rec_size,
					 "%s", streams[i].name);
	}
}

int writer_open(struct recording_writer *w, const char *path)
{
	*w = (struct recording_writer){ .cur = frame_new(),
					.prev = frame_new(),
					.facts = facts_new() };
	return recorder_open(&w->recorder, path, true);
}

int writer_frame(struct recording_writer *w, int i)
{
	struct frame *f = w->prev;
	int r;

	w->prev = w->cur;
	w->cur = f;
	frame_make(f, i);
	frame_index(f);
	facts_apply(w->facts, f);
	r = recorder_write(w->recorder, w->n ? w->prev : NULL, f, w->facts);
	w->n++;
	return r;
}

int writer_close(struct recording_writer *w)
{
	frame_free(w->cur);
	frame_free(w->prev);
	facts_free(w->facts);
	return recorder_close(w->recorder);
}

void recording_make(struct recording *r, int n)
{
	struct recording_writer w;

	cr_assert_eq(writer_open(&w, r->path), 0);
	for (int i = 0; i < n; i++)
		cr_assert_eq(writer_frame(&w, i), 0);
	cr_assert_eq(writer_close(&w), 0);
	recording_load(r);
}

void recording_load(struct recording *r)
{
	FILE *f = fopen(r->path, "rb");

	cr_assert(f);
	fseek(f, 0, SEEK_END);
	r->size = (size_t)ftell(f);
	rewind(f);
	free(r->bytes);
	r->bytes = malloc(r->size + 1);
	cr_assert_eq(fread(r->bytes, 1, r->size, f), r->size);
	fclose(f);
}

void recording_store(const struct recording *r, const void *bytes, size_t size)
{
	FILE *f = fopen(r->path, "wb");

	cr_assert(f);
	cr_assert_eq(fwrite(bytes, 1, size, f), size);
	fclose(f);
}

int replay_all(struct recording *r, int *ret_frames)
{
	struct frame *f = frame_new();
	struct source *s;
	int e = replay_open(&s, r->path, r->error, sizeof(r->error));

	*ret_frames = 0;
	if (!e) {
		for (; !(e = s->read(s, f)); frame_reset(f))
			++*ret_frames;
		if (e < 0) {
			snprintf(r->error, sizeof(r->error), "%s", replay_error(s));
			cr_expect_eq(s->read(s, f), e, "the error stays");
		}
		s->close(s);
	}
	frame_free(f);
	return e;
}
