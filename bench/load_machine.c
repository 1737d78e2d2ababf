/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with PROCESSES processes that have ten files and ten TCP connections each, of which a
 * twentieth does something in a second, in a folder of its own below the current one.  Says "ready"
 * when all is open, and ends when its input does.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

#define EACH 10 /* files and connections of a process */
#define ACTIVE_PERCENT 5
#define FILE_BYTES (20 * 4096)

static struct sockaddr_in address = { .sin_family = AF_INET };
static int ready[2];
static char buf[4096];

static int file_make(unsigned process, unsigned i)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "process-%u-file-%u", process, i);
	fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, FILE_BYTES))
		load_fail(name);
	return fd;
}

static int conn_make(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (void *)&address, sizeof(address)))
		load_fail("connect");
	return fd;
}

static void second_work(const int *files, const int *conns)
{
	for (int i = 0; i < EACH; i++) {
		if (rand() % 100 < ACTIVE_PERCENT)
			for (int n = rand() % 20; n >= 0; n--)
				if (pread(files[i], buf, sizeof(buf), n * 4096) < 0)
					load_fail("pread");
		if (rand() % 100 < ACTIVE_PERCENT)
			for (int n = rand() % 20; n >= 0; n--)
				if (send(conns[i], buf, (size_t)(rand() % 4000) + 1, 0) < 0)
					load_fail("send");
	}
}

static void process_run(unsigned process)
{
	struct timespec second = { .tv_sec = 1 }, first = { .tv_nsec = process % 1000 * 1000000 };
	int files[EACH], conns[EACH];

	srand(process);
	for (unsigned i = 0; i < EACH; i++) {
		files[i] = file_make(process, i);
		conns[i] = conn_make();
	}
	if (write(ready[1], "", 1) != 1)
		load_fail("write");
	for (nanosleep(&first, NULL);; nanosleep(&second, NULL))
		second_work(files, conns);
}

static int listener_make(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (void *)&address, len) || listen(fd, 4096) ||
	    getsockname(fd, (void *)&address, &len))
		load_fail("listen");
	return fd;
}

/* Takes all connections, and reads what comes. */
static void serve(int listener)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = listener };
	int epoll = epoll_create1(0);
	static char sink[65536];

	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
	while (epoll_wait(epoll, &e, 1, -1) == 1) {
		if (e.data.fd != listener) {
			if (read(e.data.fd, sink, sizeof(sink)) <= 0)
				close(e.data.fd);
			continue;
		}
		e.data.fd = accept(listener, NULL, NULL);
		if (e.data.fd < 0)
			load_fail("accept");
		e.events = EPOLLIN;
		epoll_ctl(epoll, EPOLL_CTL_ADD, e.data.fd, &e);
	}
}

static void child_make(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
}

int main(int argc, char **argv)
{
	unsigned processes = argc == 2 ? (unsigned)atoi(argv[1]) : 0;
	struct rlimit files;
	pid_t parent = getpid();
	int listener;

	if (!processes) {
		fprintf(stderr, "usage: load_machine PROCESSES\n");
		return 2;
	}
	/* the server has all connections open */
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) || pipe(ready))
		load_fail("setrlimit");
	listener = listener_make();
	if (!fork()) {
		child_make(parent);
		serve(listener);
	}
	close(listener);
	for (unsigned i = 0; i < processes; i++)
		if (!fork()) {
			child_make(parent);
			process_run(i);
		}
	close(ready[1]);
	for (unsigned n = 0; n < processes; n++)
		if (read(ready[0], buf, 1) != 1)
			load_fail("a process");
	puts("ready");
	fflush(stdout);
	getchar();
	return 0;
}
