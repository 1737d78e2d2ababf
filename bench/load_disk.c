/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random 4 KiB reads past the page cache, one at a time, from a file of 64 MiB in the current
 * folder that goes away by itself.  In wall time: the device does most of the work.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

#define BLOCK 4096
#define BLOCKS 16384

static int fd;
static void *block;

static void disk_fill(void)
{
	size_t bytes = 256 * BLOCK;
	char *some = malloc(bytes);

	if (!some)
		load_fail("malloc");
	memset(some, 'x', bytes);
	for (int i = 0; i < BLOCKS / 256; i++)
		if (write(fd, some, bytes) != (ssize_t)bytes)
			load_fail("file of 64 MiB");
	free(some);
	if (fsync(fd))
		load_fail("fsync");
}

static void disk_start(void)
{
	char name[] = "bench-disk-XXXXXX";

	fd = mkstemp(name);
	block = aligned_alloc(BLOCK, BLOCK);
	if (fd < 0 || !block)
		load_fail("file in the current folder");
	unlink(name);
	disk_fill();
	if (fcntl(fd, F_SETFL, O_DIRECT))
		load_fail("O_DIRECT");
}

static void disk_run(unsigned n)
{
	while (n--)
		if (pread(fd, block, BLOCK, (off_t)(rand() % BLOCKS) * BLOCK) != BLOCK)
			load_fail("pread");
}

static const struct load loads[] = {
	{ .name = "disk", .start = disk_start, .run = disk_run, .clock_ns = clock_wall_ns },
	{},
};

int main(int argc, char **argv)
{
	return load_main(loads, argc, argv);
}
