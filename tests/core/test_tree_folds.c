/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>

#include "core/tree.h"

Test(tree_folds, toggles_are_remembered)
{
	struct tree_folds f = { 0 };

	for (uint64_t id = 1; id <= 1000; id++)
		tree_folds_toggle(&f, id * 7919 % 1009);
	for (uint64_t id = 1; id < 1009; id += 2)
		tree_folds_toggle(&f, id);
	for (uint64_t id = 1; id < 1009; id++) {
		bool there = false;

		for (uint64_t k = 1; k <= 1000; k++)
			there |= k * 7919 % 1009 == id;
		cr_assert_eq(tree_folds_has(&f, id, 1), there != (id % 2 == 1), "%d", (int)id);
	}
	tree_folds_done(&f);
}

Test(tree_folds, all_but_those_at_the_top)
{
	struct tree_folds f = { 0 };

	tree_folds_all(&f, true);
	cr_assert(!tree_folds_has(&f, 5, 0));
	cr_assert(tree_folds_has(&f, 5, 1));
	tree_folds_toggle(&f, 5);
	cr_assert(tree_folds_has(&f, 5, 0));
	cr_assert(!tree_folds_has(&f, 5, 3));
	cr_assert(tree_folds_has(&f, 6, 3));
	tree_folds_all(&f, false);
	cr_assert(!tree_folds_has(&f, 5, 0));
	cr_assert(!tree_folds_has(&f, 6, 3));
	tree_folds_done(&f);
}
