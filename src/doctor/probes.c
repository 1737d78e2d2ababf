/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "collect/collect.h"
#include "doctor/check.h"
#include "live.h"

/* Those of functions, which older kernels need for TCP, are attached by way of ftrace. */
static const char *probe_mend(const char *state)
{
	char value[16];

	if ((strstr(state, "fexit/") || strstr(state, "fentry/")) &&
	    !strcmp(check_file(value, sizeof(value), "/proc/sys/kernel/ftrace_enabled"), "0"))
		return "sysctl -w kernel.ftrace_enabled=1";
	/* as the collector says it of classic tracepoints */
	if (strstr(state, "perf_event_paranoid"))
		return "sysctl -w kernel.perf_event_paranoid=2";
	if (strstr(state, "tracefs is not mounted"))
		return "mount -t tracefs nodev /sys/kernel/tracing";
	if (strstr(state, "CAP_DAC_READ_SEARCH"))
		return "setcap it with cap_dac_read_search too";
	return "PROBETOP_DEBUG=1 probetop --list probes";
}

static void probe_take(void *data, const struct probe_state *p)
{
	static const enum check_state states[] = {
		[PROBE_WORKS] = CHECK_OK, [PROBE_LEFT_OUT] = CHECK_INFO, [PROBE_FAILS] = CHECK_LESS
	};

	if (p->program)
		check_add(data, "probes", p->family, states[p->kind],
			  p->kind == PROBE_FAILS ? probe_mend(p->state) : NULL,
			  "%s %s: %s", p->program, p->hook, p->state);
	else
		check_add(data, "probes", p->family, CHECK_FAILS, probe_mend(p->state), "%s", p->state);
}

void probes_check(struct checks *to)
{
	const struct selection all = { .n_pids = 0 };
	struct source *source;
	char error[400];

	if (live_open(&source, &all, 0, NULL, 0, 0, error, sizeof(error))) {
		check_add(to, "probes", "all", CHECK_FAILS,
			  "what fails above; PROBETOP_DEBUG=1 probetop --list probes says more",
			  "%s", error);
		return;
	}
	live_each_probe(source, probe_take, to);
	check_add(to, "rights", "after attaching", CHECK_INFO, NULL, "%s",
		  source->locked ? "what is no longer needed is given up (--list probes)"
				 : "not all could be given up (--list probes)");
	source->close(source);
}
