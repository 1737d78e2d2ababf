/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/mark.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "ui/app.h"
#include "ui/bindings.h"

static size_t hash_find(const struct mark_kind *k, uint64_t hash)
{
	size_t i = 0;

	while (i < k->n && k->hashes[i] != hash)
		i++;
	return i;
}

static bool kind_has(const struct mark_kind *k, uint64_t hash)
{
	return hash_find(k, hash) < k->n;
}

static void hash_add(struct mark_kind *k, uint64_t hash)
{
	k->hashes = xreallocarray(k->hashes, k->n + 1, sizeof(*k->hashes));
	k->hashes[k->n++] = hash;
}

static void hash_remove(struct mark_kind *k, uint64_t hash)
{
	size_t i = hash_find(k, hash);

	if (i < k->n)
		k->hashes[i] = k->hashes[--k->n];
}

static void panel_look(struct marks *m, const struct panel *p)
{
	const struct column *pid = panel_column(p, "pid"), *start = panel_column(p, "start_ns");

	if (m->panel == p)
		return;
	m->panel = p;
	m->process = (struct identity){ { pid, start }, pid && start ? 2 : 0 };
}

/* The process that the row is of; false: of none, or of several. */
static bool process_hash(struct marks *m, const struct panel *p, const void *row, uint64_t *ret)
{
	panel_look(m, p);
	if (!m->process.n || !column_identifies(m->process.columns[0], row))
		return false;
	*ret = identity_hash(&m->process, row);
	return true;
}

static bool is_by_process(const struct query *q)
{
	return q->n_keys == 1 && !strcmp(q->keys[0]->name, "pid");
}

/* The marks of rows of this query; NULL: there are none. */
static struct mark_kind *kind_find(struct marks *m, const struct query *q,
				   const struct identity *by)
{
	for (int i = 1; i < m->n_kinds; i++)
		if (m->kinds[i].panel == q->panel && identity_equal(&m->kinds[i].by, by))
			return &m->kinds[i];
	return NULL;
}

static struct mark_kind *kind_make(struct marks *m, const struct query *q, const struct identity *by)
{
	struct mark_kind *k = kind_find(m, q, by);

	for (int i = 1; i < m->n_kinds && !k; i++)
		if (!m->kinds[i].n)
			k = &m->kinds[i];
	if (!k && m->n_kinds < MARK_KINDS_MAX)
		k = &m->kinds[m->n_kinds++];
	if (k) {
		k->panel = q->panel;
		k->by = *by;
	}
	return k;
}

bool mark_has(struct marks *m, const struct query *q, const void *row)
{
	const struct mark_kind *k;
	struct identity by;
	uint64_t hash;

	if (m->kinds[0].n && process_hash(m, q->panel, row, &hash) && kind_has(&m->kinds[0], hash))
		return true;
	if (m->n_kinds == 1)
		return false;
	identity_init(&by, q);
	k = kind_find(m, q, &by);
	return k && kind_has(k, identity_hash(&by, row));
}

bool mark_toggle(struct marks *m, const struct query *q, const void *row)
{
	struct mark_kind *k;
	struct identity by;
	uint64_t hash;
	bool of_process = process_hash(m, q->panel, row, &hash);

	if (of_process && kind_has(&m->kinds[0], hash)) {
		hash_remove(&m->kinds[0], hash);
		return true;
	}
	if (of_process && is_by_process(q)) {
		hash_add(&m->kinds[0], hash);
		return true;
	}
	identity_init(&by, q);
	hash = identity_hash(&by, row);
	k = kind_make(m, q, &by);
	if (!k)
		return false;
	if (kind_has(k, hash))
		hash_remove(k, hash);
	else
		hash_add(k, hash);
	return true;
}

size_t marks_count(const struct marks *m)
{
	size_t n = 0;

	for (int i = 0; i < m->n_kinds; i++)
		n += m->kinds[i].n;
	return n;
}

void marks_clear(struct marks *m)
{
	for (int i = 0; i < m->n_kinds; i++)
		m->kinds[i].n = 0;
	m->only = false;
}

static bool is_kept(struct marks *m, const struct panel *p, const void *row)
{
	bool asked = false;
	uint64_t hash;

	panel_look(m, p);
	if (m->kinds[0].n && m->process.n) {
		asked = true;
		if (process_hash(m, p, row, &hash) && kind_has(&m->kinds[0], hash))
			return true;
	}
	for (int i = 1; i < m->n_kinds; i++) {
		const struct mark_kind *k = &m->kinds[i];

		if (k->panel != p || !k->n)
			continue;
		asked = true;
		if (kind_has(k, identity_hash(&k->by, row)))
			return true;
	}
	return !asked;
}

static bool marks_pass(struct row_keep *keep, const struct panel *p, const void *row)
{
	struct marks *m = (struct marks *)keep;

	return keep->next->passes(keep->next, p, row) && (!m->only || is_kept(m, p, row));
}

void marks_init(struct marks *m, struct row_keep *next)
{
	*m = (struct marks){ .keep = { .passes = marks_pass, .next = next }, .n_kinds = 1 };
}

void marks_done(struct marks *m)
{
	for (int i = 0; i < m->n_kinds; i++)
		free(m->kinds[i].hashes);
	*m = (struct marks){ 0 };
}

void action_mark(struct ui *ui, int key)
{
	const void *row = level_row(ui);
	struct marks *m = &ui->marks;
	bool only = m->only;

	m->keep.changes += only;
	if (key == 'U')
		marks_clear(m);
	else if (!row)
		ui_message(ui, ROLE_WARNING, "no row here to mark");
	else if (!mark_toggle(m, &ui_level(ui)->q, row))
		ui_message(ui, ROLE_WARNING, "rows of so many kinds are marked: U unmarks them");
	/* what is not marked any more goes, or all come back */
	m->only &= marks_count(m) > 0;
	if (only)
		ui_refresh(ui);
}

void action_marked_only(struct ui *ui, int key)
{
	struct marks *m = &ui->marks;

	(void)key;
	if (!m->only && !marks_count(m)) {
		ui_message(ui, ROLE_WARNING, "nothing is marked: m marks a row");
		return;
	}
	m->only = !m->only;
	m->keep.changes++;
	ui_refresh(ui);
}
