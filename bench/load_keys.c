/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many keys, little work: THREADS threads of which each, twice a second, makes KINDS different
 * system calls and reads KINDS files.  Ends when its input does.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "load.h"

#define KINDS 10

static const long calls[KINDS] = {
	SYS_getpid, SYS_getppid, SYS_gettid,  SYS_getuid,  SYS_geteuid,
	SYS_getgid, SYS_getegid, SYS_getpgid, SYS_getsid,  SYS_sched_yield,
};

static int fds[KINDS];

static void *work(void *arg)
{
	char c;

	for (;;) {
		for (int i = 0; i < KINDS; i++) {
			syscall(calls[i], 0);
			if (pread(fds[i], &c, 1, 0) != 1)
				load_fail("pread");
		}
		usleep(500000);
	}
	return arg;
}

static int file_make(void)
{
	char name[] = "bench-keys-XXXXXX";
	int fd = mkstemp(name);

	if (fd < 0 || write(fd, "x", 1) != 1)
		load_fail("file in the current folder");
	unlink(name);
	return fd;
}

int main(int argc, char **argv)
{
	int threads = argc == 2 ? atoi(argv[1]) : 0;
	pthread_attr_t attr;
	pthread_t t;

	if (threads <= 0) {
		fprintf(stderr, "usage: load_keys THREADS\n");
		return 2;
	}
	for (int i = 0; i < KINDS; i++)
		fds[i] = file_make();
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	for (int i = 0; i < threads; i++)
		if (pthread_create(&t, &attr, work, NULL))
			load_fail("pthread_create");
	puts("ready");
	fflush(stdout);
	getchar();
	return 0;
}
