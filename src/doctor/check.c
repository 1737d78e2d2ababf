/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"

void check_add(struct checks *to, const char *area, const char *name, enum check_state state,
	       const char *mend, const char *format, ...)
{
	struct check *c;
	va_list args;

	to->c = xreallocarray(to->c, to->n + 1, sizeof(*to->c));
	c = &to->c[to->n++];
	*c = (struct check){ .area = area, .name = name, .state = state };
	va_start(args, format);
	vsnprintf(c->value, sizeof(c->value), format, args);
	va_end(args);
	snprintf(c->mend, sizeof(c->mend), "%s", mend ? mend : "");
}

void checks_done(struct checks *c)
{
	free(c->c);
	*c = (struct checks){ .n = 0 };
}

const char *check_file(char *buf, size_t size, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = -1;

	buf[0] = '\0';
	if (fd < 0)
		return buf;
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}
