/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file_create.h"
#include "core/mem.h"
#include "ui/app.h"

#define THEME_DEFAULT "dark"
#define INTERVAL_DEFAULT_NS 1000000000ull

static struct query *base_query(const struct ui *ui, const struct panel *p)
{
	for (size_t i = 0; i < ui->n_bases; i++)
		if (panels[i] == p)
			return &ui->bases[i].q;
	return &ui_level(ui)->q;
}

void settings_apply(struct ui *ui)
{
	const struct config *c = ui->options.config;
	char error[300];

	for (size_t i = 0; i < ui->n_bases && i < CONFIG_PANELS; i++)
		ui->order[ui->n_order++] = panels[i];
	keymap_default(&ui->keymap);
	if (!c)
		return;
	ui->warnings = c->warnings;
	keymap_make(&ui->keymap, &c->keys, &ui->warnings);
	for (size_t i = 0; i < ui->n_bases && i < CONFIG_PANELS; i++) {
		/* the parser has tried them */
		query_set_columns(&ui->bases[i].q, c->panels[i].columns, error, sizeof(error));
		query_set_group(&ui->bases[i].q, c->panels[i].group, error, sizeof(error));
		query_set_sort(&ui->bases[i].q, c->panels[i].sort, error, sizeof(error));
	}
	if (c->n_order) {
		memcpy(ui->order, c->order, sizeof(ui->order));
		ui->n_order = c->n_order;
	}
	if (!ui->options.panel)
		ui->options.panel = c->start ? c->start : ui->order[0];
}

static void query_pick(struct query *q, const struct query *from)
{
	memcpy(q->picked, from->picked, sizeof(q->picked));
	q->n_picked = from->n_picked;
}

void columns_inherit(const struct ui *ui, struct query *q)
{
	query_pick(q, base_query(ui, q->panel));
}

void columns_set(struct ui *ui, const struct panel *p, const struct column *const *columns,
		 size_t n)
{
	struct query *base = base_query(ui, p);

	base->n_picked = n < QUERY_COLUMNS ? n : QUERY_COLUMNS;
	for (size_t i = 0; i < base->n_picked; i++)
		base->picked[i] = columns[i];
	for (int i = 0; i < ui->depth; i++)
		if (ui->levels[i]->q.panel == p) {
			query_pick(&ui->levels[i]->q, base);
			ui->levels[i]->skip = 0;
		}
	ui_update(ui);
}

size_t columns_get(const struct ui *ui, const struct panel *p,
		   const struct column *ret[QUERY_COLUMNS])
{
	const struct query *base = base_query(ui, p);
	struct query own;
	char error[300];
	size_t n;

	query_init(&own, p);
	if (base->n_picked)
		query_pick(&own, base);
	else
		query_set_columns(&own, p->screen, error, sizeof(error));
	n = own.n_picked;
	memcpy(ret, own.picked, n * sizeof(ret[0]));
	query_done(&own);
	return n;
}

struct settings {
	struct setting list[3 * CONFIG_PANELS + 4];
	size_t n;
};

static struct setting *setting_add(struct settings *s, const char *section, const char *name,
				   bool wanted)
{
	struct setting *one = &s->list[s->n++];

	*one = (struct setting){ .wanted = wanted };
	snprintf(one->section, sizeof(one->section), "%s", section);
	snprintf(one->name, sizeof(one->name), "%s", name);
	return one;
}

static void columns_print(char *buf, size_t size, const struct column *const *columns, size_t n,
			  const char *join)
{
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? join : "",
				       columns[i]->name);
}

static void panel_settings(const struct ui *ui, const struct panel *p, struct settings *s)
{
	const struct column *columns[QUERY_COLUMNS];
	const struct query *q = base_query(ui, p);
	struct query usual;
	struct setting *one;
	char section[64];
	bool grouped;

	query_init(&usual, p);
	snprintf(section, sizeof(section), "panel %s", p->name);
	one = setting_add(s, section, "columns", q->n_picked > 0);
	columns_print(one->value, sizeof(one->value), columns, columns_get(ui, p, columns), " ");
	grouped = q->n_keys != usual.n_keys ||
		  memcmp(q->keys, usual.keys, q->n_keys * sizeof(q->keys[0]));
	one = setting_add(s, section, "group", grouped);
	columns_print(one->value, sizeof(one->value), q->keys, q->n_keys, ",");
	if (!q->sort)
		return;
	one = setting_add(s, section, "sort",
			  q->sort != usual.sort || q->ascending != usual.ascending);
	snprintf(one->value, sizeof(one->value), "%s%s", q->ascending ? "-" : "", q->sort->name);
}

