/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes files in every way that there is, and says what each call moved, by its own count:
 * per file and direction a line `NAME reads writes syncs read_bytes write_bytes errors`.
 *
 *	file_calls DIRECTORY ROUNDS
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct tally {
	const char *name;
	int fd;
	long reads, writes, syncs, read_bytes, write_bytes, errors;
};

enum { SOURCE, TARGET, FULL, FOLDER, PIPE_IN, PIPE_OUT, FILES };

static struct tally files[FILES] = {
	{ .name = "source" }, { .name = "target" }, { .name = "full" },
	{ .name = "." },      { .name = "pipe" },   { .name = "pipe" },
};

static void did_read(int file, long n)
{
	files[file].reads++;
	files[file].read_bytes += n > 0 ? n : 0;
	files[file].errors += n < 0;
}

static void did_write(int file, long n)
{
	files[file].writes++;
	files[file].write_bytes += n > 0 ? n : 0;
	files[file].errors += n < 0;
}

static void did_sync(int file, long n)
{
	files[file].syncs++;
	files[file].errors += n < 0;
}

#define FD(file) (files[file].fd)
#define SOURCE_BYTES 10000

static char buf[65536];
static void *volatile nowhere = (void *)8; /* no memory there */

static void do_reads(void)
{
	struct iovec v[2] = { { buf, 700 }, { buf + 700, 900 } };

	lseek(FD(SOURCE), 0, SEEK_SET);
	did_read(SOURCE, read(FD(SOURCE), buf, 4096));
	did_read(SOURCE, read(FD(SOURCE), buf, 8192)); /* short: 5904 are left */
	did_read(SOURCE, read(FD(SOURCE), buf, 100)); /* end of file */
	did_read(SOURCE, read(FD(SOURCE), nowhere, 100)); /* end of file as well */
	lseek(FD(SOURCE), 0, SEEK_SET);
	did_read(SOURCE, read(FD(SOURCE), nowhere, 100)); /* EFAULT */
	did_read(SOURCE, pread(FD(SOURCE), buf, 1234, 17));
	did_read(SOURCE, pread(FD(SOURCE), buf, 1234, -1)); /* EINVAL */
	did_read(SOURCE, readv(FD(SOURCE), v, 2));
	did_read(SOURCE, preadv(FD(SOURCE), v, 2, 9000)); /* short */
	did_read(SOURCE, preadv2(FD(SOURCE), v, 1, 3, 0));
	did_read(FOLDER, read(FD(FOLDER), buf, 10)); /* EISDIR */
}

static void do_writes(void)
{
	struct iovec v[2] = { { buf, 300 }, { buf + 300, 401 } };

	lseek(FD(TARGET), 0, SEEK_SET);
	did_write(TARGET, write(FD(TARGET), buf, 2000));
	did_write(TARGET, write(FD(TARGET), buf, 0));
	did_write(TARGET, write(FD(TARGET), nowhere, 50)); /* EFAULT */
	did_write(TARGET, pwrite(FD(TARGET), buf, 77, 5));
	did_write(TARGET, writev(FD(TARGET), v, 2));
	did_write(TARGET, pwritev(FD(TARGET), v, 2, 100));
	did_write(TARGET, pwritev2(FD(TARGET), v, 1, -1, 0));
	did_write(SOURCE, write(FD(SOURCE), buf, 9)); /* EBADF: opened for reading */
	did_write(FULL, write(FD(FULL), buf, 512)); /* ENOSPC */
	did_sync(TARGET, fsync(FD(TARGET)));
	did_sync(TARGET, fdatasync(FD(TARGET)));
	did_sync(TARGET, sync_file_range(FD(TARGET), 0, 100, 2));
	did_sync(FOLDER, syncfs(FD(FOLDER)));
}

static void did_both(int in, int out, long n)
{
	did_read(in, n);
	did_write(out, n);
}

static void do_transfers(void)
{
	off_t at = 1000;
	loff_t from = 500, to = 20;
	long n;

	did_both(SOURCE, TARGET, sendfile(FD(TARGET), FD(SOURCE), &at, 3000));
	at = SOURCE_BYTES - 10;
	did_both(SOURCE, TARGET, sendfile(FD(TARGET), FD(SOURCE), &at, 3000)); /* short */
	did_both(SOURCE, TARGET, copy_file_range(FD(SOURCE), &from, FD(TARGET), &to, 2222, 0));
	did_both(TARGET, SOURCE, copy_file_range(FD(TARGET), &from, FD(SOURCE), &to, 2, 0)); /* EBADF */
	from = 0;
	n = splice(FD(SOURCE), &from, FD(PIPE_OUT), NULL, 4000, 0);
	did_both(SOURCE, PIPE_OUT, n);
	to = 0;
	did_both(PIPE_IN, TARGET, splice(FD(PIPE_IN), NULL, FD(TARGET), &to, 4000, 0));
	did_write(PIPE_OUT, write(FD(PIPE_OUT), buf, 123));
	did_read(PIPE_IN, read(FD(PIPE_IN), buf, 4096));
}

static void do_folder(void)
{
	long n;

	lseek(FD(FOLDER), 0, SEEK_SET);
	do {
		n = syscall(SYS_getdents64, FD(FOLDER), buf, sizeof(buf));
		did_read(FOLDER, n);
	} while (n > 0);
}

static void files_open(void)
{
	int ends[2], fd = open("source", O_CREAT | O_EXCL | O_WRONLY, 0600);

	if (fd < 0 || ftruncate(fd, SOURCE_BYTES) || pipe(ends))
		err(1, "source");
	close(fd);
	FD(SOURCE) = open("source", O_RDONLY);
	FD(TARGET) = open("target", O_CREAT | O_EXCL | O_RDWR, 0600);
	FD(FULL) = open("/dev/full", O_WRONLY);
	FD(FOLDER) = open(".", O_RDONLY | O_DIRECTORY);
	FD(PIPE_IN) = ends[0];
	FD(PIPE_OUT) = ends[1];
	for (int i = 0; i < FILES; i++)
		if (FD(i) < 0)
			err(1, "%s", files[i].name);
}

int main(int argc, char **argv)
{
	if (argc != 3 || chdir(argv[1]))
		errx(2, "usage: file_calls DIRECTORY ROUNDS");
	files_open();
	for (int i = 0; i < atoi(argv[2]); i++) {
		do_reads();
		do_writes();
		do_transfers();
		do_folder();
	}
	for (int i = 0; i < FILES; i++) {
		const struct tally *t = &files[i];

		printf("%s %ld %ld %ld %ld %ld %ld\n", t->name, t->reads, t->writes, t->syncs,
		       t->read_bytes, t->write_bytes, t->errors);
	}
	return 0;
}
