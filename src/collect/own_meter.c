/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "own_meter.h"

#include <stdlib.h>

#include "clock.h"
#include "core/mem.h"

void own_meter_init(struct own_meter *m)
{
	*m = (struct own_meter){ .fd = -1, .sum.fd = -1 };
}

static bool costs_read(struct own_meter *m, struct own_cost *ret)
{
	uint32_t zero = 0;

	*ret = (struct own_cost){ 0 };
	if (m->fd < 0 || bpf_map_lookup_elem(m->fd, &zero, m->costs))
		return false;
	for (int cpu = 0; cpu < m->cpus; cpu++) {
		ret->runs += m->costs[cpu].runs;
		ret->timed += m->costs[cpu].timed;
		ret->ns += m->costs[cpu].ns;
	}
	return true;
}

void own_meter_watch(struct own_meter *m, const struct family_object *o)
{
	m->fd = o ? object_map_fd(o, "own_costs") : -1;
	m->sum.fd = m->fd;
	m->sum.last_ns = 0;
	if (m->fd < 0)
		return;
	if (o->cpus > m->cpus) {
		m->cpus = o->cpus;
		m->costs = xreallocarray(m->costs, (size_t)m->cpus, sizeof(*m->costs));
	}
	m->since_ns = clock_ns(CLOCK_MONOTONIC);
	costs_read(m, &m->last);
}

/* Runs since the last look, each with the mean of those that were timed; of few that is of all so far. */
void own_meter_look(struct own_meter *m)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	struct own_cost c, *last = &m->last;
	bool many;

	m->sum.last_ns = 0;
	if (!costs_read(m, &c) || now == m->since_ns)
		return;
	many = c.timed - last->timed >= 16;
	m->sum.last_ns = now - m->since_ns;
	m->sum.last_runs = c.runs - last->runs;
	m->sum.last_run_ns = 0;
	if (many)
		m->sum.last_run_ns = (c.ns - last->ns) / (c.timed - last->timed) * m->sum.last_runs;
	else if (c.timed)
		m->sum.last_run_ns = c.ns / c.timed * m->sum.last_runs;
	m->sum.runs += m->sum.last_runs;
	m->sum.run_ns += m->sum.last_run_ns;
	m->sum.window_ns += m->sum.last_ns;
	*last = c;
	m->since_ns = now;
}

void own_meter_done(struct own_meter *m)
{
	free(m->costs);
}
