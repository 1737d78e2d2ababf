/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen as a text file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ui/app.h"

#define TRIES 99

/* A new file for us alone: never through a link that somebody left in a shared directory. */
static int file_create(char *path, size_t size)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	size_t stem = strlen(path) - strlen(".txt");
	int fd = open(path, flags, 0600);

	for (int i = 2; fd < 0 && errno == EEXIST && i <= TRIES; i++) {
		snprintf(path + stem, size - stem, "-%d.txt", i);
		fd = open(path, flags, 0600);
	}
	return fd < 0 ? -errno : fd;
}

int snapshot_save(struct ui *ui, char *path, size_t size)
{
	FILE *out;
	int fd, r = 0;

	if (!ui->screen)
		return -ENODATA;
	file_name(ui, ui_level(ui)->q.panel->name, "txt", path, size);
	fd = file_create(path, size);
	if (fd < 0)
		return fd;
	out = fdopen(fd, "w");
	if (!out) {
		close(fd);
		return -ENOMEM;
	}
	screen_write(ui->screen, out);
	if (fflush(out) || ferror(out))
		r = -EIO;
	if (fclose(out) && !r)
		r = -errno;
	return r;
}
