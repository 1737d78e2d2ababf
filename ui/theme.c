/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/theme.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#ifndef PROBETOP_SOURCE_THEMES
#define PROBETOP_SOURCE_THEMES "themes"
#endif
#ifndef PROBETOP_THEME_DIR
#define PROBETOP_THEME_DIR "/usr/share/probetop/themes"
#endif

static const char *const color_names[] = { "black", "red",     "green", "yellow",
					   "blue",  "magenta", "cyan",	"white" };

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

void theme_mono(struct theme *t)
{
	static const unsigned char attrs[] = {
#define ROLE(id, name, attr) attr,
#include "ui/roles.def"
#undef ROLE
	};

	*t = (struct theme){ .own_fg = 0xe5e5e5, .own_bg = 0x000000 };
	for (int i = 0; i < ROLE_COUNT; i++)
		t->style[i] = (struct theme_style){ COLOR_DEFAULT, COLOR_DEFAULT, attrs[i] };
}

void theme_drop_colors(struct theme *t)
{
	struct theme mono;

	theme_mono(&mono);
	memcpy(t->style, mono.style, sizeof(t->style));
}

struct theme_parse {
	struct theme *theme;
	FILE *file;
	const char *path;
	int line;
};

static void warn(struct theme_parse *p, const char *what, const char *text)
{
	size_t used = strlen(p->theme->warnings);
	const char *base = strrchr(p->path, '/');

	snprintf(p->theme->warnings + used, sizeof(p->theme->warnings) - used, "%s%s:%d: %s%s",
		 used ? "\n" : "", base ? base + 1 : p->path, p->line, what, text);
}

/* default, a name, bright-NAME or a number 0..255. */
static bool color_parse(const char *text, short *ret)
{
	const char *name = strncasecmp(text, "bright-", 7) ? text : text + 7;
	char *end;
	long n = strtol(text, &end, 10);

	if (end != text && !*end && n >= 0 && n <= 255) {
		*ret = (short)n;
		return true;
	}
	if (!strcasecmp(text, "default")) {
		*ret = COLOR_DEFAULT;
		return true;
	}
	for (short i = 0; i < 8; i++)
		if (!strcasecmp(name, color_names[i])) {
			*ret = (short)(i + (name == text ? 0 : 8));
			return true;
		}
	return false;
}

static bool attr_parse(const char *text, unsigned char *attrs)
{
	for (size_t i = 0; i < sizeof(attr_names) / sizeof(attr_names[0]); i++)
		if (!strcasecmp(text, attr_names[i].name)) {
			*attrs |= attr_names[i].attr;
			return true;
		}
	return false;
}

/* role = foreground, background, attribute ... */
static void style_parse(struct theme_parse *p, struct theme_style *style, const char *value)
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
			warn(p, n < 2 ? "no such colour: " : "no such attribute: ", word);
			return;
		}
	}
	if (n == 0)
		warn(p, "a colour is missing", "");
	else
		*style = new;
}

/* Wrong lines are reported here and skipped, so this never asks inih to count an error. */
static int on_entry(void *data, const char *section, const char *name, const char *value)
{
	struct theme_parse *p = data;

	if (strcasecmp(section, "roles")) {
		warn(p, "no such section: ", section);
		return 1;
	}
	for (int i = 0; i < ROLE_COUNT; i++)
		if (!strcasecmp(name, role_name(i))) {
			style_parse(p, &p->theme->style[i], value);
			return 1;
		}
	warn(p, "no such role: ", name);
	return 1;
}

static char *read_line(char *buf, int size, void *data)
{
	struct theme_parse *p = data;

	p->line++;
	return fgets(buf, size, p->file);
}

static int theme_read(struct theme *t, const char *path)
{
	struct theme_parse p = { .theme = t, .path = path, .file = fopen(path, "re") };
	int malformed;

	if (!p.file)
		return -errno;
	malformed = ini_parse_stream(read_line, &p, on_entry, &p);
	if (malformed > 0) {
		p.line = malformed;
		warn(&p, "neither [section] nor role = colours", "");
	}
	fclose(p.file);
	return 0;
}

int theme_load(struct theme *t, const char *name, char *error, size_t size)
{
	const char *const dirs[] = { getenv("PROBETOP_THEMES"), PROBETOP_SOURCE_THEMES,
				     PROBETOP_THEME_DIR };
	char path[PATH_MAX];
	int r = -ENOENT;

	theme_mono(t);
	if (strchr(name, '/')) {
		r = theme_read(t, name);
		if (r)
			snprintf(error, size, "theme %s: %s", name, strerror(-r));
		return r;
	}
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (!dirs[i] || !*dirs[i])
			continue;
		snprintf(path, sizeof(path), "%s/%s.theme", dirs[i], name);
		r = theme_read(t, path);
		if (!r)
			return 0;
	}
	snprintf(error, size, "no theme '%s' in %s; there are dark, light and mono", name,
		 dirs[0] && *dirs[0] ? dirs[0] : PROBETOP_THEME_DIR);
	return r;
}
