/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* O_TMPFILE, memfd_create */
#include "bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive.h"
#include "batch.h"
#include "checklist.h"
#include "core/file_create.h"
#include "core/mem.h"
#include "core/record.h"
#include "hostfacts.h"
#include "report.h"

struct bundle {
	const struct options *options;
	const struct plan *plan;
	struct anonymiser *anonymiser;
	struct bundle_archive *archive;
	struct checklist *checklist; /* NULL: of another machine */
	int recording_fd;
	char recording[64]; /* a name by which it can be opened */
	char damage[300]; /* what cannot be read of the recording; empty: nothing */
	char *error;
	size_t error_size;
};

static int fail(struct bundle *b, int r, const char *what)
{
	snprintf(b->error, b->error_size, "%s: %s", what, file_error(r));
	return r;
}

/* A file without a name, on the disk where the archive will be, so that memory stays free. */
static int scratch_open(const struct bundle *b)
{
	CLEANUP(free_ptr) char *folder = xstrdup(b->options->bundle);
	char *slash = strrchr(folder, '/');
	int fd;

	if (slash)
		slash[slash == folder] = '\0';
	fd = open(slash ? folder : ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = memfd_create("probetop", MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static void fd_path(char path[64], int fd)
{
	snprintf(path, 64, "/proc/self/fd/%d", fd);
}

/* Keeps the file open and takes its name away: nothing is left behind, however this ends. */
static int recording_take(struct bundle *b, const char *path, bool ours)
{
	b->recording_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW * ours);
	if (b->recording_fd < 0)
		return fail(b, -errno, path);
	if (ours)
		unlink(path);
	fd_path(b->recording, b->recording_fd);
	return 0;
}

/* Whoever gives up while it is packed wants no half of it. */
static int given_up(struct bundle *b)
{
	snprintf(b->error, b->error_size, "%s: given up, nothing is kept", b->options->bundle);
	return -EINTR;
}

static void signals_of(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

/* What is held back until it is looked at; nothing may end the program while there is half a file. */
static bool signal_came(void)
{
	sigset_t set, came;

	signals_of(&set);
	return !sigpending(&came) && !sigandset(&set, &set, &came) && !sigisemptyset(&set);
}

/* The intervals, into a file beside the archive to be; SIGINT ends live ones early, and what there
 * is is bundled. */
static int intervals_record(struct bundle *b, struct source *source)
{
	CLEANUP(free_ptr) char *path = xasprintf("%s.recording", b->options->bundle);
	const struct plan none = { .n = 0 };
	struct options o = *b->options;
	bool live = source->live;
	int r;

	o.record = path;
	o.output = "/dev/null";
	o.format = "text";
	if (b->checklist)
		checklist_look(b->checklist);
	r = batch_run(&o, &none, source, b->error, b->error_size);
	if (b->checklist)
		checklist_look(b->checklist);
	if (r == BATCH_INTERRUPTED && live) {
		fprintf(stderr, "probetop: packing what was recorded until now; ^C again gives up\n");
		r = 0;
	} else if (r == BATCH_INTERRUPTED) {
		r = given_up(b);
	}
	/* what the source could not read, the recording of it does not have */
	if (r == -EBADMSG || r == -ENODATA) {
		snprintf(b->damage, sizeof(b->damage), "%s", b->error);
		r = 0;
	}
	if (!r)
		return recording_take(b, path, true);
	if (r != -EEXIST)
		unlink(path);
	return r;
}

/* One panel of the recording in one format, as batch mode prints it. */
static int panel_add(struct bundle *b, const struct query *q, const char *format,
		     const char *suffix)
{
	struct plan one = { .queries = (struct query *)q, .n = 1 };
	struct options o = *b->options;
	struct source *source;
	char path[64], name[128];
	int fd = scratch_open(b), r;

	if (fd < 0)
		return fail(b, fd, b->options->bundle);
	fd_path(path, fd);
	o.record = NULL;
	o.replay = b->recording;
	o.output = path;
	o.format = format;
	r = replay_open(&source, b->recording, b->error, b->error_size);
	if (!r)
		r = batch_run(&o, &one, source, b->error, b->error_size);
	if (r == BATCH_INTERRUPTED)
		r = given_up(b);
	/* what there is up to the damage has been printed */
	else if (b->damage[0])
		r = 0;
	snprintf(name, sizeof(name), "panels/%s.%s", q->panel->name, suffix);
	if (!r) {
		r = bundle_archive_add_file(b->archive, name, fd);
		if (r)
			fail(b, r, b->options->bundle);
	}
	close(fd);
	return r;
}

static int panels_add(struct bundle *b)
{
	int r = 0;

	for (size_t i = 0; i < b->plan->n && !r; i++) {
		if (signal_came())
			return given_up(b);
		r = panel_add(b, &b->plan->queries[i], "text", "txt");
		if (!r)
			r = panel_add(b, &b->plan->queries[i], "json", "json");
	}
	return r;
}

/* What fn writes, as a file of the archive. */
static int text_add(struct bundle *b, const char *name,
		    void (*fn)(struct bundle *b, int i, FILE *out), int i)
{
	CLEANUP(free_ptr) char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int r;

	if (!out)
		return fail(b, -ENOMEM, name);
	fn(b, i, out);
	if (fclose(out))
		return fail(b, -ENOMEM, name);
	r = bundle_archive_add(b->archive, name, text, len);
	return r ? fail(b, r, b->options->bundle) : 0;
}

static void fact_text(struct bundle *b, int i, FILE *out)
{
	hostfacts_write(i, b->anonymiser, out);
}

static void check_text(struct bundle *b, int i, FILE *out)
{
	checklist_write(b->checklist, i, out);
}

static int host_add(struct bundle *b)
{
	char name[64];
	int r = 0;

	for (int i = 0; b->checklist && hostfacts_name(i) && !r; i++) {
		snprintf(name, sizeof(name), "host/%s.txt", hostfacts_name(i));
		r = text_add(b, name, fact_text, i);
	}
	for (int i = 0; b->checklist && checklist_name(i) && !r; i++) {
		snprintf(name, sizeof(name), "first-minute/%s.txt", checklist_name(i));
		r = text_add(b, name, check_text, i);
	}
	return r;
}

static void readme_text(struct bundle *b, int i, FILE *out)
{
	(void)i;
	if (b->damage[0])
		fprintf(out, "The recording is damaged; here is what can be read of it: %s\n\n", b->damage);
	fputs("report.html      open this first: screens and charts, in any browser, without a "
	      "network\n"
	      "recording.ptrec  all samples: probetop -r recording.ptrec\n"
	      "panels/          every interval of every panel, as text and as JSON, one object a "
	      "line\n",
	      out);
	if (b->checklist)
		fputs("first-minute/    what one looks at first on a machine, from /proc\n"
		      "host/            what the machine is and how it is set\n",
		      out);
	if (b->anonymiser)
		fputs("\nNames of programs, users, files, groups and the host, and addresses, are "
		      "replaced.\n",
		      out);
}

static int report_add(struct bundle *b)
{
	CLEANUP(free_ptr) char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct report report = {
		.recording = b->recording,
		.plan = b->plan,
		.checklist = b->checklist,
		.anonymiser = b->anonymiser,
		.theme = b->options->theme,
		.all = b->options->all,
		.damage = b->damage,
		.stop = signal_came,
	};
	int r;

	if (!out)
		return fail(b, -ENOMEM, "report");
	r = report_write(&report, out, b->error, b->error_size);
	if (r == -EINTR)
		r = given_up(b);
	if (fclose(out) && !r)
		return fail(b, -ENOMEM, "report");
	if (r)
		return r;
	r = bundle_archive_add(b->archive, "report.html", text, len);
	return r ? fail(b, r, b->options->bundle) : 0;
}

static int all_add(struct bundle *b)
{
	int r = text_add(b, "README.txt", readme_text, 0);

	if (!r)
		r = report_add(b);
	if (!r)
		r = panels_add(b);
	if (!r)
		r = host_add(b);
	if (!r) {
		r = bundle_archive_add_file(b->archive, "recording.ptrec", b->recording_fd);
		if (r)
			fail(b, r, b->options->bundle);
	}
	return r;
}

/* "OUT" of "/some/where/OUT.tar.zst": what it unpacks to. */
static char *folder_name(const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len;

	base = base ? base + 1 : path;
	len = strcspn(base, ".");
	return len ? xstrndup(base, len) : xstrdup("probetop");
}

/* A recording that ends in the middle is what one has after an incident: it is told, not refused. */
static void damage_find(struct bundle *b)
{
	struct session session;
	struct source *source;
	int r = replay_open(&source, b->recording, b->damage, sizeof(b->damage));

	b->damage[0] = '\0';
	if (r)
		return; /* whoever reads it next says so */
	session_init(&session, source);
	while (!(r = session_step(&session)) && !signal_came())
		;
	if (r < 0)
		snprintf(b->damage, sizeof(b->damage), "%s", source_error(source, r));
	session_done(&session);
}

static int archive_fill(struct bundle *b)
{
	int r = all_add(b);

	if (!r && signal_came())
		r = given_up(b);
	if (r) {
		bundle_archive_discard(b->archive);
		return r;
	}
	r = bundle_archive_close(b->archive);
	return r ? fail(b, r, b->options->bundle) : 0;
}

static int bundle_make(struct bundle *b, struct source *source)
{
	const struct options *o = b->options;
	const char *part;
	int r;

	if (source->live)
		b->checklist = checklist_new(b->anonymiser);
	/* a recording as it is, unless something is left out of it or it is several files */
	if (source->live || b->anonymiser || o->begin || o->end || replay_part(source, 0, &part)) {
		r = intervals_record(b, source);
	} else {
		source->close(source);
		r = recording_take(b, o->replay, false);
	}
	if (!r && !b->damage[0])
		damage_find(b);
	if (r)
		bundle_archive_discard(b->archive);
	else
		r = archive_fill(b);
	if (!r && b->damage[0])
		fprintf(stderr, "probetop: %s has what can be read: %s\n", o->bundle, b->damage);
	if (b->recording_fd >= 0)
		close(b->recording_fd);
	checklist_free(b->checklist);
	return r;
}

int bundle_run(const struct options *o, const struct plan *plan, struct source *source,
	       struct anonymiser *a, char *error, size_t size)
{
	struct bundle b = {
		.options = o,
		.plan = plan,
		.anonymiser = a,
		.recording_fd = -1,
		.error = error,
		.error_size = size,
	};
	CLEANUP(free_ptr) char *folder = folder_name(o->bundle);
	const struct timespec now = { 0 };
	sigset_t set, before;
	int r;

	signals_of(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	/* first of all: whoever waited for ten minutes does not want to hear then that the file
	 * exists */
	r = bundle_archive_open(&b.archive, o->bundle, folder);
	if (r) {
		source->close(source);
		fail(&b, r, o->bundle);
	} else {
		r = bundle_make(&b, source);
	}
	/* one that was answered, or came when all was done, ends nothing any more */
	while (sigtimedwait(&set, NULL, &now) > 0)
		;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}
