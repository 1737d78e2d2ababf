/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_churn KIND SECONDS: as much of something as one process can make; prints how much that was. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load.h"

static struct sockaddr_in address = { .sin_family = AF_INET };
static int listener, there[2], back[2];
static char c;
static long processes;

static void call_make(void)
{
	syscall(SYS_getppid);
}

static void process_make(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		load_fail("fork");
	processes++;
}

/* The number that the file system gives it may have been another file's: the generation tells. */
static void file_make(void)
{
	int fd = open(".", O_TMPFILE | O_WRONLY, 0600);

	if (fd < 0 || write(fd, &c, 1) != 1)
		load_fail("file in the current folder");
	close(fd);
}

static void conn_start(void)
{
	socklen_t len = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (void *)&address, len) || listen(listener, 16) ||
	    getsockname(listener, (void *)&address, &len))
		load_fail("listen");
}

static void conn_make(void)
{
	struct linger now = { .l_onoff = 1 }; /* no TIME_WAIT: there are not so many ports */
	int fd = socket(AF_INET, SOCK_STREAM, 0), end;

	if (connect(fd, (void *)&address, sizeof(address)) || (end = accept(listener, NULL, NULL)) < 0)
		load_fail("connect");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	if (send(fd, &c, 1, 0) != 1 || recv(end, &c, 1, 0) != 1)
		load_fail("send");
	close(fd);
	close(end);
}

static void switch_start(void)
{
	if (pipe(there) || pipe(back))
		load_fail("pipe");
	if (fork())
		return;
	close(there[1]);
	while (read(there[0], &c, 1) == 1 && write(back[1], &c, 1) == 1)
		;
	_exit(0);
}

static void switch_make(void)
{
	if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
		load_fail("pipe");
}

/* Of this process and, when it is over, of the child. */
static long switches_count(void)
{
	struct rusage self, child;

	close(there[1]);
	wait(NULL);
	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &child);
	return self.ru_nvcsw + child.ru_nvcsw;
}

/* The last one is this one. */
static long processes_count(void)
{
	return processes + 1;
}

static const struct kind {
	const char *name;
	void (*start)(void);
	void (*make)(void);
	long (*count)(void); /* NULL: as often as made */
} kinds[] = {
	{ "calls", NULL, call_make, NULL },
	{ "switches", switch_start, switch_make, switches_count },
	{ "processes", NULL, process_make, processes_count },
	{ "files", NULL, file_make, NULL },
	{ "connections", conn_start, conn_make, NULL },
	{},
};

int main(int argc, char **argv)
{
	const struct kind *k = kinds;
	uint64_t end;
	long n = 0;

	while (argc == 3 && k->name && strcmp(k->name, argv[1]))
		k++;
	if (argc != 3 || !k->name) {
		fprintf(stderr, "usage: load_churn KIND SECONDS\n");
		return 2;
	}
	if (k->start)
		k->start();
	end = clock_wall_ns() + strtoull(argv[2], NULL, 10) * 1000000000;
	for (; n % 64 || clock_wall_ns() < end; n++)
		k->make();
	printf("%ld\n", k->count ? k->count() : n);
	return 0;
}
