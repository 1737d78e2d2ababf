/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes and goes by the thousand, counted by itself.
 *
 *	churn processes N
 *	churn groups DIR N
 *	churn connections N BYTES
 *
 * processes: N of them, one after the other, that make 3 getppid calls each.  groups: N control groups
 * below DIR, each with one such process, made and removed.  connections: N over TCP on loopback, open
 * at the same time, BYTES each; says "ready" when all are there, and holds them until a line comes on
 * stdin.  Prints how long it took: "took MS".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PER_PROCESS 8000 /* connections, of two files each */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void process_make(const char *procs)
{
	pid_t child = fork();

	if (child < 0)
		err(1, "fork");
	if (!child) {
		int fd = procs ? open(procs, O_WRONLY) : -1;

		if (procs && (fd < 0 || write(fd, "0", 1) != 1))
			_exit(1);
		for (int i = 0; i < 3; i++)
			syscall(SYS_getppid);
		_exit(0);
	}
	int status;
	if (waitpid(child, &status, 0) < 0 || status)
		errx(1, "a process failed");
}

static void processes(int n)
{
	for (int i = 0; i < n; i++)
		process_make(NULL);
}

static void groups(const char *dir, int n)
{
	char path[300], procs[320];

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/churn-%d", dir, i);
		snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);
		if (mkdir(path, 0755))
			err(1, "%s", path);
		process_make(procs);
		if (rmdir(path))
			err(1, "%s", path);
	}
}

static void connections_of_one(int n, int bytes)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in to = at;
	socklen_t len = sizeof(to);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	char buf[1000] = { 0 };

	if (bind(server, (struct sockaddr *)&at, len) || listen(server, 100) ||
	    getsockname(server, (struct sockaddr *)&to, &len))
		err(1, "listen");
	for (int i = 0; i < n; i++) {
		int client = socket(AF_INET, SOCK_STREAM, 0), other;

		if (connect(client, (struct sockaddr *)&to, len))
			err(1, "connection %d", i);
		other = accept(server, NULL, NULL);
		if (other < 0 || send(client, buf, (size_t)bytes, 0) != bytes ||
		    recv(other, buf, (size_t)bytes, MSG_WAITALL) != bytes)
			err(1, "connection %d", i);
	}
}

/* No more of them in a process than it may have files; all stay until the last of `hold` is closed. */
static void connections(int n, int bytes)
{
	int ready[2], hold[2];
	char byte;

	if (pipe(ready) || pipe(hold))
		err(1, "pipe");
	for (int i = 0; i < n; i += PER_PROCESS) {
		if (fork())
			continue;
		close(hold[1]);
		connections_of_one(n - i < PER_PROCESS ? n - i : PER_PROCESS, bytes);
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		if (read(hold[0], &byte, 1)) /* the end of the file */
			_exit(1);
		_exit(0);
	}
	close(ready[1]);
	for (int i = 0; i < n; i += PER_PROCESS)
		if (read(ready[0], &byte, 1) != 1)
			errx(1, "a process failed");
}

int main(int argc, char **argv)
{
	long start = now_ms();

	if (argc == 3 && !strcmp(argv[1], "processes"))
		processes(atoi(argv[2]));
	else if (argc == 4 && !strcmp(argv[1], "groups"))
		groups(argv[2], atoi(argv[3]));
	else if (argc == 4 && !strcmp(argv[1], "connections"))
		connections(atoi(argv[2]), atoi(argv[3]));
	else
		return 2;
	printf("took %ld\nready\n", now_ms() - start);
	fflush(stdout);
	if (!strcmp(argv[1], "connections"))
		getchar();
	return 0;
}
