/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source that replaces names in the frames of another one. */
#include <stdlib.h>

#include "anonymise.h"
#include "mem.h"

struct anonymised {
	struct source source;
	struct source *inner;
	struct anonymiser *anonymiser, *own; /* own: NULL, or the same */
};

static const char *anonymised_why(const struct source *s)
{
	const struct source *inner = ((const struct anonymised *)s)->inner;

	return inner->why ? inner->why(inner) : "";
}

static int anonymised_read(struct source *s, struct frame *next)
{
	struct anonymised *a = (struct anonymised *)s;
	int r = a->inner->read(a->inner, next);

	if (!r)
		anonymiser_apply(a->anonymiser, next);
	return r;
}

static void anonymised_drain(struct source *s)
{
	struct source *inner = ((struct anonymised *)s)->inner;

	if (inner->drain)
		inner->drain(inner);
}

static const char *anonymised_note(const struct source *s)
{
	return source_note(((const struct anonymised *)s)->inner);
}

static int anonymised_select(struct source *s, const struct selection *only, char *error,
			     size_t size)
{
	struct source *inner = ((struct anonymised *)s)->inner;

	return inner->select(inner, only, error, size);
}

static void anonymised_close(struct source *s)
{
	struct anonymised *a = (struct anonymised *)s;

	a->inner->close(a->inner);
	anonymiser_free(a->own);
	free(a);
}

struct source *anonymised_source(struct source *inner, struct anonymiser *anonymiser)
{
	struct anonymised *a = xcalloc(1, sizeof(*a));

	a->inner = inner;
	a->own = anonymiser ? NULL : anonymiser_new();
	a->anonymiser = anonymiser ? anonymiser : a->own;
	a->source = (struct source){
		.read = anonymised_read,
		.drain = anonymised_drain,
		.close = anonymised_close,
		.why = anonymised_why,
		.note = anonymised_note,
		.select = inner->select ? anonymised_select : NULL,
		.fd = inner->fd,
		.live = inner->live,
		.locked = inner->locked,
	};
	return &a->source;
}
