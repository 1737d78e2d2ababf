/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "ui/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"

#define CHUNK 256 /* bytes that a terminal which is ready takes at once, where it cannot be asked  \
		   */

struct wire {
	FILE *file; /* of curses */
	int fd;	    /* the terminal, opened anew: not to wait must not hold for the shell as well */
	bool waits; /* it could not be opened anew */
	bool diverted;
	char *buf; /* bytes at..n are still to be sent */
	size_t at, n, cap;
};

int wire_open(struct wire **ret, int fd)
{
	struct wire *w = xcalloc(1, sizeof(*w));
	char path[40];
	int copy = dup(fd);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	w->fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (w->fd < 0) {
		w->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		w->waits = true;
	}
	w->file = copy >= 0 ? fdopen(copy, "w") : NULL;
	if (w->fd < 0 || !w->file) {
		int r = -errno;

		wire_close(w);
		return r;
	}
	*ret = w;
	return 0;
}

void wire_close(struct wire *w)
{
	if (!w)
		return;
	if (w->file)
		fclose(w->file);
	if (w->fd >= 0)
		close(w->fd);
	free(w->buf);
	free(w);
}

FILE *wire_file(struct wire *w)
{
	return w->file;
}

int wire_fd(const struct wire *w)
{
	return w->fd;
}

int wire_divert(struct wire *w)
{
	int memory = memfd_create("probetop frame", MFD_CLOEXEC), r = 0;

	if (memory < 0)
		return -errno;
	/* curses has the number of the descriptor, so it must stay */
	if (dup3(memory, fileno(w->file), O_CLOEXEC) < 0)
		r = -errno;
	close(memory);
	w->diverted = !r;
	return r;
}

/* Room for n more bytes behind those that are still to be sent. */
static char *room_make(struct wire *w, size_t n)
{
	if (w->at == w->n)
		w->at = w->n = 0;
	if (w->n + n > w->cap) {
		w->cap = w->n + n;
		w->buf = xrealloc(w->buf, w->cap);
	}
	return w->buf + w->n;
}

/* Moves what curses has written behind what is still to be sent. */
static void frame_take(struct wire *w)
{
	int memory = fileno(w->file);
	off_t written = w->diverted ? lseek(memory, 0, SEEK_CUR) : 0;
	ssize_t n;

	if (written <= 0)
		return;
	n = pread(memory, room_make(w, (size_t)written), (size_t)written, 0);
	w->n += n > 0 ? (size_t)n : 0;
	lseek(memory, 0, SEEK_SET);
}

void wire_put(struct wire *w, const char *text)
{
	size_t n = strlen(text);

	frame_take(w);
	memcpy(room_make(w, n), text, n);
	w->n += n;
}

static bool has_room(const struct wire *w, int ms)
{
	struct pollfd p = { .fd = w->fd, .events = POLLOUT };

	return poll(&p, 1, ms) > 0;
}

int wire_send(struct wire *w)
{
	frame_take(w);
	while (w->at < w->n) {
		size_t left = w->n - w->at;
		ssize_t n;

		if (w->waits && !has_room(w, 0))
			return 0;
		n = write(w->fd, w->buf + w->at, w->waits && left > CHUNK ? CHUNK : left);
		if (n >= 0)
			w->at += (size_t)n;
		else if (errno == EAGAIN)
			return 0;
		else if (errno != EINTR)
			return -EIO;
	}
	return 1;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void wire_finish(struct wire *w, int ms)
{
	int64_t end = now_ms() + ms;

	/* whoever holds the screen with ^S still wants the program to end */
	tcflow(w->fd, TCOON);
	while (!wire_send(w) && now_ms() < end)
		has_room(w, (int)(end - now_ms()));
}
