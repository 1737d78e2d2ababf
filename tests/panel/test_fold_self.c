/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fold.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/self_cost.h"

#define S 1000000000ull

extern const struct panel panel_self;

static void setup(void)
{
	fold_setup(&panel_self, 5 * S, 7 * S);
}

TestSuite(fold_self, .init = setup, .fini = fold_teardown);

static struct self_rec *rec(struct frame *f, uint32_t kind, uint32_t family, uint32_t program)
{
	struct self_rec *r = sample_add(&f->s[STREAM_SELF], STREAM_SELF);

	r->kind = kind;
	r->family = family;
	r->program = program;
	snprintf(r->object, sizeof(r->object), kind == SELF_PROCESS ? "probetop" : "family%u", family);
	snprintf(r->program_name, sizeof(r->program_name), "on_%u", program);
	return r;
}

static void host(struct frame *f, uint64_t cpu_ns)
{
	struct host_rec *h = sample_add(&f->s[STREAM_HOST], STREAM_HOST);

	h->cpus = 4;
	h->self_cpu_ns = cpu_ns;
}

static struct self_rec *program(struct frame *f, uint32_t number, uint64_t runs, uint64_t run_ns,
				uint64_t window_ns)
{
	struct self_rec *r = rec(f, SELF_PROGRAM, 1, number);

	r->runs = runs;
	r->run_ns = run_ns;
	r->window_ns = window_ns;
	r->dispatch_ns = 20;
	return r;
}

static double real(const struct table *t, size_t row, const char *name)
{
	return column_number(panel_column(query.panel, name), table_row(t, row));
}

/* In 0.1 s of the 2 s there were 1000 runs of 80 ns and 20 ns of dispatch. */
static void measured(void)
{
	host(prev, S);
	host(cur, S + S / 10);
	program(prev, 3, 500, 40000, S / 10);
	program(cur, 3, 1500, 120000, S / 5);
}

Test(fold_self, windows_are_scaled_to_the_interval)
{
	const struct table *t;

	measured();
	t = rows_by(NULL);
	cr_assert_eq(t->n, 1);
	cr_expect_eq(number(t, 0, "runs"), 20000);
	cr_expect_eq(number(t, 0, "run_ns"), 100);
	/* 20,000 x 100 ns = 2 ms of 4 x 2 s */
	cr_expect_float_eq(real(t, 0, "cpu_pct"), 0.025, 1e-9);
	cr_expect_str_eq(text(t, 0, "program"), "on_3");
	cr_expect_str_eq(text(t, 0, "state"), "on");
}

Test(fold_self, without_a_window_nothing_is_known)
{
	const struct table *t;

	host(prev, S);
	host(cur, S);
	program(prev, 3, 500, 40000, S / 10);
	program(cur, 3, 500, 40000, S / 10);
	t = rows_by(NULL);
	cr_expect_eq(number(t, 0, "runs"), NA_U64);
	cr_expect_eq(number(t, 0, "run_ns"), NA_U64);
	cr_expect(isnan(real(t, 0, "cpu_pct")));
	cr_expect(isnan(self_cost(prev, cur).kernel));
}

Test(fold_self, a_program_that_is_new_is_not_known_yet)
{
	const struct table *t;

	host(prev, S);
	host(cur, S);
	program(cur, 3, 500, 40000, S / 10);
	t = rows_by(NULL);
	cr_expect_eq(number(t, 0, "runs"), NA_U64);
}

Test(fold_self, no_runs_take_no_time)
{
	const struct table *t;

	host(prev, S);
	host(cur, S);
	program(prev, 3, 500, 40000, S / 10);
	program(cur, 3, 500, 40000, S / 5);
	t = rows_by(NULL);
	cr_expect_eq(number(t, 0, "runs"), 0);
	cr_expect_eq(number(t, 0, "run_ns"), NA_U64);
	cr_expect_float_eq(real(t, 0, "cpu_pct"), 0, 1e-9);
}

