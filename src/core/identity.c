/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "identity.h"

#include <string.h>

void identity_init(struct identity *id, const struct query *q)
{
	const struct column *start = panel_column(q->panel, "start_ns");
	bool task = false;

	id->n = 0;
	for (size_t i = 0; i < q->n_keys; i++) {
		id->columns[id->n++] = q->keys[i];
		task |= q->keys[i]->agg == AGG_ID;
	}
	if (start && task)
		id->columns[id->n++] = start;
}

bool identity_equal(const struct identity *a, const struct identity *b)
{
	return a->n == b->n && !memcmp(a->columns, b->columns, a->n * sizeof(a->columns[0]));
}

/* FNV-1a */
static uint64_t hash_bytes(uint64_t h, const void *data, size_t n)
{
	for (const unsigned char *p = data; n; n--)
		h = (h ^ *p++) * 0x100000001b3ull;
	return h;
}

static uint64_t hash_cell(uint64_t h, const struct column *c, const void *row)
{
	uint64_t v;

	if (!column_is_known(c, row))
		return hash_bytes(h, "?", 1);
	if (c->kind == COL_STR)
		return hash_bytes(h, column_str(c, row), strlen(column_str(c, row)) + 1);
	if (c->kind != COL_U32 && c->kind != COL_U64)
		return h;
	v = column_u64(c, row);
	return hash_bytes(h, &v, sizeof(v));
}

uint64_t identity_hash(const struct identity *id, const void *row)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < id->n; i++)
		h = hash_cell(h, id->columns[i], row);
	return h;
}

uint64_t row_identity(const struct query *q, const void *row)
{
	struct identity id;

	identity_init(&id, q);
	return identity_hash(&id, row);
}
