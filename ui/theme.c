/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/theme.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/mem.h"

#ifndef PROBETOP_SOURCE_THEMES
#define PROBETOP_SOURCE_THEMES "themes"
#endif
#ifndef PROBETOP_THEME_DIR
#define PROBETOP_THEME_DIR "/usr/share/probetop/themes"
#endif

#define SUFFIX ".theme"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	unsigned char attr;
} attr_names[] = {
	{ "bold", ROLE_ATTR_BOLD },
	{ "dim", ROLE_ATTR_DIM },
	{ "underline", ROLE_ATTR_UNDERLINE },
	{ "reverse", ROLE_ATTR_REVERSE },
	{ "none", 0 },
};

void theme_drop_colors(struct theme *t)
{
	static const unsigned char attrs[] = {
#define ROLE(id, name, attr) attr,
#include "ui/roles.def"
#undef ROLE
	};

	for (int i = 0; i < ROLE_COUNT; i++)
		t->style[i] = (struct theme_style){ COLOR_DEFAULT, COLOR_DEFAULT, attrs[i] };
}

void theme_mono(struct theme *t)
{
	*t = (struct theme){ .name = "mono", .own_fg = 0xe5e5e5, .own_bg = 0x000000 };
	theme_drop_colors(t);
}

static void warn(struct theme *t, const struct ini_place *at, const char *what, const char *text)
{
	warnings_add(&t->warnings, "%s:%d: %s%s", at->file, at->line, what, text);
}

static bool attr_parse(const char *text, unsigned char *attrs)
{
	for (size_t i = 0; i < COUNT(attr_names); i++)
		if (!strcasecmp(text, attr_names[i].name)) {
			*attrs |= attr_names[i].attr;
			return true;
		}
	return false;
}

/* role = foreground, background, attribute ... */
static void role_parse(struct theme *t, const struct ini_place *at, int role, const char *value)
{
	struct theme_style new = { COLOR_DEFAULT, COLOR_DEFAULT, 0 };
	char text[128], *save = NULL, *word;
	int n = 0;

	snprintf(text, sizeof(text), "%s", value);
	for (word = strtok_r(text, ", \t", &save); word;
	     word = strtok_r(NULL, ", \t", &save), n++) {
		bool ok = n == 0   ? color_parse(word, &new.fg)
			  : n == 1 ? color_parse(word, &new.bg)
				   : attr_parse(word, &new.attrs);

		if (!ok) {
			warn(t, at, n < 2 ? "no such colour: " : "no such attribute: ", word);
			return;
		}
	}
	if (n == 0) {
		warn(t, at, "a colour is missing", "");
		return;
	}
	t->style[role] = new;
	t->given |= 1ull << role;
}

static void own_parse(struct theme *t, const struct ini_place *at, uint32_t *own, const char *value)
{
	int color;

	if (color_parse(value, &color) && color != COLOR_DEFAULT)
		*own = color_rgb(color, 0);
	else
		warn(t, at, "no such colour: ", value);
}

static void about_parse(struct theme *t, const struct ini_place *at, const char *name,
			const char *value)
{
	if (!strcasecmp(name, "title"))
		snprintf(t->title, sizeof(t->title), "%s", value);
	else if (!strcasecmp(name, "foreground"))
		own_parse(t, at, &t->own_fg, value);
	else if (!strcasecmp(name, "background"))
		own_parse(t, at, &t->own_bg, value);
	else
		warn(t, at, "no such setting: ", name);
}

static void on_entry(void *data, const struct ini_place *at, const char *section, const char *name,
		     const char *value)
{
	struct theme *t = data;

	if (at->continues) {
		warn(t, at, "a blank in front continues the line before", "");
	} else if (!strcasecmp(section, "theme")) {
		about_parse(t, at, name, value);
	} else if (!strcasecmp(section, "roles")) {
		for (int i = 0; i < ROLE_COUNT; i++)
			if (!strcasecmp(name, role_name(i))) {
				role_parse(t, at, i, value);
				return;
			}
		warn(t, at, "no such role: ", name);
	} else {
		warn(t, at, "no such section: ", section);
	}
}

void theme_parse(struct theme *t, const char *file, const char *text)
{
	theme_mono(t);
	ini_text_read(file, text, &t->warnings, on_entry, t);
}

static int theme_read(struct theme *t, const char *path)
{
	const char *base = strrchr(path, '/');
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r;
	CLEANUP(free_ptr) char *text = NULL;

	if (fd < 0)
		return -errno;
	r = ini_file_read(fd, &text);
	close(fd);
	if (!r)
		theme_parse(t, base ? base + 1 : path, text);
	return r;
}

/* Where themes are, the first wins; NULL: no more. */
static const char *theme_dir(int i)
{
	const char *const dirs[] = { getenv("PROBETOP_THEMES"), PROBETOP_SOURCE_THEMES,
				     PROBETOP_THEME_DIR };
	int at = 0;

	for (size_t n = 0; n < COUNT(dirs); n++)
		if (dirs[n] && *dirs[n] && at++ == i)
			return dirs[n];
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

int themes_list(char names[THEMES_MAX][64])
{
	const char *dir;
	int n = 0;

	for (int i = 0; (dir = theme_dir(i)); i++) {
		DIR *d = opendir(dir);
		struct dirent *e;

		while (d && (e = readdir(d)) && n < THEMES_MAX) {
			size_t len = strlen(e->d_name), end = len - strlen(SUFFIX);
			bool known = false;

			if (len <= strlen(SUFFIX) || end >= 64 || strcmp(e->d_name + end, SUFFIX))
				continue;
			snprintf(names[n], 64, "%.*s", (int)end, e->d_name);
			for (int j = 0; j < n; j++)
				known |= !strcmp(names[j], names[n]);
			n += !known;
		}
		if (d)
			closedir(d);
	}
	qsort(names, (size_t)n, sizeof(names[0]), by_name);
	return n;
}

static void theme_missing(const char *name, char *error, size_t size)
{
	char names[THEMES_MAX][64];
	int n = themes_list(names), used;

	used = snprintf(error, size, "no theme '%s'; there %s", name, n ? "are: " : "is none");
	for (int i = 0; i < n && used > 0 && (size_t)used < size; i++)
		used += snprintf(error + used, size - (size_t)used, "%s%s", i ? ", " : "",
				 names[i]);
	if (!n)
		snprintf(error, size, "no theme '%s', nor any other in %s", name, theme_dir(0));
}

int theme_load(struct theme *t, const char *name, char *error, size_t size)
{
	const char *dir;
	char path[PATH_MAX];
	int r = -ENOENT;

	theme_mono(t);
	if (strchr(name, '/')) {
		r = theme_read(t, name);
		if (r)
			snprintf(error, size, "theme %s: %s", name, strerror(-r));
	}
	for (int i = 0; !strchr(name, '/') && r && (dir = theme_dir(i)); i++) {
		snprintf(path, sizeof(path), "%s/%s" SUFFIX, dir, name);
		r = theme_read(t, path);
		if (r && r != -ENOENT)
			snprintf(error, size, "theme %s: %s", path, strerror(-r));
	}
	if (r == -ENOENT && !strchr(name, '/'))
		theme_missing(name, error, size);
	if (!r)
		snprintf(t->name, sizeof(t->name), "%s", name);
	return r;
}
