/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recursive descent over the grammar in filter.h; the text is short, so there are no tokens. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "filter_node.h"
#include "mem.h"

#define DEPTH_MAX 100 /* both bound the recursion over the tree */
#define FACTORS_MAX 1000
#define PATTERN_COST_MAX 4096 /* twelve repetitions, if each were around the one before */

struct parser {
	const struct panel *panel;
	const char *text, *at;
	struct filter_error *error;
	int depth, factors;
	bool no_column; /* that is the error */
};

static struct filter_node *parse_or(struct parser *p);

static struct filter_node *fail(struct parser *p, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static struct filter_node *fail(struct parser *p, const char *at, const char *format, ...)
{
	va_list args;

	p->error->column = (size_t)(at - p->text);
	va_start(args, format);
	vsnprintf(p->error->text, sizeof(p->error->text), format, args);
	va_end(args);
	/* it may quote a part of the text, which may hold a newline */
	for (char *c = p->error->text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = ' ';
	return NULL;
}

static void blanks_skip(struct parser *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

static bool ends_word(char c)
{
	return !c || strchr(" \t\r\n()", c);
}

/* Takes the keyword if it stands here as a word of its own. */
static bool keyword_take(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	blanks_skip(p);
	if (strncasecmp(p->at, word, len) || !ends_word(p->at[len]))
		return false;
	p->at += len;
	return true;
}

static struct filter_node *node_new(enum node_type type)
{
	struct filter_node *n = xcalloc(1, sizeof(*n));

	n->type = type;
	return n;
}

static struct filter_node *node_join(enum node_type type, struct filter_node *left,
				     struct filter_node *right)
{
	struct filter_node *n = node_new(type);

	n->left = left;
	n->right = right;
	return n;
}

static bool op_take(struct parser *p, enum filter_op *ret)
{
	/* longest first */
	static const struct {
		const char *text;
		enum filter_op op;
	} ops[] = {
		{ "!=", OP_NE }, { "<=", OP_LE },      { ">=", OP_GE },	  { "!~", OP_NO_MATCH },
		{ "^=", OP_PREFIX }, { "==", OP_EQ }, { "=", OP_EQ }, { "<", OP_LT },
		{ ">", OP_GT },	  { "~", OP_MATCH },
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strncmp(p->at, ops[i].text, strlen(ops[i].text)))
			continue;
		p->at += strlen(ops[i].text);
		*ret = ops[i].op;
		return true;
	}
	return false;
}

/* Text in quotes; in "..." a backslash takes \ and " literally and is itself before all else. */
static char *quoted_take(struct parser *p)
{
	const char *start = p->at++;
	char quote = *start, *text = xmalloc(strlen(start)), *to = text;

	for (; *p->at && *p->at != quote; p->at++) {
		if (quote == '"' && *p->at == '\\' && (p->at[1] == '"' || p->at[1] == '\\'))
			p->at++;
		*to++ = *p->at;
	}
	*to = '\0';
	if (*p->at) {
		p->at++;
		return text;
	}
	free(text);
	fail(p, start, "the quote is not closed");
	return NULL;
}

/* What other languages write, in text without quotes that ends at p->at; false: error is set. */
static bool habits_check(struct parser *p, const char *start)
{
	static const struct {
		const char *text, *here;
	} habits[] = { { "&&", "and" }, { "||", "or" }, { "&", "and" }, { "|", "or" } };
	size_t len = (size_t)(p->at - start);

	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		const char *text = habits[i].text, *at = memmem(start, len, text, strlen(text));

		/* one alone may be a part of a name or pattern */
		if (!at || (!text[1] && len > 1))
			continue;
		fail(p, at, "write '%s' for %s; as text it must stand in quotes", habits[i].here, text);
		return false;
	}
	return true;
}

static char *value_take(struct parser *p)
{
	const char *start;

	blanks_skip(p);
	start = p->at;
	if (*start == '"' || *start == '\'')
		return quoted_take(p);
	while (!ends_word(*p->at))
		p->at++;
	if (p->at == start) {
		fail(p, start, "a value is missing here");
		return NULL;
	}
	if (*p->at == '(') {
		fail(p, start, "a value with parentheses must stand in quotes");
		return NULL;
	}
	return habits_check(p, start) ? xstrndup(start, (size_t)(p->at - start)) : NULL;
}

static bool op_is_for_text(enum filter_op op)
{
	return op == OP_MATCH || op == OP_NO_MATCH || op == OP_PREFIX;
}

static const char *unit_example(const struct column *c)
{
	switch (c->unit) {
	case UNIT_NS:
		return "10ms";
	case UNIT_BYTES:
		return "1M";
	case UNIT_SECONDS:
		return "30s";
	}
	return "100";
}

/*
 * How often a pattern's atoms are repeated in the automaton that regcomp makes: it doubles with each
 * of * + ? around another and multiplies with {n}, whatever is matched against it later.
 */
static double pattern_cost(const char *pattern)
{
	double cost = 1;

	for (const char *c = pattern; *c; c++) {
		if (*c == '\\' && c[1]) {
			c++;
		} else if (strchr("*+?", *c)) {
			cost *= 2;
		} else if (*c == '{') {
			const char *comma = c + 1 + strspn(c + 1, "0123456789");
			double low = atof(c + 1), high = *comma == ',' ? atof(comma + 1) : low;

			cost *= 1 + (high > low ? high : low);
		}
	}
	return cost;
}

/* Turns the text of the value into what the operator compares with; false: error is set. */
static bool value_prepare(struct parser *p, struct filter_node *n, const char *at)
{
	const struct column *c = n->column;
	char why[64];
	int r;

	if (c->kind != COL_STR) {
		if (!filter_number_parse(&n->number, c, n->text))
			return true;
		return fail(p, at, "'%.40s' is not a number for %s, such as %s", n->text, c->name,
			    unit_example(c));
	}
	if (n->op != OP_MATCH && n->op != OP_NO_MATCH)
		return true;
	if (pattern_cost(n->text) > PATTERN_COST_MAX)
		return fail(p, at, "regular expression: too many repetitions");
	r = regcomp(&n->regex, n->text, REG_EXTENDED | REG_NOSUB);
	if (!r) {
		n->has_regex = true;
		return true;
	}
	regerror(r, &n->regex, why, sizeof(why));
	return fail(p, at, "regular expression: %s", why);
}

static struct filter_node *compare_fail(struct filter_node *n)
{
	filter_node_free(n);
	return NULL;
}

/* Without quotes alone: in them it is text. */
static bool is_null(const struct filter_node *n, const char *at)
{
	return (n->op == OP_EQ || n->op == OP_NE) && *at == 'n' && !strcmp(n->text, "null");
}

/* What follows COLUMN OP. */
static struct filter_node *parse_compare(struct parser *p, const struct column *c,
					 enum filter_op op, const char *op_at)
{
	struct filter_node *n;
	const char *value_at;

	if (op == OP_EQ && op_at[1] == '~')
		return fail(p, op_at, "write ~ for a regular expression, or '~...' for text that "
			    "begins with ~");
	if (c->kind != COL_STR && op_is_for_text(op))
		return fail(p, op_at, "%s is a number: use = != < <= > >=", c->name);
	if (c->kind == COL_STR && op >= OP_LT && op <= OP_GE)
		return fail(p, op_at, "%s is text: use = != ~ !~ ^=", c->name);
	blanks_skip(p);
	value_at = p->at;
	n = node_new(NODE_COMPARE);
	n->column = c;
	n->op = op;
	n->text = value_take(p);
	if (n->text && is_null(n, value_at)) {
		n->op = op == OP_EQ ? OP_NULL : OP_NOT_NULL;
		return n;
	}
	if (!n->text || !value_prepare(p, n, value_at))
		return compare_fail(n);
	return n;
}

static struct filter_node *word_fail(struct parser *p, const char *start)
{
	return fail(p, start, "'%.*s' is not a column; text with %c must stand in quotes",
		    p->at - start < 40 ? (int)(p->at - start) : 40, start, *p->at);
}

static struct filter_node *parse_word(struct parser *p)
{
	const char *start = p->at;
	struct filter_node *n;
	char *text;

	if (*start == '!')
		return fail(p, start, "write 'not' for !; as text it must stand in quotes");
	if (*start == '"' || *start == '\'') {
		text = quoted_take(p);
		if (!text)
			return NULL;
	} else {
		while (!ends_word(*p->at)) {
			if (strchr("=<>~", *p->at))
				return habits_check(p, start) ? word_fail(p, start) : NULL;
			p->at++;
		}
		if (!habits_check(p, start))
			return NULL;
		text = xstrndup(start, (size_t)(p->at - start));
	}
	n = node_new(NODE_WORD);
	n->panel = p->panel;
	n->text = text;
	return n;
}

static const struct column *column_named(const struct panel *panel, const char *name, size_t len)
{
	for (const struct column *c = panel->columns; c->name; c++)
		if (strlen(c->name) == len && !strncmp(c->name, name, len) && c->kind != COL_LAT)
			return c;
	return NULL;
}

static struct filter_node *parse_term(struct parser *p)
{
	const char *start = p->at, *op_at;
	size_t len = strspn(start, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_");
	const struct column *c;
	enum filter_op op;

	if (keyword_take(p, "and") || keyword_take(p, "or"))
		return fail(p, start, "a condition is missing here");
	p->at += len;
	blanks_skip(p);
	op_at = p->at;
	if (!len || !op_take(p, &op)) {
		p->at = start;
		return parse_word(p);
	}
	c = column_named(p->panel, start, len);
	p->no_column = !c;
	if (!c)
		return fail(p, start, "%s has no column '%.*s'", p->panel->name,
			    len < 40 ? (int)len : 40, start);
	return parse_compare(p, c, op, op_at);
}

static struct filter_node *parse_group(struct parser *p)
{
	const char *start = p->at++;
	struct filter_node *n = parse_or(p);

	if (!n)
		return NULL;
	blanks_skip(p);
	if (*p->at == ')') {
		p->at++;
		return n;
	}
	filter_node_free(n);
	return fail(p, start, "the parenthesis is not closed");
}

static struct filter_node *parse_factor(struct parser *p)
{
	struct filter_node *n;

	if (p->depth == DEPTH_MAX || p->factors++ == FACTORS_MAX)
		return fail(p, p->at, "too many conditions");
	p->depth++;
	if (keyword_take(p, "not")) {
		n = parse_factor(p);
		if (n)
			n = node_join(NODE_NOT, n, NULL);
	} else if (!*p->at || *p->at == ')') {
		n = fail(p, p->at, "a condition is missing here");
	} else if (*p->at == '(') {
		n = parse_group(p);
	} else {
		n = parse_term(p);
	}
	p->depth--;
	return n;
}

/* What comes next is neither the end of a term nor `or`: a factor, with or without `and`. */
static bool and_take(struct parser *p)
{
	const char *start;
	bool is_or;

	if (keyword_take(p, "and"))
		return true;
	if (!*p->at || *p->at == ')')
		return false;
	start = p->at;
	is_or = keyword_take(p, "or");
	p->at = start;
	return !is_or;
}

static struct filter_node *parse_and(struct parser *p)
{
	struct filter_node *n = parse_factor(p), *right;

	while (n && and_take(p)) {
		right = parse_factor(p);
		if (!right) {
			filter_node_free(n);
			return NULL;
		}
		n = node_join(NODE_AND, n, right);
	}
	return n;
}

static struct filter_node *parse_or(struct parser *p)
{
	struct filter_node *n = parse_and(p), *right;

	while (n && keyword_take(p, "or")) {
		right = parse_and(p);
		if (!right) {
			filter_node_free(n);
			return NULL;
		}
		n = node_join(NODE_OR, n, right);
	}
	return n;
}

static bool node_is_key(const struct filter_node *n)
{
	switch (n->type) {
	case NODE_NOT:
		return node_is_key(n->left);
	case NODE_AND:
	case NODE_OR:
		return node_is_key(n->left) && node_is_key(n->right);
	case NODE_COMPARE:
		return n->column->agg == AGG_KEY || n->column->agg == AGG_ID;
	case NODE_WORD:
		for (const struct column *c = n->panel->columns; c->name; c++)
			if (c->kind == COL_STR && !(c->flags & COL_HIDDEN) && c->agg != AGG_KEY &&
			    c->agg != AGG_ID)
				return false;
		return true;
	}
	return false;
}

static void term_add(struct filter_node ***terms, size_t *n_terms, struct filter_node *n)
{
	*terms = xreallocarray(*terms, *n_terms + 1, sizeof(**terms));
	(*terms)[(*n_terms)++] = n;
}

static void terms_split(struct filter *f, struct filter_node *n)
{
	if (n->type == NODE_AND) {
		terms_split(f, n->left);
		terms_split(f, n->right);
	} else if (node_is_key(n)) {
		term_add(&f->keys, &f->n_keys, n);
	} else if (n->type == NODE_WORD) {
		term_add(&f->words, &f->n_words, n);
	} else {
		term_add(&f->rest, &f->n_rest, n);
	}
}

int filter_parse(struct filter **ret, const struct panel *p, const char *text,
		 struct filter_error *error)
{
	struct parser parser = { .panel = p, .text = text, .at = text, .error = error };
	struct filter_node *root;

	*ret = NULL;
	blanks_skip(&parser);
	if (!*parser.at)
		return 0;
	root = parse_or(&parser);
	if (root && *parser.at) {
		/* only a closing parenthesis ends an expression early */
		filter_node_free(root);
		root = fail(&parser, parser.at, "this parenthesis was not opened");
	}
	if (!root)
		return parser.no_column ? -ENOENT : -EINVAL;
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->root = root;
	terms_split(*ret, root);
	return 0;
}
