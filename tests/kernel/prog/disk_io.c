/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Direct I/O: N requests of BYTES each, one at a time a thread.
 *
 *	disk_io [hold] [threads T] PATH OP N BYTES ...
 *
 * hold: opens the file, says "ready" and waits for a line on stdin.  threads: each of T does all of it, at
 * places of its own.  OP: read, write (one after the other); back (reads backwards); pace
 * (reads, 5 ms apart); flush (BYTES is
 * ignored); fail (reads that must fail).
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char **ops;
static int fd;

static void op_do(const char *op, char *buf, long i, long n, size_t bytes, off_t at)
{
	off_t forward = at + i * (off_t)bytes, backward = at + (n - 1 - i) * (off_t)bytes;
	ssize_t done = (ssize_t)bytes;

	if (!strcmp(op, "write"))
		done = pwrite(fd, buf, bytes, forward);
	else if (!strcmp(op, "read"))
		done = pread(fd, buf, bytes, forward);
	else if (!strcmp(op, "back"))
		done = pread(fd, buf, bytes, backward);
	else if (!strcmp(op, "pace"))
		done = usleep(5000) ? -1 : pread(fd, buf, bytes, forward);
	else if (!strcmp(op, "flush"))
		done = fsync(fd) ? -1 : done;
	else if (!strcmp(op, "fail"))
		done = pread(fd, buf, bytes, forward) < 0 ? done : -1;
	else
		errx(2, "no operation %s", op);
	if (done != (ssize_t)bytes)
		err(1, "%s", op);
}

static void *ops_do(void *number)
{
	void *buf;

	for (char **o = ops; o[0]; o += 3) {
		long n = atol(o[1]);
		size_t bytes = strtoul(o[2], NULL, 0);

		if (posix_memalign(&buf, 4096, bytes ? bytes : 4096))
			err(1, "memory");
		memset(buf, 'x', bytes);
		for (long i = 0; i < n; i++)
			op_do(o[0], buf, i, n, bytes, (off_t)(intptr_t)number * n * (off_t)bytes);
		free(buf);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int hold = argc > 1 && !strcmp(argv[1], "hold");
	intptr_t n = 1;
	pthread_t threads[16];
	char line[16];

	argv += 1 + hold;
	argc -= 1 + hold;
	if (argc > 2 && !strcmp(argv[0], "threads")) {
		n = atol(argv[1]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 4 || (argc - 1) % 3 || n > 16)
		return 2;
	ops = argv + 1;
	fd = open(argv[0], O_RDWR | O_DIRECT | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", argv[0]);
	if (hold) {
		puts("ready");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 1;
	}
	if (n == 1)
		return ops_do(NULL) != NULL;
	for (intptr_t i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, ops_do, (void *)i))
			errx(1, "thread");
	for (intptr_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
