/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A parsed filter: between filter_parse.c, which makes it, and filter.c, which applies it. */
#ifndef PROBETOP_FILTER_NODE_H
#define PROBETOP_FILTER_NODE_H

#include <regex.h>

#include "filter.h"
#include "panel.h"

enum node_type { NODE_AND, NODE_OR, NODE_NOT, NODE_COMPARE, NODE_WORD };

enum filter_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_MATCH, OP_NO_MATCH, OP_PREFIX,
		 OP_NULL, OP_NOT_NULL };

struct filter_node {
	enum node_type type;
	struct filter_node *left, *right; /* AND, OR; NOT has left alone */
	const struct panel *panel; /* WORD: whose text columns */
	const struct column *column; /* COMPARE */
	enum filter_op op;
	char *text; /* value or word */
	/* exact for 64-bit integers where it has 64 bits of mantissa or more */
	long double number;
	regex_t regex;
	bool has_regex;
};

struct filter {
	struct filter_node *root;
	/* the terms of the top-level `and` */
	struct filter_node **keys, **words, **rest;
	size_t n_keys, n_words, n_rest;
};

void filter_node_free(struct filter_node *n);

/* The number at the start of text in the unit of the column: ns, bytes, ...  -EINVAL when it is
 * none or something follows. */
int filter_number_parse(long double *ret, const struct column *c, const char *text);

#endif