Test(fold_self, all_of_it_together)
{
	struct self_rec *process;
	const struct table *t;

	measured();
	process = rec(prev, SELF_PROCESS, 0, 0);
	process->cpu_ns = S;
	process = rec(cur, SELF_PROCESS, 0, 0);
	process->cpu_ns = S + S / 10;
	process->rss = 1 << 20;
	rec(prev, SELF_OBJECT, 1, 0)->lost = 5;
	rec(cur, SELF_OBJECT, 1, 0)->lost = 7;
	t = rows_by("object");
	cr_assert_eq(t->n, 2);
	cr_expect_str_eq(text(t, 0, "object"), "probetop");
	cr_expect_float_eq(real(t, 0, "cpu_pct"), 1.25, 1e-9);
	cr_expect_eq(number(t, 0, "rss_bytes"), 1 << 20);
	cr_expect_eq(number(t, 0, "lost"), NA_U64);
	cr_expect_eq(number(t, 1, "lost"), 2);
	cr_expect_eq(number(t, 1, "map_bytes"), NA_U64);
}

Test(fold_self, of_all_cpus)
{
	struct self_cost cost;

	measured();
	frame_index(prev);
	cost = self_cost(prev, cur);
	cr_expect_float_eq(cost.user, 1.25, 1e-9);
	cr_expect_float_eq(cost.kernel, 0.025, 1e-9);
	cr_expect(isnan(self_cost(NULL, cur).user));
}

static struct self_rec *object(uint32_t family, uint32_t state, uint32_t streams_of)
{
	struct self_rec *r = rec(cur, SELF_OBJECT, family, 0);

	r->state = state;
	r->streams = streams_of;
	r->sample_n = state == SELF_SAMPLED ? 16 : 1;
	return r;
}

Test(fold_self, what_takes_less_is_named)
{
	char state[64], little[6];

	self_state_text(state, sizeof(state), cur);
	cr_expect_str_eq(state, "");
	object(1, SELF_OFF, STREAM_BIT(CPU));
	object(2, SELF_ON, STREAM_BIT(IO));
	object(3, SELF_SAMPLED, STREAM_BIT(SYS));
	self_state_text(state, sizeof(state), cur);
	cr_expect_str_eq(state, "family1 off, family3 ~1/16");
	self_state_text(little, sizeof(little), cur);
	cr_expect_str_eq(little, "famil");
	cr_expect_str_eq(text(rows_by(NULL), 0, "state"), "off");
	cr_expect_str_eq(text(rows_by(NULL), 2, "state"), "~1/16");
}

Test(fold_self, streams_are_whole_sampled_or_off)
{
	object(1, SELF_OFF, STREAM_BIT(CPU) | STREAM_BIT(SCHED));
	object(3, SELF_SAMPLED, STREAM_BIT(SYS));
	cr_expect_eq(self_off(cur), STREAM_BIT(CPU) | STREAM_BIT(SCHED));
	cr_expect_eq(self_sample(cur, STREAM_BIT(SYS) | STREAM_BIT(SYSERR)), 16);
	cr_expect_eq(self_sample(cur, STREAM_BIT(CPU) | STREAM_BIT(IO)), 1);
}

/* It went back to counting all as the frame was taken: the interval is of estimates yet. */
Test(fold_self, an_interval_that_was_sampled_once_is)
{
	object(3, SELF_ON, STREAM_BIT(SYS))->sample_n = 16;
	cr_expect_eq(self_sample(cur, STREAM_BIT(SYS)), 16);
}

Test(fold_self, notes_say_why)
{
	struct self_rec *r = object(3, SELF_SAMPLED, STREAM_BIT(SYS));
	char note[200];
	size_t at = 0;

	r->cost_ppm = 73000;
	r->budget_ppm = 50000;
	r->hold_s = 10;
	r->partly = STREAM_BIT(CONNIO);
	cr_assert(self_note(note, sizeof(note), cur, STREAM_BIT(SYS), &at));
	cr_expect_eq(strncmp(note, "~ 1 in 16 calls counted since ", 30), 0, "%s", note);
	cr_expect(strstr(note, ": family3 took 7.3% of all CPUs (budget 5%); "
			       "back when it fits into 2.5% for 10s"), "%s", note);
	cr_expect_not(self_note(note, sizeof(note), cur, STREAM_BIT(SYS), &at));
	at = 0;
	cr_expect_not(self_note(note, sizeof(note), cur, STREAM_BIT(CONNIO), &at));
	r->state = SELF_OFF;
	at = 0;
	cr_expect(self_note(note, sizeof(note), cur, STREAM_BIT(CONNIO), &at));
	cr_expect_eq(strncmp(note, "some is missing: family3 is off since", 37), 0, "%s", note);
}
