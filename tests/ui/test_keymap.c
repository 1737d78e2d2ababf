/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contract: every action has a name, settings give it other keys, and no key does two things. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "ui/keymap.h"

static struct warnings warnings;

/* Lines "action = keys". */
static struct keymap make(const char *text)
{
	struct key_lines lines = { .n = 0 };
	struct ini_place at = { .file = "config", .line = 0 };
	struct keymap m;
	char line[200], *equal;

	warnings = (struct warnings){ 0 };
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
		equal = strstr(line, " = ");
		*equal = '\0';
		at.line++;
		key_lines_add(&lines, &at, line, equal + 3, &warnings);
	}
	keymap_make(&m, &lines, &warnings);
	return m;
}

static int as(const struct keymap *m, const char *key)
{
	const struct keymap_entry *e = keymap_find(m, key_parse(key));

	return e ? e->as : 0;
}

Test(keymap, every_action_has_a_name_of_its_own)
{
	char all[4000] = " ", word[80];

	for (const struct binding *b = bindings; b->help; b++) {
		if (b->keys[0] == '1')
			continue;
		cr_assert(b->name && *b->name, "%s", b->help);
		for (const char *p = b->name, *before = ""; *p;
		     p += strcspn(p, " "), p += *p == ' ') {
			snprintf(word, sizeof(word), " %.*s ", (int)strcspn(p, " "), p);
			cr_assert_lt(strlen(word), sizeof(((struct key_line *)0)->action) + 2);
			if (strncmp(before, p, strlen(word) - 2))
				cr_assert_null(strstr(all, word), "%s twice", word);
			strcat(all, word + 1);
			before = p;
		}
	}
}

Test(keymap, no_key_of_the_table_does_two_things)
{
	struct keymap m;

	keymap_default(&m);
	cr_assert_lt(m.n, KEYMAP_MAX);
	for (int i = 0; i < m.n; i++)
		for (int j = 0; j < i; j++)
			cr_assert_neq(m.entries[i].key, m.entries[j].key, "%s and %s",
				      m.entries[i].binding->help, m.entries[j].binding->help);
}

Test(keymap, keys_of_the_table_do_their_own_work)
{
	struct keymap m;

	keymap_default(&m);
	cr_assert_eq(as(&m, "Down"), K_DOWN);
	cr_assert_eq(as(&m, "j"), K_DOWN);
	cr_assert_eq(as(&m, "l"), K_RIGHT);
	cr_assert_eq(as(&m, "N"), 'N');
	cr_assert_eq(as(&m, "7"), '7');
	cr_assert_eq(as(&m, "q"), K_F1 + 9, "all keys of one action do the same");
	cr_assert_eq(as(&m, "_"), 0);
}

Test(keymap, actions_get_other_keys)
{
	struct keymap m = make("down = J ^N\nquit = ~\nrecord = none\nSORT-LEFT = ,");
	const struct keymap_entry *e;
	char keys[80];

	cr_assert_str_eq(warnings.text, "", "%s", warnings.text);
	cr_assert_eq(as(&m, "J"), K_DOWN);
	cr_assert_eq(as(&m, "^N"), K_DOWN);
	cr_assert_eq(as(&m, "Down"), 0);
	cr_assert_eq(as(&m, "j"), 0);
	cr_assert_eq(as(&m, "Up"), K_UP);
	cr_assert_eq(as(&m, "~"), K_F1 + 9);
	cr_assert_eq(as(&m, "q"), 0);
	cr_assert_eq(as(&m, "w"), 0);
	cr_assert_eq(as(&m, ","), '<');
	cr_assert_eq(as(&m, ">"), '>');
	e = keymap_find(&m, 'J');
	keymap_keys(&m, e->binding, keys, sizeof(keys));
	cr_assert_str_eq(keys, "Up J ^N k", "%s", keys);
	cr_assert_eq(keymap_first(&m, e->binding)->key, K_UP);
}

Test(keymap, two_actions_may_swap_their_keys)
{
	struct keymap m = make("threads = a\nall = H");

	cr_assert_str_eq(warnings.text, "", "%s", warnings.text);
	cr_assert_eq(as(&m, "a"), 'H');
	cr_assert_eq(as(&m, "H"), 'a');
}

Test(keymap, conflicts_are_refused_by_name)
{
	struct keymap m = make("sort-menu = t\nthreads = ~\ngroup = ~\npause = 3");

	cr_assert_str_eq(warnings.text,
			 "config:1: key t is already 'sample-next', so 'sort-menu' keeps its own\n"
			 "config:3: key ~ is already 'threads', so 'group' keeps its own\n"
			 "config:4: key 3 is already 'panel number', so 'pause' keeps its own",
			 "%s", warnings.text);
	cr_assert_eq(as(&m, "t"), 't');
	cr_assert_eq(as(&m, "F6"), K_F1 + 5);
	cr_assert_eq(as(&m, "~"), 'H');
	cr_assert_eq(as(&m, "g"), 'g');
	cr_assert_eq(as(&m, "z"), 'z');
}

/* The first is refused, so its keys come back, and the second is in their way. */
Test(keymap, a_refusal_may_bring_another)
{
	struct keymap m = make("threads = q\nall = H");

	cr_assert_str_eq(warnings.text,
			 "config:1: key q is already 'quit', so 'threads' keeps its own\n"
			 "config:2: key H is already 'threads', so 'all' keeps its own",
			 "%s", warnings.text);
	for (int i = 0; i < m.n; i++)
		for (int j = 0; j < i; j++)
			cr_assert_neq(m.entries[i].key, m.entries[j].key);
}

Test(keymap, the_same_key_twice_is_no_conflict)
{
	struct keymap m = make("pause = _ _");

	cr_assert_str_eq(warnings.text, "", "%s", warnings.text);
	cr_assert_eq(as(&m, "_"), 'z');
}

Test(keymap, wrong_lines_are_named)
{
	struct keymap m = make("nonsense = a\npause = Nokey\nquit = Click\nhelp = A B C D E\n"
			       "all = F13\nthreads = ab");

	cr_assert_str_eq(warnings.text,
			 "config:1: no such action: nonsense\nconfig:2: no such key: Nokey\n"
			 "config:3: no such key: Click\nconfig:4: too many keys: E\n"
			 "config:5: no such key: F13\nconfig:6: no such key: ab",
			 "%s", warnings.text);
	cr_assert_eq(as(&m, "F1"), K_F1);
}
