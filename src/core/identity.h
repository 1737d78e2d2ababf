/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which row of another table is the same thing: the keys of the query, and what makes a reused pid
 * visible. */
#ifndef PROBETOP_IDENTITY_H
#define PROBETOP_IDENTITY_H

#include "query.h"

/* The columns that tell, found once for many rows. */
struct identity {
	const struct column *columns[QUERY_KEYS + 1];
	size_t n;
};

void identity_init(struct identity *id, const struct query *q);
bool identity_equal(const struct identity *a, const struct identity *b);
/* Equal for the same thing in two tables of this query. */
uint64_t identity_hash(const struct identity *id, const void *row);
/* Both at once, for a single row. */
uint64_t row_identity(const struct query *q, const void *row);

#endif
