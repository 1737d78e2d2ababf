/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys as the views see them: Unicode characters, and codes of our own for all others. */
#ifndef PROBETOP_KEY_H
#define PROBETOP_KEY_H

#include <stdbool.h>
#include <stddef.h>

#define KEY_CTRL(letter) ((letter)&0x1f)

enum key_code {
	K_TAB = '\t',
	K_ENTER = '\n',
	K_ESC = 0x1b,
	K_FIRST = 0x200000, /* beyond all characters */
	K_UP = K_FIRST,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_HOME,
	K_END,
	K_BACKSPACE,
	K_DELETE,
	K_BACKTAB,
	K_F1,
	K_F12 = K_F1 + 11,
	K_CLICK,
	K_WHEEL_UP,
	K_WHEEL_DOWN,
};

struct key_event {
	int code;
	int x, y; /* of the mouse */
	bool twice; /* K_CLICK: at the same place as one a moment ago */
	bool pasted; /* not typed: text, whatever it says */
};

/* "F1", "PgUp", "^L", "q"; returns buf. */
const char *key_label(int code, char *buf, size_t size);
/* The other way round; 0 when there is no such key. */
int key_parse(const char *name);
/* One UTF-8 character of a text: its code, and *p behind it; 0 at the end. */
int key_decode(const char **p);
/* The UTF-8 form of a character, with its NUL; 0 when code is not one that can be typed. */
size_t key_encode(int code, char buf[5]);

#endif
