/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tree.h"

void tree_folds_done(struct tree_folds *f)
{
	free(f->ids);
	*f = (struct tree_folds){ 0 };
}

/* The place of the id, or where it belongs. */
static size_t fold_place(const struct tree_folds *f, uint64_t id)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (f->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool tree_folds_has(const struct tree_folds *f, uint64_t id, uint32_t depth)
{
	size_t at = fold_place(f, id);

	return (f->all && depth > 0) != (at < f->n && f->ids[at] == id);
}

void tree_folds_toggle(struct tree_folds *f, uint64_t id)
{
	size_t at = fold_place(f, id);

	f->changes++;
	if (at < f->n && f->ids[at] == id) {
		f->n--;
		memmove(f->ids + at, f->ids + at + 1, (f->n - at) * sizeof(*f->ids));
		return;
	}
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 16;
		f->ids = xreallocarray(f->ids, f->cap, sizeof(*f->ids));
	}
	memmove(f->ids + at + 1, f->ids + at, (f->n - at) * sizeof(*f->ids));
	f->ids[at] = id;
	f->n++;
}

void tree_folds_all(struct tree_folds *f, bool all)
{
	f->changes++;
	f->all = all;
	f->n = 0;
}
