/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which key does what: the table of keys, as the user's settings change it. */
#ifndef PROBETOP_KEYMAP_H
#define PROBETOP_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/bindings.h"
#include "ui/ini_text.h"

#define KEYMAP_MAX 192
#define KEY_LINES_MAX 64

struct keymap_entry {
	int key, as; /* as: the key of the table whose work it does */
	const struct binding *binding;
};

struct keymap {
	struct keymap_entry entries[KEYMAP_MAX];
	int n;
};

/* A line of settings: the keys that an action has from now on, instead of its own; none: no keys.
 */
struct key_line {
	const struct binding *binding;
	int as, keys[BINDING_KEYS];
	char action[24];
	const char *file; /* of the settings; not owned */
	int line;
};

struct key_lines {
	struct key_line list[KEY_LINES_MAX];
	int n;
};

void keymap_default(struct keymap *m);
/* NULL: the key does nothing. */
const struct keymap_entry *keymap_find(const struct keymap *m, int key);
/* The keys of a row of the table, "F1 ? h". */
void keymap_keys(const struct keymap *m, const struct binding *b, char *buf, size_t size);
/* The first of them; NULL: it has none. */
const struct keymap_entry *keymap_first(const struct keymap *m, const struct binding *b);

/*
 * Adds a line of settings, keys with blanks between them, "none" for none; the same action again
 * takes the place of what it had.  What is wrong is warned of, and nothing is added.
 */
void key_lines_add(struct key_lines *lines, const struct ini_place *at, const char *action,
		   const char *keys, struct warnings *w);
/*
 * The table of keys with these lines.  One that wants a key which another action keeps or has got
 * is refused, with both names: that action has the keys of the table then.
 */
void keymap_make(struct keymap *m, const struct key_lines *lines, struct warnings *w);

/* Does what the key stands for; unknown keys do nothing. */
void keymap_run(struct ui *ui, const struct key_event *key);

#endif
