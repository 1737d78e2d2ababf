/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file_create.h"
#include "core/mem.h"

#define PATIENCE_MS 1000 /* for a reader that does not read, after a signal asked to end */

struct output {
	int fd;
	bool regular;
	FILE *block; /* memory stream; text and len are valid after fflush */
	char *text;
	size_t len;
};

int output_open(struct output **ret, const char *path)
{
	struct output *o;
	struct stat st;
	int fd = path ? file_overwrite(path) : STDOUT_FILENO;

	if (fd < 0)
		return fd;
	o = xcalloc(1, sizeof(*o));
	o->fd = fd;
	o->regular = !fstat(fd, &st) && S_ISREG(st.st_mode);
	o->block = open_memstream(&o->text, &o->len);
	if (!o->block) {
		output_close(o);
		return -ENOMEM;
	}
	*ret = o;
	return 0;
}

FILE *output_begin(struct output *o)
{
	rewind(o->block); /* keeps the memory */
	return o->block;
}

static bool asked_to_end(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) ||
	       sigismember(&pending, SIGHUP);
}

/* Signals are blocked (they come through the loop), so a write that hangs would hang for ever. */
static int wait_writable(const struct output *o)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };

	for (int waited = 0; waited < PATIENCE_MS;) {
		int r = poll(&p, 1, 100);

		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR)
			return -errno;
		waited = asked_to_end() ? waited + 100 : 0;
	}
	return -ETIMEDOUT;
}

/* Half a line at the end of a file goes away again. */
static void tail_cut(const struct output *o, size_t written)
{
	size_t half = 0;
	struct stat st;
	off_t at;

	while (half < written && o->text[written - 1 - half] != '\n')
		half++;
	at = lseek(o->fd, 0, SEEK_CUR);
	if (!half || at < (off_t)half || fstat(o->fd, &st) || st.st_size != at)
		return;
	if (!ftruncate(o->fd, at - (off_t)half))
		lseek(o->fd, at - (off_t)half, SEEK_SET);
}

int output_commit(struct output *o)
{
	size_t done = 0;
	int r = 0;

	if (fflush(o->block) || ferror(o->block))
		return -ENOMEM;
	while (done < o->len && !r) {
		/* what poll promises room for does not block */
		size_t n = o->regular || o->len - done < PIPE_BUF ? o->len - done : PIPE_BUF;
		ssize_t put;

		r = o->regular ? 0 : wait_writable(o);
		if (r)
			break;
		put = write(o->fd, o->text + done, n);
		if (put >= 0)
			done += (size_t)put;
		else if (errno != EINTR && errno != EAGAIN)
			r = -errno;
	}
	if (r && o->regular)
		tail_cut(o, done);
	return r;
}

int output_close(struct output *o)
{
	int r = 0;

	if (!o)
		return 0;
	if (o->block)
		fclose(o->block);
	free(o->text);
	/* some file systems tell only now that the disk is full */
	if (o->fd != STDOUT_FILENO && close(o->fd))
		r = -errno;
	free(o);
	return r;
}
