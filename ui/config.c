/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/history.h"
#include "core/options.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* An entry whose value may go on in the next line. */
struct entry {
	struct config *config;
	struct ini_place at;
	char section[64], name[64], value[CONFIG_VALUE];
	bool open, too_long;
};

static void warn(const struct entry *e, const char *what, const char *text)
{
	warnings_add(&e->config->warnings, "%s:%d: %s%s", e->at.file, e->at.line, what, text);
}

static void set_theme(struct entry *e)
{
	struct config *c = e->config;

	size_t len = strlen(e->value);

	if (!len || len >= sizeof(c->theme)) {
		warn(e, "theme wants a name, or a path", "");
		return;
	}
	memcpy(c->theme, e->value, len + 1);
	snprintf(c->theme_place, sizeof(c->theme_place), "%s:%d", e->at.file, e->at.line);
}

static void set_interval(struct entry *e)
{
	uint64_t ns;

	if (duration_parse(&ns, e->value) || ns < DELAY_MIN_NS || ns > DELAY_MAX_NS)
		warn(e, "interval wants 0.1 to 3600 seconds (500ms, 2s, 1m), not ", e->value);
	else
		e->config->interval_ns = ns;
}

static void set_history(struct entry *e)
{
	size_t bytes;

	if (size_parse(&bytes, e->value) || (bytes && bytes < HISTORY_BYTES_MIN)) {
		warn(e, "history wants 4M or more (64M, 1G), or 0 for none, not ", e->value);
		return;
	}
	e->config->history_bytes = bytes;
	e->config->history_given = true;
}

static void set_start(struct entry *e)
{
	const struct panel *p = panel_find(e->value);

	if (p)
		e->config->start = p;
	else
		warn(e, "no such panel: ", e->value);
}

static void set_order(struct entry *e)
{
	const struct panel *order[CONFIG_PANELS];
	char text[CONFIG_VALUE], *save = NULL;
	int n = 0;

	snprintf(text, sizeof(text), "%s", e->value);
	for (char *p = strtok_r(text, ", \t", &save); p; p = strtok_r(NULL, ", \t", &save)) {
		const struct panel *panel = panel_find(p);
		bool twice = false;

		for (int i = 0; i < n; i++)
			twice |= order[i] == panel;
		if (!panel) {
			warn(e, "no such panel: ", p);
			return;
		}
		if (!twice && n < CONFIG_PANELS)
			order[n++] = panel;
	}
	if (!n) {
		warn(e, "panels wants names of panels", "");
		return;
	}
	memcpy(e->config->order, order, (size_t)n * sizeof(order[0]));
	e->config->n_order = n;
}

/* Takes a value over that set accepts for the panel. */
static void set_panel(struct entry *e, const struct panel *p, char *to, size_t size,
		      int (*set)(struct query *q, const char *text, char *error, size_t size))
{
	char error[300];
	struct query q;

	query_init(&q, p);
	if (strlen(e->value) >= size)
		warn(e, "too long: ", e->name);
	else if (set(&q, e->value, error, sizeof(error)))
		warn(e, "", error);
	else
		snprintf(to, size, "%s", e->value);
	query_done(&q);
}

static void panel_entry(struct entry *e)
{
	const char *name = e->section + strcspn(e->section, " \t");
	int i = 0;

	name += strspn(name, " \t");
	while (panels[i] && strcasecmp(panels[i]->name, name))
		i++;
	if (!panels[i] || i >= CONFIG_PANELS)
		warn(e, "no such panel: ", name);
	else if (!strcasecmp(e->name, "columns"))
		set_panel(e, panels[i], e->config->panels[i].columns, CONFIG_VALUE,
			  query_set_columns);
	else if (!strcasecmp(e->name, "group"))
		set_panel(e, panels[i], e->config->panels[i].group,
			  sizeof(e->config->panels[i].group), query_set_group);
	else if (!strcasecmp(e->name, "sort"))
		set_panel(e, panels[i], e->config->panels[i].sort,
			  sizeof(e->config->panels[i].sort), query_set_sort);
	else
		warn(e, "no such setting of a panel: ", e->name);
}

static void general_entry(struct entry *e)
{
	static const struct {
		const char *name;
		void (*set)(struct entry *e);
	} settings[] = {
		{ "theme", set_theme }, { "interval", set_interval }, { "history", set_history },
		{ "panel", set_start }, { "panels", set_order },
	};

	for (size_t i = 0; i < COUNT(settings); i++)
		if (!strcasecmp(e->name, settings[i].name)) {
			settings[i].set(e);
			return;
		}
	warn(e, "no such setting: ", e->name);
}

static void entry_close(struct entry *e)
{
	if (!e->open)
		return;
	e->open = false;
	if (e->too_long)
		warn(e, "the value is too long: ", e->name);
	else if (!strcasecmp(e->section, "general"))
		general_entry(e);
	else if (!strcasecmp(e->section, "keys"))
		key_lines_add(&e->config->keys, &e->at, e->name, e->value, &e->config->warnings);
	else if (!strncasecmp(e->section, "panel ", 6))
		panel_entry(e);
	else
		warn(e, *e->section ? "no such section: " : "no [section] before ",
		     *e->section ? e->section : e->name);
}

static void on_entry(void *data, const struct ini_place *at, const char *section, const char *name,
		     const char *value)
{
	struct entry *e = data;
	size_t used;

	if (!at->continues) {
		entry_close(e);
		*e = (struct entry){ .config = e->config, .at = *at, .open = true };
		snprintf(e->section, sizeof(e->section), "%s", section);
		snprintf(e->name, sizeof(e->name), "%s", name);
	}
	used = strlen(e->value);
	e->too_long |= used + strlen(value) + 2 > sizeof(e->value);
	snprintf(e->value + used, sizeof(e->value) - used, "%s%s", used ? " " : "", value);
}

void config_parse(struct config *c, const char *file, const char *text)
{
	struct entry e = { .config = c };

	ini_text_read(file, text, &c->warnings, on_entry, &e);
	entry_close(&e);
}
