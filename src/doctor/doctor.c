/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/doctor.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/format.h"
#include "doctor/check.h"

#define PROBES "probes"

static const char *const state_names[] = { "ok", "info", "less", "fails" };

static bool is_shortfall(const struct check *c)
{
	return c->state >= CHECK_LESS;
}

static void line_write(FILE *out, const struct check *c)
{
	char clean[4 * sizeof(c->value)];

	text_for_terminal(clean, sizeof(clean), c->value);
	fprintf(out, "%-6s %-9s %-20s %s\n", c->state == CHECK_INFO ? "" : state_names[c->state],
		c->area, c->name, clean);
}

/* Once below all shortfalls in a row that it mends. */
static void mend_write(FILE *out, const struct checks *all, size_t i)
{
	const struct check *c = &all->c[i];
	char clean[4 * sizeof(c->mend)];

	if (!c->mend[0] || (i + 1 < all->n && !strcmp(c[1].mend, c->mend)))
		return;
	text_for_terminal(clean, sizeof(clean), c->mend);
	fprintf(out, "         mend: %s\n", clean);
}

/* A line per family; JSON and --list probes have each program. */
static void probes_write(FILE *out, const struct checks *all, size_t from)
{
	const char *family = all->c[from].name;
	int n[CHECK_FAILS + 1] = { 0 };
	char counts[100];

	for (size_t i = from; i < all->n; i++)
		if (!strcmp(all->c[i].area, PROBES) && !strcmp(all->c[i].name, family))
			n[all->c[i].state]++;
	if (!n[CHECK_OK])
		return;
	snprintf(counts, sizeof(counts), "%d work, %d not needed or not for this kernel",
		 n[CHECK_OK], n[CHECK_INFO]);
	fprintf(out, "%-6s %-9s %-20s %s\n", "ok", PROBES, family, counts);
}

static void text_write(FILE *out, const struct checks *all, size_t shortfalls)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct check *c = &all->c[i];
		bool probe = !strcmp(c->area, PROBES);

		if (probe &&
		    (!i || strcmp(c[-1].area, PROBES) != 0 || strcmp(c[-1].name, c->name) != 0))
			probes_write(out, all, i);
		if (probe && !is_shortfall(c))
			continue;
		line_write(out, c);
		mend_write(out, all, i);
	}
	if (shortfalls)
		fprintf(out,
			"%zu of %zu have a shortfall; recordings are replayed all the same (-r "
			"FILE)\n",
			shortfalls, all->n);
	else
		fprintf(out, "everything works\n");
}

static json_t *check_json(const struct check *c)
{
	char value[4 * sizeof(c->value)], mend[4 * sizeof(c->mend)];

	text_for_terminal(value, sizeof(value), c->value);
	text_for_terminal(mend, sizeof(mend), c->mend);
	return json_pack("{s:s, s:s, s:s, s:s, s:s*}", "area", c->area, "name", c->name, "state",
			 state_names[c->state], "value", value, "mend", mend[0] ? mend : NULL);
}

static void json_write(FILE *out, const struct checks *all, size_t shortfalls)
{
	json_t *list = json_array(), *object;
	struct utsname u;

	uname(&u);
	for (size_t i = 0; i < all->n; i++)
		json_array_append_new(list, check_json(&all->c[i]));
	object = json_pack("{s:s, s:s, s:s, s:b, s:o}", "version", PROBETOP_VERSION, "host",
			   u.nodename, "kernel", u.release, "works", !shortfalls, "checks", list);
	json_dumpf(object, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(object);
}

int doctor_run(FILE *out, const struct options *o, bool *works, char *error, size_t size)
{
	struct checks all = { .n = 0 };
	size_t shortfalls = 0;

	if (!strcmp(o->format, "csv")) {
		snprintf(error, size, "--doctor writes text or json, not csv");
		return -EINVAL;
	}
	kernel_check(&all);
	rights_look(&all);
	namespaces_look(&all);
	files_check(&all);
	mounts_check(&all);
	terminal_look(&all, o->theme, o->config, o->no_config);
	probes_check(&all);
	for (size_t i = 0; i < all.n; i++)
		shortfalls += is_shortfall(&all.c[i]);
	if (!strcmp(o->format, "json"))
		json_write(out, &all, shortfalls);
	else
		text_write(out, &all, shortfalls);
	*works = !shortfalls;
	checks_done(&all);
	return 0;
}
