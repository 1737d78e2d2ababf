/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is looked at at all: some processes, one control group and those below it, or everything.
 * Live probes drop the rest in the kernel; of a recording it is dropped before rows are grouped.
 */
#ifndef PROBETOP_SELECTION_H
#define PROBETOP_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query.h"

#define SELECTION_PIDS 1024

struct selection {
	uint32_t *pids; /* owned; n_pids 0: all */
	size_t n_pids;
	char *cgroup; /* owned; directory, or path below the mount; NULL: all */
	bool as_shown; /* cgroup is as the column shows it, so it may be of either hierarchy */
};

void selection_done(struct selection *s);
void selection_copy(struct selection *to, const struct selection *from); /* to holds nothing */
bool selection_is_all(const struct selection *s);
/* Adds "1,2,3"; 0, or -EINVAL with *ret_at (byte of the text) and one line in error. */
int selection_add_pids(struct selection *s, const char *text, size_t *ret_at, char *error,
		       size_t size);
/* "pid 1,2 cgroup /x"; "" when it is everything; ends with "..." where it does not fit (size: 8 or
 * more). */
void selection_text(char *buf, size_t size, const struct selection *s);
/*
 * Takes what a filter of one kind of terms asks for: pid=1 or pid=2 ..., cgroup=/x, cgroup^=/x/, or
 * the latter two of the same group.  All rows that match are of what *ret selects, not the other way
 * round.  False: the filter is another one; *ret is empty then.
 */
bool selection_from_filter(struct selection *ret, const struct filter *f);

/* A group as the column shows it, without / at its end (the root: ""), of what the collector takes:
 * that, or its directory below the mount. */
void cgroup_path_shown(char *buf, size_t size, const char *path);

/* Tests the rows of queries; rows of panels without the columns pass, and so does what was counted as
 * (other): it may be of those that are selected. */
struct selection_keep {
	struct row_keep keep;
	const struct selection *selection;
	bool groups; /* rows tell by their path whether they are of the group */
	const struct panel *panel; /* whose columns these are */
	const struct column *pid, *cgroup, *comm;
	char path[1024]; /* of the group as the column shows it, without / at its end */
};
/* Before the first time, k is zero. */
void selection_keep_init(struct selection_keep *k, const struct selection *s, bool groups);

#endif
