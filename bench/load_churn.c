/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load_churn KIND SECONDS [RATE [GROUP]]: as much of something as one process can make, or so much a
 * second; prints how much that was, and goes on when its input ends, so that no end of a process is
 * in between.  Once it runs it moves into GROUP (a folder of cgroup2): what is counted there from then
 * on is what is told, and all of it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load.h"

static struct sockaddr_in address = { .sin_family = AF_INET };
static int listener, there[2], back[2];
static pid_t partner;
static char c;

static void call_make(void)
{
	syscall(SYS_getppid);
}

/* Different calls of a process, and exit: each is a key. */
static const long process_calls[] = { SYS_getpid, SYS_getppid, SYS_gettid,
				      SYS_getuid, SYS_geteuid, SYS_getgid };
#define PROCESS_CALLS (sizeof(process_calls) / sizeof(*process_calls))

/* Not by the functions of libc, which make other calls as well. */
static void process_make(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (!pid) {
		for (size_t i = 0; i < PROCESS_CALLS; i++)
			syscall(process_calls[i]);
		syscall(SYS_exit_group, 0);
	}
	if (pid < 0 || syscall(SYS_wait4, pid, NULL, 0, NULL) != pid)
		load_fail("fork");
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
	partner = fork();
	if (partner)
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

/* Voluntary switches of a process; *ret_state: R: it runs, S: it waits. */
static long switches_of(pid_t pid, char *ret_state)
{
	char path[64], line[256];
	long n = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && n < 0 && fgets(line, sizeof(line), f)) {
		sscanf(line, "State: %c", ret_state);
		sscanf(line, "voluntary_ctxt_switches: %ld", &n);
	}
	if (n < 0)
		load_fail(path);
	fclose(f);
	return n;
}

/* Of both, when the other one waits, and the one with which this one begins to wait for the end of its
 * input. */
static long switches_count(long n)
{
	char state = 'R';
	long its = 0;

	(void)n;
	while (state != 'S')
		its = switches_of(partner, &state);
	return switches_of(getpid(), &state) + its + 1;
}

/* And the write with which it came into the group, which ends there, and the one that tells; the read
 * that waits is not over. */
static long with_own_count(long n)
{
	return n + 2;
}

/* Calls of the children, and two for each. */
static long processes_count(long n)
{
	return with_own_count(n * (long)(PROCESS_CALLS + 1 + 2));
}

static const struct kind {
	const char *name;
	void (*start)(void);
	void (*make)(void);
	long (*count)(long n); /* made n times: what is counted then; NULL: that */
} kinds[] = {
	{ "calls", NULL, call_make, with_own_count },
	{ "switches", switch_start, switch_make, switches_count },
	{ "processes", NULL, process_make, processes_count },
	{ "files", NULL, file_make, with_own_count },
	{ "connections", conn_start, conn_make, NULL },
	{},
};

static void group_join(const char *group)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		load_fail(path);
}

/* Waits without a system call. */
static void pace(uint64_t since, long n, double rate)
{
	while ((double)(clock_wall_ns() - since) * rate < (double)n * 1e9)
		;
}

static long make_for(const struct kind *k, uint64_t ns, double rate)
{
	uint64_t since = clock_wall_ns();
	long n = 0;

	for (; n % 64 || clock_wall_ns() - since < ns; n++) {
		if (rate > 0)
			pace(since, n, rate);
		k->make();
	}
	return n;
}

int main(int argc, char **argv)
{
	const struct kind *k = kinds;
	char told[32];
	long n;
	int len;

	while (argc >= 3 && argc <= 5 && k->name && strcmp(k->name, argv[1]))
		k++;
	if (argc < 3 || argc > 5 || !k->name) {
		fprintf(stderr, "usage: load_churn KIND SECONDS [RATE [GROUP]]\n");
		return 2;
	}
	if (k->start)
		k->start();
	if (argc == 5)
		group_join(argv[4]);
	n = make_for(k, strtoull(argv[2], NULL, 10) * 1000000000, argc > 3 ? atof(argv[3]) : 0);
	len = snprintf(told, sizeof(told), "%ld\n", k->count ? k->count(n) : n);
	if (write(STDOUT_FILENO, told, (size_t)len) != len || read(STDIN_FILENO, &c, 1))
		return 1;
	return 0;
}
