/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text whose bytes somebody else chose, made fit for a terminal or for UTF-8 files. */
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "format.h"

/* Marks on one base character; more of them would cover the lines above and below. */
#define MARKS_MAX 2

struct writer {
	char *buf;
	size_t at, size;
};

/* All of s or nothing, so that no sequence is cut in half; false: full. */
static bool put(struct writer *w, const char *s, size_t len)
{
	if (w->at + len + 1 > w->size)
		return false;
	memcpy(w->buf + w->at, s, len);
	w->at += len;
	return true;
}

static int writer_end(struct writer *w)
{
	if (w->size)
		w->buf[w->at] = '\0';
	return (int)w->at;
}

static bool put_escape(struct writer *w, utf8proc_int32_t c, bool is_byte)
{
	char s[16];
	int n;

	if (c == '\n' || c == '\t' || c == '\r')
		n = snprintf(s, sizeof(s), "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
	else if (is_byte || c < 0x80)
		n = snprintf(s, sizeof(s), "\\x%02x", (unsigned int)c);
	else
		n = snprintf(s, sizeof(s), c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned int)c);
	return put(w, s, (size_t)n);
}

static bool is_mark(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME) &&
	       !utf8proc_get_property(c)->ignorable;
}

/* Halves of a flag, and skin colours: some terminals join them with their neighbours. */
static bool is_joining(utf8proc_int32_t c)
{
	return (c >= 0x1f1e6 && c <= 0x1f1ff) || (c >= 0x1f3fb && c <= 0x1f3ff);
}

/* Does the terminal draw it, in a place of its own and without side effects? */
static bool is_plain(utf8proc_int32_t c)
{
	if (is_joining(c))
		return false;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CN: /* not assigned: its width is anybody's guess */
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF: /* bidi controls, joiners, tags */
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return false;
	default:
		return utf8proc_charwidth(c) > 0 && !utf8proc_get_property(c)->ignorable;
	}
}

bool text_is_harmless(const char *utf8)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)utf8;
	utf8proc_int32_t c;

	while (*p) {
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &c);

		if (n <= 0 || (!is_plain(c) && !is_mark(c) && !strchr("\t\r\n", c < 0x80 ? c : 1)))
			return false;
		p += n;
	}
	return true;
}

int text_for_terminal(char *buf, size_t size, const char *text)
{
	struct writer w = { .buf = buf, .size = size };
	int marks = MARKS_MAX; /* nothing to put a mark on yet */
	bool room = true;

	while (*text && room) {
		utf8proc_ssize_t n = 1;
		utf8proc_int32_t c = (unsigned char)*text;

		if (c >= 0x80)
			n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
		if (n < 1) {
			room = put_escape(&w, (unsigned char)*text++, true);
			marks = MARKS_MAX;
			continue;
		}
		if (c >= 0x80 ? is_plain(c) : c >= ' ' && c < 0x7f) {
			room = put(&w, text, (size_t)n);
			marks = 0;
		} else if (c >= 0x80 && is_mark(c) && marks < MARKS_MAX) {
			room = put(&w, text, (size_t)n);
			marks++;
		} else {
			room = put_escape(&w, c, false);
			marks = MARKS_MAX;
		}
		text += n;
	}
	return writer_end(&w);
}

int text_to_utf8(char *buf, size_t size, const char *text)
{
	struct writer w = { .buf = buf, .size = size };
	bool room = true;

	while (*text && room) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = 1;

		if ((unsigned char)*text >= 0x80)
			n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
		room = n < 1 ? put(&w, "\xef\xbf\xbd", 3) : put(&w, text, (size_t)n);
		text += n < 1 ? 1 : n;
	}
	return writer_end(&w);
}

/* One character: its bytes; *cells: what it takes on the screen. */
static size_t character_next(const char *s, int *cells)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	*cells = 1;
	if ((unsigned char)*s < 0x80)
		return 1;
	n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &c);
	if (n < 1)
		return 1;
	*cells = utf8proc_charwidth(c);
	return (size_t)n;
}

int text_width(const char *utf8)
{
	int width = 0, cells;

	while (*utf8) {
		utf8 += character_next(utf8, &cells);
		width += cells;
	}
	return width;
}

/* Bytes at the start that fill at most `cells` cells; *filled: how many they do. */
static size_t head_bytes(const char *s, int cells, int *filled)
{
	const char *p = s;

	*filled = 0;
	while (*p) {
		int width;
		size_t n = character_next(p, &width);

		if (*filled + width > cells)
			break;
		*filled += width;
		p += n;
	}
	return (size_t)(p - s);
}

/* Where the end of s begins that fills at most `cells` of its `width` cells. */
static const char *tail_start(const char *s, int width, int cells, int *filled)
{
	int w;

	*filled = width;
	while (*s && *filled > cells) {
		s += character_next(s, &w);
		*filled -= w;
	}
	/* marks without their base */
	while (*s) {
		size_t n = character_next(s, &w);

		if (w)
			break;
		s += n;
	}
	return s;
}

static void put_blanks(struct writer *w, int n)
{
	while (n-- > 0 && put(w, " ", 1))
		;
}

int text_fit(char *buf, size_t size, const char *utf8, int cells, bool cut_front, bool flush_left)
{
	static const char ellipsis[] = "\u2026";
	struct writer w = { .buf = buf, .size = size };
	int width = text_width(utf8), filled = width;
	size_t len = strlen(utf8);
	bool cut = width > cells;

	if (cells <= 0)
		return writer_end(&w);
	if (cut && cut_front) {
		utf8 = tail_start(utf8, width, cells - 1, &filled);
		len = strlen(utf8);
	} else if (cut) {
		len = head_bytes(utf8, cells - 1, &filled);
	}
	filled += cut;
	if (!flush_left)
		put_blanks(&w, cells - filled);
	if (cut && cut_front)
		put(&w, ellipsis, sizeof(ellipsis) - 1);
	put(&w, utf8, len);
	if (cut && !cut_front)
		put(&w, ellipsis, sizeof(ellipsis) - 1);
	if (flush_left)
		put_blanks(&w, cells - filled);
	return writer_end(&w);
}
