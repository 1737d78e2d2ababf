/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/ini_text.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/format.h"
#include "core/mem.h"

#define BLANKS " \t\r\n\f\v"

static void line_add(struct warnings *w, const char *clean, size_t len)
{
	size_t used = strlen(w->text);

	if (used + len + 2 > sizeof(w->text))
		w->more++;
	else
		snprintf(w->text + used, sizeof(w->text) - used, "%s%.*s", used ? "\n" : "",
			 (int)len, clean);
}

void warnings_join(struct warnings *w, const struct warnings *others)
{
	const char *line = others->text;

	for (size_t len; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		line_add(w, line, len);
	}
	w->more += others->more;
}

void warnings_add(struct warnings *w, const char *format, ...)
{
	char line[400], clean[sizeof(line) * 6];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	text_for_terminal(clean, sizeof(clean), line);
	line_add(w, clean, strlen(clean));
}

struct reader {
	struct ini_place place;
	const char *rest;
	struct warnings *warnings;
	void (*entry)(void *data, const struct ini_place *place, const char *section,
		      const char *name, const char *value);
	void *data;
	bool value; /* a line that begins with a blank would continue one, */
	bool wrong; /* of a line that was skipped, so that it is skipped, too */
};

/* What inih would call an error, of which it reports only the first. */
static const char *line_wrong(const struct reader *r, const char *line, size_t len, size_t room)
{
	size_t blanks = strspn(line, BLANKS);
	const char *text = line + blanks, *end = line + len;

	if (len + 1 >= room)
		return "the line is too long; go on in the next, behind a blank";
	if (text >= end || *text == ';' || *text == '#' || (r->value && blanks))
		return NULL;
	if (*text == '[')
		return memchr(text, ']', (size_t)(end - text)) ? NULL : "the ] is missing";
	if (*text == '=' || *text == ':')
		return "a name is missing";
	if (!memchr(text, '=', (size_t)(end - text)) && !memchr(text, ':', (size_t)(end - text)))
		return "neither [section] nor name = value";
	return NULL;
}

static char *line_next(char *buf, int size, void *data)
{
	struct reader *r = data;
	const char *line = r->rest, *end = strchr(line, '\n'), *wrong, *text;
	size_t len = end ? (size_t)(end - line) : strlen(line);

	if (!*line)
		return NULL;
	r->rest = end ? end + 1 : line + len;
	r->place.line++;
	text = line + strspn(line, BLANKS);
	r->place.continues = r->value && text > line && text < line + len;
	wrong = line_wrong(r, line, len, (size_t)size);
	if (wrong)
		warnings_add(r->warnings, "%s:%d: %s", r->place.file, r->place.line, wrong);
	r->wrong = wrong || (r->wrong && r->place.continues);
	if (r->wrong)
		len = 0;
	if (text < line + len && *text != ';' && *text != '#')
		r->value = r->place.continues || *text != '[';
	snprintf(buf, (size_t)size, "%.*s\n", (int)len, line);
	return buf;
}

static int on_entry(void *data, const char *section, const char *name, const char *value)
{
	struct reader *r = data;

	r->entry(r->data, &r->place, section, name, value);
	return 1;
}

void ini_text_read(const char *file, const char *text, struct warnings *w,
		   void (*entry)(void *data, const struct ini_place *place, const char *section,
				 const char *name, const char *value),
		   void *data)
{
	bool marked = !strncmp(text, "\xef\xbb\xbf", 3); /* what some editors begin with */
	struct reader r = {
		.place = { .file = file },
		.rest = text + (marked ? 3 : 0),
		.warnings = w,
		.entry = entry,
		.data = data,
	};

	ini_parse_stream(line_next, &r, on_entry, &r);
}

int ini_file_read(int fd, char **ret)
{
	struct stat st;
	char *text;
	ssize_t n;
	size_t len = 0;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (st.st_size > INI_FILE_MAX)
		return -EFBIG;
	text = xmalloc(INI_FILE_MAX + 1);
	while (len < INI_FILE_MAX && (n = read(fd, text + len, INI_FILE_MAX - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			n = -errno;
			free(text);
			return (int)n;
		}
		len += (size_t)n;
	}
	text[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = '?'; /* nothing hides behind it */
	*ret = text;
	return 0;
}
