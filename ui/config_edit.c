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
	bool named;	 /* there was a name in the section: indented lines go on with its value, */
	bool dropping;	 /* which was replaced */
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

/* Where one of the characters is before a comment begins; len: nowhere. */
static size_t char_find(const char *text, size_t len, const char *chars)
{
	size_t i = 0;

	while (i < len && !strchr(chars, text[i])) {
		if (text[i] == ';' && i && strchr(BLANKS, text[i - 1]))
			return len;
		i++;
	}
	return i;
}

/* The setting that a line is about whose first bytes, so many, are a name; n: none. */
static size_t setting_of(const struct edit *e, const char *text, size_t name)
{
	size_t i = 0;

	while (name && strchr(BLANKS, text[name - 1]))
		name--;
	while (i < e->n && (strcasecmp(e->settings[i].section, e->section) ||
			    strlen(e->settings[i].name) != name ||
			    strncasecmp(e->settings[i].name, text, name)))
		i++;
	return i;
}

/* What is added to the section before must not go on in this line. */
static void section_begin(struct edit *e, const char *text, size_t len, size_t end)
{
	section_finish(e);
	snprintf(e->section, sizeof(e->section), "%.*s", (int)end - 1, text + 1);
	e->named = e->dropping = false;
	fprintf(e->out, "%.*s\n", (int)len, text);
}

static void line_edit(struct edit *e, const char *line, size_t len)
{
	size_t blanks = strspn(line, BLANKS), i = e->n, end;
	const char *text = line + blanks;
	bool comment = *text == '#' || *text == ';';

	if (blanks >= len) {
		e->blank_lines++;
		return;
	}
	len -= blanks;
	if (!comment && e->named && blanks) {
		if (e->dropping)
			return;
	} else if (!comment && *text == '[') {
		end = char_find(text, len, "]");
		if (end < len) {
			section_begin(e, text, len, end);
			return;
		}
	} else if (!comment) {
		end = char_find(text, len, "=:");
		if (end < len) {
			i = setting_of(e, text, end);
			e->named = true;
			e->dropping = i < e->n;
		}
	}
	blank_lines_print(e);
	if (i == e->n)
		fprintf(e->out, "%.*s\n", (int)(len + blanks), line);
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

	e.out = mem_stream(&edited, &size);
	e.written = xcalloc(n + 1, sizeof(*e.written));
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		line_edit(&e, text, len);
	}
	section_finish(&e);
	sections_add(&e, empty);
	mem_stream_close(e.out);
	free(e.written);
	return edited;
}
