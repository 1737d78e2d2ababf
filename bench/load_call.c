/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One system call: the cheapest, and reads of a file in the page cache. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "load.h"

static int fd;
static char buf[4096];

static void zero_open(void)
{
	fd = open("/dev/zero", O_RDONLY);
	if (fd < 0)
		load_fail("/dev/zero");
}

/* The running program: a file that is there, regular, and cached. */
static void file_open(void)
{
	fd = open("/proc/self/exe", O_RDONLY);
	if (fd < 0 || pread(fd, buf, sizeof(buf), 0) != sizeof(buf))
		load_fail("/proc/self/exe");
}

static void getppid_run(unsigned n)
{
	while (n--)
		syscall(SYS_getppid);
}

static void read_run(unsigned n)
{
	while (n--)
		if (read(fd, buf, 1) != 1)
			load_fail("read");
}

static void pread_run(unsigned n)
{
	while (n--)
		if (pread(fd, buf, sizeof(buf), 0) != sizeof(buf))
			load_fail("pread");
}

static const struct load loads[] = {
	{ .name = "getppid", .run = getppid_run, .clock_ns = clock_self_ns },
	{ .name = "read", .start = zero_open, .run = read_run, .clock_ns = clock_self_ns },
	{ .name = "pread", .start = file_open, .run = pread_run, .clock_ns = clock_self_ns },
	{},
};

int main(int argc, char **argv)
{
	return load_main(loads, argc, argv);
}
