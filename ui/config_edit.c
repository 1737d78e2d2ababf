/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes lines of an INI text, and leaves the others alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "ui/settings.h"

#define BLANKS " \t\r\f\v"
#define WRAP 100 /* bytes of a line, of which inih reads 200 */

struct edit {
	FILE *out;
	const struct setting *settings;
	bool *written; /* of each setting */
	size_t n;
	char section[64];
	int blank_lines; /* held back: what is added comes before them */
	bool dropping;	 /* lines that go on with a value that was replaced */
};

static void setting_print(struct edit *e, size_t i)
{
	const char *value = e->settings[i].value;
	size_t len, used = strlen(e->settings[i].name) + 2;

	e->written[i] = true;
	fprintf(e->out, "%s =", e->settings[i].name);
	for (value += strspn(value, " "); *value; value += len, value += strspn(value, " ")) {
		len = strcspn(value, " ");
		if (used + len > WRAP) {
			fputs("\n\t", e->out);
			used = 0;
		} else {
			fputc(' ', e->out);
		}
		fwrite(value, 1, len, e->out);
		used += len + 1;
	}
	fputc('\n', e->out);
}

static void blank_lines_print(struct edit *e)
{
	for (; e->blank_lines; e->blank_lines--)
		fputc('\n', e->out);
}

/* What the section that ends here lacks. */
static void section_finish(struct edit *e)
{
	for (size_t i = 0; i < e->n && *e->section; i++)
		if (e->settings[i].wanted && !e->written[i] &&
		    !strcasecmp(e->settings[i].section, e->section))
			setting_print(e, i);
	blank_lines_print(e);
}

/* The setting that a line `name = value` is about; n: none. */
static size_t setting_of(const struct edit *e, const char *text, size_t len)
{
	size_t name = strcspn(text, "=:\n"), i = 0;

	if (name >= len)
		return e->n;
	while (name && strchr(BLANKS, text[name - 1]))
		name--;
	while (i < e->n && (strcasecmp(e->settings[i].section, e->section) ||
			    strlen(e->settings[i].name) != name ||
			    strncasecmp(e->settings[i].name, text, name)))
		i++;
	return i;
}

static void line_edit(struct edit *e, const char *line, size_t len)
{
	size_t blanks = strspn(line, BLANKS), i;
	const char *text = line + blanks;
	bool comment = *text == '#' || *text == ';';

	if (blanks >= len) {
		e->blank_lines++;
		return;
	}
	if (e->dropping && blanks && !comment)
		return;
	if (*text == '[' && memchr(text, ']', len - blanks)) {
		section_finish(e);
		snprintf(e->section, sizeof(e->section), "%.*s", (int)strcspn(text + 1, "]\n"),
			 text + 1);
	}
	blank_lines_print(e);
	i = comment || *text == '[' ? e->n : setting_of(e, text, len - blanks);
	e->dropping = (e->dropping && comment) || i < e->n;
	if (i == e->n)
		fprintf(e->out, "%.*s\n", (int)len, line);
	else if (!e->written[i])
		setting_print(e, i);
}

/* Sections that the text does not have at all. */
static void sections_add(struct edit *e, bool empty)
{
	for (size_t i = 0; i < e->n; i++) {
		if (e->written[i] || !e->settings[i].wanted)
			continue;
		fprintf(e->out, "%s[%s]\n", empty ? "" : "\n", e->settings[i].section);
		snprintf(e->section, sizeof(e->section), "%s", e->settings[i].section);
		section_finish(e);
		empty = false;
	}
}

char *config_edit(const char *text, const struct setting *settings, size_t n)
{
	struct edit e = { .settings = settings, .n = n };
	bool empty = !*text;
	char *edited;
	size_t size;

	e.out = open_memstream(&edited, &size);
	if (!e.out)
		return xstrdup(text);
	e.written = xcalloc(n + 1, sizeof(*e.written));
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		line_edit(&e, text, len);
	}
	section_finish(&e);
	sections_add(&e, empty);
	fclose(e.out);
	free(e.written);
	return edited;
}
