/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where settings are, and whether to trust who wrote them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "ui/config.h"

#ifndef PROBETOP_SYSTEM_CONFIG
#define PROBETOP_SYSTEM_CONFIG "/etc/probetop/config"
#endif

/* "": there is no home.  Root's when run through sudo -H or su; never that of $SUDO_USER. */
static void user_path(char *buf, size_t size)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	buf[0] = '\0';
	if (xdg && xdg[0] == '/')
		snprintf(buf, size, "%s/probetop/config", xdg);
	else if (home && home[0] == '/')
		snprintf(buf, size, "%s/.config/probetop/config", home);
}

/* Why what it says may not be what the user of this program wants; NULL: no reason. */
static const char *distrust(int fd, bool named)
{
	struct stat st;

	if (fstat(fd, &st))
		return strerror(errno);
	if (st.st_mode & S_IWOTH)
		return "not read: everybody may write to it";
	/* who names a file knows whose it is */
	if (!named && st.st_uid != 0 && st.st_uid != geteuid())
		return "not read: it belongs to somebody else";
	return NULL;
}

/* Negative errno; with a line in why when that says too little. */
static int file_parse(struct config *c, const char *path, const char *file, bool named,
		      const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), r;
	CLEANUP(free_ptr) char *text = NULL;

	*why = NULL;
	if (fd < 0)
		return -errno;
	*why = distrust(fd, named);
	r = *why ? -EACCES : ini_file_read(fd, &text);
	close(fd);
	if (r == -EINVAL)
		*why = "not a regular file";
	if (!r)
		config_parse(c, file, text);
	return r;
}

static void default_parse(struct config *c, const char *path, const char *file)
{
	const char *why;
	int r = *path ? file_parse(c, path, file, false, &why) : 0;

	if (r && r != -ENOENT && r != -ENOTDIR)
		warnings_add(&c->warnings, "%s: %s", path, why ? why : strerror(-r));
}

void config_none(struct config *c)
{
	*c = (struct config){ .n_order = 0 };
	user_path(c->path, sizeof(c->path));
}

int config_load(struct config *c, const char *path, char *error, size_t size)
{
	const char *why;
	int r;

	config_none(c);
	if (!path) {
		default_parse(c, PROBETOP_SYSTEM_CONFIG, PROBETOP_SYSTEM_CONFIG);
		default_parse(c, c->path, "config");
		return 0;
	}
	snprintf(c->path, sizeof(c->path), "%s", path);
	r = file_parse(c, path, path, true, &why);
	if (r)
		snprintf(error, size, "%s: %s", path, why ? why : strerror(-r));
	return r;
}