static void settings_collect(const struct ui *ui, struct settings *s)
{
	char path[PATH_MAX];
	struct setting *one;

	s->n = 0;
	one = setting_add(s, "general", "theme", strcmp(ui->theme.name, THEME_DEFAULT) != 0);
	/* a path has to lead there from everywhere */
	if (!strchr(ui->theme.name, '/') || !realpath(ui->theme.name, path))
		snprintf(path, sizeof(path), "%s", ui->theme.name);
	snprintf(one->value, sizeof(one->value), "%.*s", THEME_NAME_LEN - 1, path);
	one = setting_add(s, "general", "interval", ui->options.interval_ns != INTERVAL_DEFAULT_NS);
	snprintf(one->value, sizeof(one->value), "%llums",
		 (unsigned long long)(ui->options.interval_ns / 1000000));
	for (size_t i = 0; i < ui->n_bases && i < CONFIG_PANELS; i++)
		panel_settings(ui, panels[i], s);
}

/* Somebody else could put a link in the way of what is written there. */
static int folder_check(const char *folder)
{
	struct stat st;

	if (stat(folder, &st))
		return -errno;
	return (st.st_uid != 0 && st.st_uid != geteuid()) || st.st_mode & S_IWOTH ? -EPERM : 0;
}

/* Makes the last folder of a path, where nobody else has a say. */
static int folder_make(const char *folder)
{
	char above[PATH_MAX];
	int r;

	snprintf(above, sizeof(above), "%s", folder);
	r = folder_check(dirname(above));
	return r ? r : mkdir(folder, 0700) ? -errno : 0;
}

/* Makes the folders of a path that are missing, for their owner. */
static int folders_make(const char *folder)
{
	char path[PATH_MAX];
	int r = 0;

	snprintf(path, sizeof(path), "%s", folder);
	for (char *p = path, *next; !r && p; p = next) {
		next = strchr(p + 1, '/');
		if (next)
			*next = '\0';
		if (access(path, F_OK))
			r = folder_make(path);
		if (next)
			*next = '/';
	}
	return r;
}

static int text_read(const char *path, char **ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r;

	if (fd < 0 && errno == ENOENT) {
		*ret = xstrdup("");
		return 0;
	}
	if (fd < 0)
		return -errno;
	r = ini_file_read(fd, ret);
	close(fd);
	return r;
}

/* The old file stays as NAME.bak; there is one or the other under its name at any moment. */
static int text_replace(const char *path, const char *text)
{
	CLEANUP(free_ptr) char *new = xasprintf("%s.%d", path, (int)getpid());
	CLEANUP(free_ptr) char *old = xasprintf("%s.bak", path);
	int r = file_save(new, text, strlen(text));
	struct stat st;

	if (r)
		return r;
	/* whoever could read it still can */
	if (!stat(path, &st) && chmod(new, st.st_mode & 0755))
		r = -errno;
	if (!r && unlink(old) && errno != ENOENT)
		r = -errno;
	if (!r && link(path, old) && errno != ENOENT)
		r = -errno;
	if (!r && rename(new, path))
		r = -errno;
	if (r)
		unlink(new);
	return r;
}

int settings_save(struct ui *ui, char *text, size_t size)
{
	const char *path = ui->options.config ? ui->options.config->path : "";
	char real[PATH_MAX], folder[PATH_MAX];
	CLEANUP(free_ptr) struct settings *s = xmalloc(sizeof(*s));
	CLEANUP(free_ptr) char *old = NULL, *edited = NULL;
	int r;

	if (!*path) {
		snprintf(text, size, "there is no place to save to: HOME is not set");
		return -ENOENT;
	}
	/* a link to a file elsewhere stays one */
	if (!realpath(path, real))
		snprintf(real, sizeof(real), "%s", path);
	snprintf(folder, sizeof(folder), "%s", real);
	dirname(folder);
	r = folders_make(folder);
	if (!r)
		r = folder_check(folder);
	if (!r)
		r = text_read(real, &old);
	if (!r) {
		settings_collect(ui, s);
		edited = config_edit(old, s->list, s->n);
		r = text_replace(real, edited);
	}
	snprintf(text, size, "%s%s%s", real, r ? ": " : "",
		 !r	       ? ""
		 : r == -EPERM ? "others may write to that folder"
			       : file_error(r));
	return r;
}
