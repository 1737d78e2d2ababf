/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	int code;
	const char *name;
} names[] = {
	{ K_TAB, "Tab" },	{ K_ENTER, "Enter" },	    { K_ESC, "Esc" },
	{ K_UP, "Up" },		{ K_DOWN, "Down" },	    { K_LEFT, "Left" },
	{ K_RIGHT, "Right" },	{ K_PAGE_UP, "PgUp" },	    { K_PAGE_DOWN, "PgDn" },
	{ K_HOME, "Home" },	{ K_END, "End" },	    { K_BACKSPACE, "Backspace" },
	{ K_DELETE, "Delete" }, { K_BACKTAB, "S-Tab" },	    { ' ', "Space" },
	{ K_CLICK, "Click" },	{ K_WHEEL_UP, "Wheel-Up" }, { K_WHEEL_DOWN, "Wheel-Down" },
};

const char *key_label(int code, char *buf, size_t size)
{
	char utf8[5];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == code) {
			snprintf(buf, size, "%s", names[i].name);
			return buf;
		}
	if (code >= K_F1 && code <= K_F12)
		snprintf(buf, size, "F%d", code - K_F1 + 1);
	else if (code > 0 && code < ' ')
		snprintf(buf, size, "^%c", code + '@');
	else
		snprintf(buf, size, "%s", key_encode(code, utf8) ? utf8 : "?");
	return buf;
}

int key_parse(const char *name)
{
	const char *p = name;
	int code;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcasecmp(names[i].name, name))
			return names[i].code;
	if (name[0] == 'F' && name[1]) {
		code = atoi(name + 1);
		return code >= 1 && code <= 12 ? K_F1 + code - 1 : 0;
	}
	if (name[0] == '^' && name[1] && !name[2])
		return KEY_CTRL(name[1]);
	code = key_decode(&p);
	return *p ? 0 : code;
}

int key_decode(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	int n = *s < 0x80 ? 0 : *s < 0xe0 ? 1 : *s < 0xf0 ? 2 : 3;
	int code = n ? *s & (0x3f >> n) : *s;

	if (!*s)
		return 0;
	for (s++; n && (*s & 0xc0) == 0x80; n--)
		code = code << 6 | (*s++ & 0x3f);
	*p = (const char *)s;
	return code;
}

size_t key_encode(int code, char buf[5])
{
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	memset(buf, 0, 5);
	if (code < ' ' || code == 0x7f || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	if (n == 1) {
		buf[0] = (char)code;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--, code >>= 6)
		buf[i] = (char)(0x80 | (code & 0x3f));
	buf[0] = (char)((0xf00 >> n) | code);
	return n;
}
