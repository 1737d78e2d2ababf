/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Puts /NAME in front of what begins at *at; false: there is no room. */
static bool name_put(char *path, size_t *at, const char *name, size_t len)
{
	if (len + 1 > *at)
		return false;
	*at -= len + 1;
	path[*at] = '/';
	memcpy(path + *at + 1, name, len);
	return true;
}

/* names: NUL after each, leaf first. */
static void path_join(struct path_rec *ret, const char *names, size_t used)
{
	char path[PATH_LEN];
	size_t at = sizeof(path) - 1;

	path[at] = '\0';
	for (size_t i = 0; i < used;) {
		size_t len = strnlen(names + i, used - i);

		if (!name_put(path, &at, names + i, len)) {
			ret->flags |= PATH_CUT;
			break;
		}
		i += len + 1;
	}
	if (!used)
		name_put(path, &at, "", 0);
	memcpy(ret->path, path + at, sizeof(path) - at);
}

/* What hangs below no mount, as /proc/PID/fd calls it. */
static void path_name_floating(struct path_rec *ret, const char *name)
{
	const char *fs = ret->fs;

	if (!strcmp(fs, "anon_inodefs"))
		snprintf(ret->path, sizeof(ret->path), "anon_inode:%s", name);
	else if (!strcmp(fs, "pidfs"))
		snprintf(ret->path, sizeof(ret->path), "anon_inode:[pidfd]");
	else if (!strcmp(fs, "tmpfs") || !strcmp(fs, "hugetlbfs"))
		snprintf(ret->path, sizeof(ret->path), "/%s (deleted)", name);
	else
		snprintf(ret->path, sizeof(ret->path), "%s:[%llu]", fs,
			 (unsigned long long)ret->file.ino);
}

void path_assemble(struct path_rec *ret, const struct path_event *e, size_t size)
{
	size_t used = size > offsetof(struct path_event, names) ?
			      size - offsetof(struct path_event, names) :
			      0;

	if (used > e->used)
		used = e->used;
	memset(ret, 0, sizeof(*ret));
	ret->file = e->file;
	ret->type = e->type;
	ret->flags = e->flags & PATH_CUT;
	snprintf(ret->fs, sizeof(ret->fs), "%.*s", (int)sizeof(e->fs), e->fs);
	/* a floating file has one name; a directory that left its tree while it was walked has more */
	if (e->flags & PATH_FLOATING && strnlen(e->names, used) + 1 >= used)
		path_name_floating(ret, used ? e->names : "");
	else
		path_join(ret, e->names, used);
}
