/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A system call that passes a hook which is free otherwise: without a program, with an empty one,
 * with the empty one while the kernel measures it, and without again.  What the empty one adds, less
 * what the kernel says that it took, is the dispatch.  Done before other probes are there, for less
 * noise, and so that these calls are in no panel.
 */
#include "calibrate.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "classic.h"
#include "clock.h"
#include "cost.skel.h"

#define BATCHES 31
#define CALLS 100 /* of a batch */
#define RUNS 10000

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* ns per call in the fastest batch, which nobody has disturbed; *ret_spread: how much more in the next
 * ones */
static double calls_measure(double *ret_spread)
{
	const struct itimerval never = { 0 };
	double ns[BATCHES];

	for (int i = 0; i < BATCHES; i++) {
		uint64_t from = clock_ns(CLOCK_MONOTONIC);

		for (int n = 0; n < CALLS; n++)
			setitimer(ITIMER_VIRTUAL, &never, NULL);
		ns[i] = (double)(clock_ns(CLOCK_MONOTONIC) - from) / CALLS;
	}
	qsort(ns, BATCHES, sizeof(*ns), double_compare);
	*ret_spread = ns[BATCHES / 8] - ns[0];
	return ns[0];
}

/* ns of an empty run by the kernel's own loop; 0: it does not say. */
static double empty_run_ns(const struct cost_bpf *s)
{
	uint8_t packet[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = RUNS);

	return bpf_prog_test_run_opts(bpf_program__fd(s->progs.on_packet), &o) ? 0 : o.duration;
}

/* The kernel's own mean of a run, in a batch of calls; NaN: it does not measure. */
static double batch_run_ns(int program_fd)
{
	const struct itimerval never = { 0 };
	struct bpf_prog_info before = { 0 }, after = { 0 };
	uint32_t len = sizeof(before);

	bpf_obj_get_info_by_fd(program_fd, &before, &len);
	for (int n = 0; n < CALLS; n++)
		setitimer(ITIMER_VIRTUAL, &never, NULL);
	len = sizeof(after);
	bpf_obj_get_info_by_fd(program_fd, &after, &len);
	if (after.run_cnt <= before.run_cnt)
		return NAN;
	return (double)(after.run_time_ns - before.run_time_ns) /
	       (double)(after.run_cnt - before.run_cnt);
}

/* The same in the fastest batch. */
static double run_time_least(const struct cost_bpf *s, const struct bpf_program *p, double *ret_empty_ns)
{
	int stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	double least = NAN;

	if (stats < 0)
		return NAN;
	for (int i = 0; i < BATCHES; i++)
		least = fmin(least, batch_run_ns(bpf_program__fd(p)));
	*ret_empty_ns = empty_run_ns(s);
	close(stats);
	return least;
}

static uint32_t whole_ns(double ns)
{
	return ns > 0 ? (uint32_t)(ns + 0.5) : 0;
}

static bool is_classic(const struct bpf_program *p)
{
	return !strncmp(bpf_program__section_name(p), CLASSIC, strlen(CLASSIC));
}

static struct bpf_link *nothing_attach(struct bpf_program *p)
{
	if (is_classic(p))
		return classic_attach(p, classic_open(bpf_program__section_name(p) + strlen(CLASSIC)));
	return bpf_program__attach(p);
}

/* Of an empty program.  As dispatch_calibrate. */
static int measure(const struct cost_bpf *s, struct bpf_program *p, struct dispatch *ret)
{
	double spread[3], without, with, run, again, empty = empty_run_ns(s), measured = 0;
	struct bpf_link *link;

	without = calls_measure(&spread[0]);
	link = nothing_attach(p);
	if (!link)
		return -errno;
	with = calls_measure(&spread[1]);
	run = run_time_least(s, p, &measured);
	bpf_link__destroy(link);
	again = calls_measure(&spread[2]);
	ret->error_ns = whole_ns(fabs(again - without) / 2 + spread[1] + (spread[0] + spread[2]) / 2);
	if (isnan(run)) {
		ret->ns = whole_ns(with - (without + again) / 2);
		return -EPERM;
	}
	ret->ns = whole_ns(with - (without + again) / 2 - run);
	ret->stats_ns = whole_ns(measured - empty);
	return 0;
}

int dispatch_calibrate(struct dispatch *ret, bool classic)
{
	struct cost_bpf *s = cost_bpf__open_and_load();
	struct dispatch of_classic = { 0 };
	int r;

	*ret = (struct dispatch){ 0 };
	if (!s)
		return -errno;
	r = measure(s, s->progs.on_nothing, ret);
	/* where they cannot be opened, none of ours is attached to one either */
	if (classic)
		measure(s, s->progs.on_nothing_classic, &of_classic);
	ret->classic_ns = of_classic.ns;
	if (of_classic.error_ns > ret->error_ns)
		ret->error_ns = of_classic.error_ns;
	cost_bpf__destroy(s);
	return r;
}

uint32_t dispatch_ns(const struct dispatch *d, const struct bpf_program *p)
{
	return is_classic(p) ? d->classic_ns : d->ns;
}
