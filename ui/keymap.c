/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/keymap.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ui/app.h"

/* The word for keys[i] of a row; NULL: it cannot have another key. */
static const char *action_at(const struct binding *b, int i, size_t *ret_len)
{
	const char *word = b->name;

	for (; word && *word && i; i--) {
		word += strcspn(word, " ");
		word = *word ? word + 1 : b->name;
	}
	*ret_len = word ? strcspn(word, " ") : 0;
	return word;
}

/* The key of the table that does the action of keys[i]: the first with the same word. */
static int key_of_action(const struct binding *b, int i)
{
	size_t len, other_len;
	const char *word = action_at(b, i, &len);

	for (int j = 0; word && j < i; j++) {
		const char *other = action_at(b, j, &other_len);

		if (len == other_len && !strncmp(word, other, len))
			return b->keys[j];
	}
	return b->keys[i];
}

static void entry_add(struct keymap *m, const struct binding *b, int key, int as)
{
	if (m->n < KEYMAP_MAX)
		m->entries[m->n++] = (struct keymap_entry){ key, as, b };
}

static const struct key_line *line_of(const struct key_lines *lines, const struct binding *b,
				      int as)
{
	for (int i = 0; i < lines->n; i++)
		if (lines->list[i].binding == b && lines->list[i].as == as)
			return &lines->list[i];
	return NULL;
}

/* The table says 1 9, panels may have any digit. */
static bool is_digits(const struct binding *b)
{
	return b->keys[0] == '1' && b->keys[1] == '9';
}

static void row_add(struct keymap *m, const struct binding *b, const struct key_lines *lines)
{
	for (int i = 0; i < BINDING_KEYS && b->keys[i]; i++) {
		int as = key_of_action(b, i);
		const struct key_line *line = line_of(lines, b, as);

		if (!line)
			entry_add(m, b, b->keys[i], as);
		for (int j = 0; line && as == b->keys[i] && j < BINDING_KEYS && line->keys[j]; j++)
			entry_add(m, b, line->keys[j], as);
	}
}

/* All of them, even where two have the same key. */
static void keymap_fill(struct keymap *m, const struct key_lines *lines)
{
	m->n = 0;
	for (const struct binding *b = bindings; b->help; b++) {
		for (int digit = '1'; is_digits(b) && digit <= '9'; digit++)
			entry_add(m, b, digit, digit);
		if (!is_digits(b))
			row_add(m, b, lines);
	}
}

void keymap_default(struct keymap *m)
{
	keymap_fill(m, &(struct key_lines){ .n = 0 });
}

const struct keymap_entry *keymap_find(const struct keymap *m, int key)
{
	for (int i = 0; i < m->n; i++)
		if (m->entries[i].key == key)
			return &m->entries[i];
	return NULL;
}

const struct keymap_entry *keymap_first(const struct keymap *m, const struct binding *b)
{
	for (int i = 0; i < m->n; i++)
		if (m->entries[i].binding == b)
			return &m->entries[i];
	return NULL;
}

void keymap_keys(const struct keymap *m, const struct binding *b, char *buf, size_t size)
{
	size_t at = 0;
	char name[16];

	buf[0] = '\0';
	if (is_digits(b))
		snprintf(buf, size, "1 ... 9");
	for (int i = 0; !is_digits(b) && i < m->n && at < size; i++)
		if (m->entries[i].binding == b)
			at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? " " : "",
					       key_label(m->entries[i].key, name, sizeof(name)));
}

/* False: no such action. */
static bool action_find(struct key_line *line, const char *action)
{
	for (const struct binding *b = bindings; b->help; b++)
		for (int i = 0; b->name && i < BINDING_KEYS && b->keys[i]; i++) {
			size_t len;
			const char *word = action_at(b, i, &len);

			if (strlen(action) != len || strncasecmp(word, action, len))
				continue;
			line->binding = b;
			line->as = b->keys[i];
			snprintf(line->action, sizeof(line->action), "%.*s", (int)len, word);
			return true;
		}
	return false;
}

void key_lines_add(struct key_lines *lines, const struct ini_place *at, const char *action,
		   const char *keys, struct warnings *w)
{
	struct key_line line = { .file = at->file, .line = at->line };
	char text[200], *save = NULL;
	int n = 0;

	if (!action_find(&line, action)) {
		warnings_add(w, "%s:%d: no such action: %s", at->file, at->line, action);
		return;
	}
	snprintf(text, sizeof(text), "%s", keys);
	for (char *p = strtok_r(text, " \t", &save); p; p = strtok_r(NULL, " \t", &save)) {
		int key = key_parse(p);

		if (n == 0 && !strcasecmp(p, "none"))
			continue;
		if (!key || key >= K_CLICK || n == BINDING_KEYS) {
			warnings_add(w, "%s:%d: %s: %s", at->file, at->line,
				     n == BINDING_KEYS ? "too many keys" : "no such key", p);
			return;
		}
		line.keys[n++] = key;
	}
	for (int i = 0; i < lines->n; i++)
		if (lines->list[i].binding == line.binding && lines->list[i].as == line.as) {
			lines->list[i] = line;
			return;
		}
	if (lines->n < KEY_LINES_MAX)
		lines->list[lines->n++] = line;
}

/* The name of what an entry does. */
static const char *entry_action(const struct keymap_entry *e, size_t *ret_len)
{
	const char *word = "panel number";

	*ret_len = strlen(word);
	for (int i = 0; e->binding->name && i < BINDING_KEYS && e->binding->keys[i]; i++)
		if (e->binding->keys[i] == e->as)
			word = action_at(e->binding, i, ret_len);
	return word;
}

/* The first line that wants a key which something else has as well, and that. */
static int line_in_conflict(const struct keymap *m, const struct key_lines *lines, int *ret_key,
			    const struct keymap_entry **ret_other)
{
	for (int i = 0; i < lines->n; i++) {
		const struct key_line *line = &lines->list[i];

		for (int k = 0; k < BINDING_KEYS && line->keys[k]; k++)
			for (int e = 0; e < m->n; e++) {
				const struct keymap_entry *entry = &m->entries[e];
				const struct key_line *other =
					line_of(lines, entry->binding, entry->as);

				/* of two lines the later is refused */
				if (entry->key != line->keys[k] || other == line ||
				    (other && other > line))
					continue;
				*ret_key = line->keys[k];
				*ret_other = entry;
				return i;
			}
	}
	return -1;
}

void keymap_make(struct keymap *m, const struct key_lines *lines, struct warnings *w)
{
	struct key_lines taken = *lines;
	const struct keymap_entry *other;
	int key, i;

	keymap_fill(m, &taken);
	while ((i = line_in_conflict(m, &taken, &key, &other)) >= 0) {
		size_t len;
		const char *action = entry_action(other, &len);
		char name[16];

		warnings_add(w, "%s:%d: key %s is already '%.*s', so '%s' keeps its own",
			     taken.list[i].file, taken.list[i].line,
			     key_label(key, name, sizeof(name)), (int)len, action,
			     taken.list[i].action);
		memmove(&taken.list[i], &taken.list[i + 1],
			(size_t)(taken.n - i - 1) * sizeof(taken.list[0]));
		taken.n--;
		keymap_fill(m, &taken);
	}
}

void keymap_run(struct ui *ui, const struct key_event *key)
{
	const struct keymap_entry *e = keymap_find(&ui->keymap, key->code);

	if (e)
		e->binding->run(ui, e->as);
}
