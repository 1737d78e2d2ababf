/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"

#define PROCFS_MAX (4u << 20)

char *procfs_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), e = 0;
	size_t len = 0, cap = 4096;
	char *text;

	if (fd < 0)
		return NULL;
	text = xmalloc(cap + 1);
	while (len < PROCFS_MAX) {
		ssize_t n = read(fd, text + len, cap - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			e = errno;
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len == cap)
			text = xrealloc(text, (cap *= 2) + 1);
	}
	close(fd);
	text[len] = '\0';
	if (!e || len)
		return text;
	free(text);
	errno = e;
	return NULL;
}

const char *procfs_next_line(const char *text)
{
	text += strcspn(text, "\n");
	return *text ? text + 1 : text;
}

uint64_t procfs_number(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (; text && *text; text = procfs_next_line(text))
		if (!strncmp(text, name, len) && (text[len] == ' ' || text[len] == '\t'))
			return strtoull(text + len, NULL, 10);
	return UINT64_MAX;
}

int procfs_line_numbers(const char **text, uint64_t *ret, int max)
{
	const char *end = *text + strcspn(*text, "\n"), *at = *text;
	int n = 0;

	while (n < max) {
		char *behind;

		at += strspn(at, " \t");
		if (at >= end || *at < '0' || *at > '9')
			break;
		ret[n++] = strtoull(at, &behind, 10);
		at = behind;
	}
	*text = *end ? end + 1 : end;
	return n;
}
