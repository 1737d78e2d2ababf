/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "recording_self.h"

#include <stdio.h>

static struct self_rec *self_add(struct frame *f, uint32_t kind, uint32_t family, uint32_t program)
{
	static const char *const objects[] = { "task", "sched", "tcp", "sys", "block" };
	struct self_rec *r = sample_add(&f->s[STREAM_SELF], STREAM_SELF);

	r->kind = kind;
	r->family = family;
	r->program = program;
	snprintf(r->object, sizeof(r->object), "%s",
		 kind == SELF_PROCESS ? "probetop" : objects[family]);
	return r;
}

/* System calls are sampled, and block has been detached. */
static void object_put(struct frame *f, uint32_t i)
{
	struct self_rec *r = self_add(f, SELF_OBJECT, i, 0);

	r->sample_n = 1;
	r->map_bytes = (i + 1) * 900000;
	r->changed_ns = f->wall_ns - 3000000000;
	r->budget_ppm = 50000;
	if (i == 3) {
		r->state = SELF_SAMPLED;
		r->sample_n = 16;
		r->streams = 1u << STREAM_SYS | 1u << STREAM_SYSERR | 1u << STREAM_FILE;
		r->cost_ppm = 73000;
		r->hold_s = 10;
	} else if (i == 4) {
		r->state = SELF_OFF;
		r->streams = 1u << STREAM_IO | 1u << STREAM_DISK;
		r->cost_ppm = 61000;
		r->hold_s = 30;
	}
}

void self_put(struct frame *f, uint64_t k)
{
	static const struct {
		uint32_t family;
		const char *name, *hook;
		uint64_t runs, run_ns;
	} programs[] = {
		{ 1, "on_switch", "tp_btf/sched_switch", 420, 390 },
		{ 1, "on_wakeup", "tp_btf/sched_wakeup", 230, 140 },
		{ 3, "on_sys_enter", "tp_btf/sys_enter", 6100, 61 },
		{ 3, "on_sys_exit", "tp_btf/sys_exit", 6100, 248 },
		{ 3, "on_io_uring_submit", "tp_btf/io_uring_submit_req", 0, 0 },
	};
	struct self_rec *r = self_add(f, SELF_PROCESS, 0, 0);

	r->cpu_ns = k * 12000000;
	r->rss = 14 << 20;
	r->budget_ppm = 50000;
	for (uint32_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		r = self_add(f, SELF_PROGRAM, programs[i].family, i);
		snprintf(r->program_name, sizeof(r->program_name), "%s", programs[i].name);
		snprintf(r->hook, sizeof(r->hook), "%s", programs[i].hook);
		r->runs = k * programs[i].runs;
		r->run_ns = r->runs * programs[i].run_ns;
		r->window_ns = k * 50000000;
		r->dispatch_ns = 31;
		r->lost = i == 0 ? 3 * k : 0;
	}
	for (uint32_t i = 0; i < 5; i++)
		object_put(f, i);
}
