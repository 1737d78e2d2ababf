/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes BYTES to a file in one call.
 *
 *	file_write [hold] [threads|memfd|eventfd|socket|unnamed] PATH BYTES
 *
 * hold: opens the file, says "ready" and waits for a line on stdin.  threads: four threads write, each
 * BYTES.  The other words open something without a path instead.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static int fd;
static size_t bytes;

static void *write_once(void *unused)
{
	char *buf = calloc(1, bytes);

	if (write(fd, buf, bytes) < 0)
		err(1, "write");
	free(buf);
	return unused;
}

static int open_kind(const char *kind, const char *path)
{
	int ends[2];

	if (!strcmp(kind, "memfd"))
		return memfd_create(path, 0);
	if (!strcmp(kind, "eventfd"))
		return eventfd(0, 0);
	if (!strcmp(kind, "unnamed"))
		return open(path, O_TMPFILE | O_WRONLY, 0600);
	if (!strcmp(kind, "socket"))
		return socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ? -1 : ends[0];
	return open(path, O_CREAT | O_WRONLY | O_APPEND, 0600);
}

int main(int argc, char **argv)
{
	int hold = argc > 1 && !strcmp(argv[1], "hold"), n = 1;
	char line[16], *kind;
	pthread_t threads[4];

	argv += hold;
	argc -= hold;
	if (argc < 3)
		return 2;
	kind = argc > 3 ? argv[1] : "";
	bytes = strtoul(argv[argc - 1], NULL, 0);
	fd = open_kind(kind, argv[argc - 2]);
	if (fd < 0)
		err(1, "%s", argv[argc - 2]);
	if (hold) {
		puts("ready");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 1;
	}
	n = strcmp(kind, "threads") ? 1 : 4;
	for (int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, write_once, NULL))
			errx(1, "pthread_create");
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
