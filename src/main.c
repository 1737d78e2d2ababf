/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "batch.h"
#include "bundle/bundle.h"
#include "core/anonymise.h"
#include "core/format.h"
#include "core/mem.h"
#include "core/record.h"
#include "doctor/doctor.h"
#include "list.h"
#include "live.h"
#include "plan.h"
#include "ui/snapshot.h"
#include "ui/config.h"
#include "ui/theme.h"
#include "ui/ui.h"

enum { EXIT_DONE, EXIT_COULD_NOT, EXIT_USAGE };

#define LINE_LEN 1400
#define BUNDLE_INTERVALS 10

static int complain(int status, const char *text)
{
	char line[4 * LINE_LEN];

	/* it may hold what the user typed, or what a file says */
	text_for_terminal(line, sizeof(line), text);
	fprintf(stderr, "probetop: %s\n", line);
	return status;
}

/* A map must not become the new stdout because that was closed: what is missing refuses writes. */
static void descriptors_fill(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* Probes are some hundred files, a month of recordings more than a shell lets one open. */
static void descriptors_allow(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* errno is that of the last write, which may not be the one that failed. */
static bool stdout_lost_reader(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	return poll(&p, 1, 0) > 0 && p.revents & POLLERR;
}

static int stdout_finish(void)
{
	if ((!fflush(stdout) && !ferror(stdout)) || stdout_lost_reader())
		return EXIT_DONE;
	return complain(EXIT_COULD_NOT, "stdout cannot be written");
}

static bool is_interactive(const struct options *o)
{
	return !o->batch && !o->record_dir && isatty(STDOUT_FILENO);
}

/* Borrows from the options. */
static struct selection selection_of(const struct options *o)
{
	return (struct selection){
		.pids = o->pids,
		.n_pids = o->n_pids,
		.cgroup = (char *)o->cgroup,
	};
}

static int recording_open(struct source **ret, const struct options *o, char *error, size_t size)
{
	char why[LINE_LEN / 2];
	int r = replay_open(ret, o->replay, error, size);

	if (r)
		return r;
	r = replay_between(*ret, o->begin, o->end, why, sizeof(why));
	if (r) {
		snprintf(error, size, "%s: %s", o->replay, why);
		(*ret)->close(*ret);
	}
	return r;
}

static int source_open(struct source **ret, const struct options *o, uint32_t wanted, char *error,
		       size_t size)
{
	struct selection only = selection_of(o);
	int r;

	if (!o->replay)
		r = live_open(ret, &only, o->max_entries, o->probe_source, wanted, o->budget, error, size);
	else
		r = recording_open(ret, o, error, size);
	if (!r && o->anonymise)
		*ret = anonymised_source(*ret, NULL);
	return r;
}

static struct ui_options screen_options(const struct options *o, const struct plan *plan,
					const struct config *config)
{
	const char *no_color = getenv("NO_COLOR");

	return (struct ui_options){
		.panel = o->n_panels ? plan->queries[0].panel : NULL,
		.interval_ns = o->delay_given || !config->interval_ns ? o->delay_ns :
								      config->interval_ns,
		.group = o->group,
		.sort = o->sort,
		.filter = o->filter,
		.only = selection_of(o),
		.record = o->record,
		.theme = o->theme,
		.config = config,
		.all = o->all,
		.history_bytes = o->history_given || !config->history_given ? o->history_bytes :
									    config->history_bytes,
		.as_recorded = !o->delay_given,
		.loop = o->loop,
		.no_color = o->no_color || (no_color && *no_color),
		.iterations = o->iterations,
	};
}

/* The settings are those of the screen: what scripts print never depends on them. */
static int settings_load(struct config *config, const struct options *o, char *error, size_t size)
{
	if (!o->no_config)
		return config_load(config, o->config, error, size);
	config_none(config);
	return 0;
}

static int run_screen(const struct options *o, const struct plan *plan, char *error, size_t size)
{
	CLEANUP(free_ptr) struct config *config = xmalloc(sizeof(*config));
	int r = settings_load(config, o, error, size);
	struct ui_options ui;

	if (r)
		return r;
	ui = screen_options(o, plan, config);
	/* all probes: every panel is one key away */
	r = source_open(&ui.source, o, 0, error, size);
	return r ? r : ui_run(&ui, error, size);
}

/* Its rows, and what stands above them. */
static uint32_t panel_streams(const struct panel *p)
{
	uint32_t wanted = p->streams;

	for (const struct summary *s = p->summary; s && s->kind != SUMMARY_END; s++)
		if (s->panel && panel_find(s->panel))
			wanted |= panel_find(s->panel)->streams;
	return wanted;
}

/* given: the option; name: of the variable that says it otherwise. */
static int screen_size(int given, const char *name, int otherwise)
{
	const char *value = getenv(name);
	int n = value ? atoi(value) : 0;

	return given ? given : n > 0 && n <= SCREEN_MAX ? n : otherwise;
}

static int run_snapshot(const struct options *o, const struct plan *plan, char *error, size_t size)
{
	CLEANUP(free_ptr) struct config *config = xmalloc(sizeof(*config));
	char path[PATH_MAX], clean[4 * PATH_MAX];
	int r = settings_load(config, o, error, size);
	struct ui_options ui;

	if (r)
		return r;
	ui = screen_options(o, plan, config);
	r = source_open(&ui.source, o, panel_streams(plan->queries[0].panel), error, size);
	snprintf(path, sizeof(path), "%s", o->snapshot);
	ui.panel = plan->queries[0].panel;
	ui.rows = o->rows;
	ui.history_bytes = 0;
	ui.loop = false;
	ui.as_recorded = true;
	ui.iterations = o->iterations ? o->iterations : 1;
	if (!r)
		r = ui_snapshot(&ui, screen_size(o->width, "COLUMNS", 120),
				screen_size(o->height, "LINES", 40), path, sizeof(path), error,
				size);
	if (r)
		return r;
	text_for_terminal(clean, sizeof(clean), path);
	fprintf(stderr, "probetop: saved in %s\n", clean);
	return 0;
}

/* What --snapshot does not go with; false: one line in error. */
static bool snapshot_options_check(const struct options *o, const struct plan *plan, char *error,
				   size_t size)
{
	char why[200];
	size_t at;

	if (!o->snapshot && o->width)
		snprintf(error, size, "--size is that of a --snapshot");
	else if (o->snapshot && o->batch)
		snprintf(error, size, "--snapshot and --batch (-f, -o) exclude each other");
	else if (o->snapshot && plan->n > 1)
		snprintf(error, size, "--snapshot is of one panel, not of %zu", plan->n);
	else if (o->snapshot && !snapshot_name_check(o->snapshot, &at, why, sizeof(why)))
		snprintf(error, size, "--snapshot %s: %s", o->snapshot, why);
	else
		return true;
	return false;
}

/* There is nothing to colour, but a name that is wrong on the screen is wrong here. */
static int theme_check(const char *name, char *error, size_t size)
{
	struct theme theme;

	return name ? theme_load(&theme, name, error, size) : 0;
}

static int run_bundle(const struct options *o, const struct plan *plan, char *error, size_t size)
{
	struct anonymiser *a = o->anonymise ? anonymiser_new() : NULL;
	struct options with = *o;
	struct source *source;
	/* all probes: the report has every panel's screen, and the recording should have everything */
	int r = theme_check(o->theme, error, size);

	if (!with.iterations && !o->replay)
		with.iterations = BUNDLE_INTERVALS;
	with.anonymise = false; /* here, by one that knows the facts about the machine as well */
	if (!r)
		r = source_open(&source, &with, o->n_panels ? plan->streams : 0, error, size);
	if (!r)
		r = bundle_run(&with, plan, a ? anonymised_source(source, a) : source, a, error, size);
	anonymiser_free(a);
	return r;
}

/* Recording for ever outlives a SIGHUP that comes before there is a loop to take it: it is asked to
 * reopen its file while the probes are still being attached, which may take long. */
static void hangup_hold(void)
{
	sigset_t hangup;

	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hangup, NULL);
}

static int run_batch(const struct options *o, const struct plan *plan, char *error, size_t size)
{
	CLEANUP(free_ptr) struct config *config = xmalloc(sizeof(*config));
	const struct plan none = { .n = 0 };
	struct source *source;
	int r = theme_check(o->theme, error, size);

	/* nothing of it is used here, but what is wrong on the screen is wrong here */
	if (!r && o->config)
		r = config_load(config, o->config, error, size);
	if (o->record_dir)
		hangup_hold();
	if (!r)
		r = source_open(&source, o, plan->streams, error, size);
	if (!r)
		r = batch_run(o, o->record_dir && !o->batch ? &none : plan, source, error, size);
	return r == BATCH_INTERRUPTED ? 0 : r;
}

static int run_list_probes(const struct options *o, const struct plan *plan, char *error,
			   size_t size)
{
	struct options plain = *o;
	struct source *source;
	int r;

	plain.anonymise = false; /* there is nobody's name in it, and it asks the probes themselves */
	r = source_open(&source, &plain, o->n_panels ? plan->streams : 0, error, size);
	if (r)
		return r;
	live_list_probes(source, stdout);
	source->close(source);
	return 0;
}

/* Its exit status is what it found. */
static int run_doctor(const struct options *o)
{
	char error[LINE_LEN];
	bool works;
	int status;

	if (doctor_run(stdout, o, &works, error, sizeof(error)))
		return complain(EXIT_USAGE, error);
	status = stdout_finish();
	return status ? status : works ? EXIT_DONE : EXIT_COULD_NOT;
}

static int run_list_recording(const struct options *o, char *error, size_t size)
{
	struct source *source;
	const char *part;
	int r = replay_open(&source, o->replay, error, size);

	if (r)
		return r;
	list_recording(stdout, source, o->replay);
	/* the list of one file has all that */
	if (replay_part(source, 0, &part) && *source_note(source))
		complain(EXIT_DONE, source_note(source));
	source->close(source);
	return 0;
}

static int run(const struct options *o, const struct plan *plan)
{
	char error[LINE_LEN] = "";
	int r = 0;

	if (o->action == ACTION_LIST_PANELS)
		list_panels(stdout, plan);
	else if (o->action == ACTION_LIST_COLUMNS)
		list_columns(stdout, plan);
	else if (o->action == ACTION_LIST_PROBES && o->replay)
		return complain(EXIT_USAGE, "--list probes asks the kernel, --replay does not");
	else if (o->action == ACTION_DOCTOR)
		return run_doctor(o);
	else if (o->action == ACTION_LIST_RECORDING && !o->replay)
		return complain(EXIT_USAGE, "--list recording wants --replay FILE");
	else if ((o->begin || o->end) && !o->replay)
		return complain(EXIT_USAGE, "--begin and --end are for recordings: --replay FILE");
	else if (o->action == ACTION_LIST_RECORDING)
		r = run_list_recording(o, error, sizeof(error));
	else if (o->action == ACTION_LIST_PROBES)
		r = run_list_probes(o, plan, error, sizeof(error));
	else if (!snapshot_options_check(o, plan, error, sizeof(error)))
		return complain(EXIT_USAGE, error);
	else if (o->bundle)
		r = run_bundle(o, plan, error, sizeof(error));
	else if (o->snapshot)
		r = run_snapshot(o, plan, error, sizeof(error));
	else if (is_interactive(o))
		r = run_screen(o, plan, error, sizeof(error));
	else
		r = run_batch(o, plan, error, sizeof(error));
	return r ? complain(EXIT_COULD_NOT, error) : stdout_finish();
}

static int options_run(const struct options *o)
{
	char error[LINE_LEN];
	struct plan plan;
	int status;

	if (o->action == ACTION_HELP) {
		options_help(stdout);
		return stdout_finish();
	}
	if (o->action == ACTION_VERSION) {
		puts("probetop " PROBETOP_VERSION);
		return stdout_finish();
	}
	if (plan_make(&plan, o, error, sizeof(error)))
		status = complain(EXIT_USAGE, error);
	else
		status = run(o, &plan);
	plan_done(&plan);
	return status;
}

int main(int argc, char **argv)
{
	char error[LINE_LEN];
	struct options options;
	int status;

	mem_init();
	json_set_alloc_funcs(xmalloc, free);
	live_begin();
	descriptors_fill();
	descriptors_allow();
	/* both come back as errors of write */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (options_parse(&options, argc, argv, error, sizeof(error)))
		status = complain(EXIT_USAGE, error);
	else
		status = options_run(&options);
	options_done(&options);
	return status;
}
