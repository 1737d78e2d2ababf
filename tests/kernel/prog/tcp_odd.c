/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP connections to which something happens, on loopback; who was it is printed as NAME=NUMBER lines.
 *
 *	tcp_odd queue	connections to a listener whose queue is full: their SYNs are sent again
 *	tcp_odd reset	the server resets an accepted connection; then connects to a closed port, twice
 *	tcp_odd accept	accepted, and closed without any byte
 *	tcp_odd pending	connected by another process, never accepted
 *	tcp_odd child	the server accepts, its child sends 5000 bytes
 *	tcp_odd many N	N connections, 1000 bytes through each
 *	tcp_odd crowd N	N processes that wait for bytes at the same time; 1000 for each, in one call
 *	tcp_odd again	one socket pair after the other with the same four addresses, 100 and 200 bytes
 */
#define _GNU_SOURCE
#include <err.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char buf[8192];

static struct sockaddr_in address(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int port_of(int fd)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	if (getsockname(fd, (struct sockaddr *)&a, &len))
		err(1, "getsockname");
	return ntohs(a.sin_port);
}

/* port 0: any */
static int socket_at(int port)
{
	struct sockaddr_in a = address(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&a, sizeof(a)))
		err(1, "bind");
	return fd;
}

static int listen_at(int backlog)
{
	int fd = socket_at(0);

	if (listen(fd, backlog))
		err(1, "listen");
	return fd;
}

static int connect_from(int fd, int port)
{
	struct sockaddr_in a = address(port);

	if (fd < 0)
		fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)))
		err(1, "connect");
	return fd;
}

/* In a child: connects to the listener, reads until the end. */
static pid_t reader_start(int listener)
{
	int port = port_of(listener), fd;
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	/* or it would stay open here */
	close(listener);
	fd = connect_from(-1, port);
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	_exit(0);
}

static int accepted(int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		err(1, "accept");
	return fd;
}

static void send_bytes(int fd, size_t n)
{
	if (write(fd, buf, n) != (ssize_t)n)
		err(1, "write");
}

static void run_queue(void)
{
	int listener = listen_at(0), port = port_of(listener);

	/* one fits; nobody accepts */
	connect_from(-1, port);
	for (int i = 0; i < 3; i++) {
		struct sockaddr_in a = address(port);
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

		connect(fd, (struct sockaddr *)&a, sizeof(a));
	}
	/* after 1 s and after 3 s */
	usleep(3500000);
	printf("pid=%d\nport=%d\n", getpid(), port);
}

/* Nobody listens there. */
static void refused_at(const void *to, socklen_t len)
{
	int fd = socket(((const struct sockaddr *)to)->sa_family, SOCK_STREAM, 0);

	if (fd < 0 || !connect(fd, to, len))
		errx(1, "somebody listens");
	close(fd);
}

static void run_reset(void)
{
	struct linger hard = { .l_onoff = 1 };
	int listener = listen_at(5), port = port_of(listener), fd;
	struct sockaddr_in a = address(port);
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons(port),
				   .sin6_addr = in6addr_loopback };
	pid_t reader = reader_start(listener);

	fd = accepted(listener);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
	waitpid(reader, NULL, 0);
	close(listener);
	refused_at(&a, sizeof(a));
	refused_at(&a6, sizeof(a6));
	printf("pid=%d\nreader=%d\nport=%d\n", getpid(), reader, port);
}

static void run_accept(void)
{
	int listener = listen_at(5), port = port_of(listener);
	pid_t reader = reader_start(listener);

	close(accepted(listener));
	waitpid(reader, NULL, 0);
	printf("pid=%d\nreader=%d\nport=%d\n", getpid(), reader, port);
}

static void run_pending(void)
{
	int listener = listen_at(5), port = port_of(listener);
	pid_t reader = reader_start(listener);

	usleep(300000);
	close(listener);
	waitpid(reader, NULL, 0);
	printf("pid=%d\nreader=%d\nport=%d\n", getpid(), reader, port);
}

static void run_child(void)
{
	int listener = listen_at(5), port = port_of(listener), fd;
	pid_t reader = reader_start(listener), child;

	fd = accepted(listener);
	child = fork();
	if (!child) {
		send_bytes(fd, 5000);
		_exit(0);
	}
	close(fd);
	waitpid(child, NULL, 0);
	waitpid(reader, NULL, 0);
	printf("pid=%d\nchild=%d\nreader=%d\nport=%d\n", getpid(), child, reader, port);
}

static void run_many(int n)
{
	int listener = listen_at(5), port = port_of(listener);

	for (int i = 0; i < n; i++) {
		int fd = connect_from(-1, port), other = accepted(listener);

		send_bytes(fd, 1000);
		if (recv(other, buf, 1000, MSG_WAITALL) != 1000)
			err(1, "recv");
		close(other);
		close(fd);
	}
	printf("pid=%d\nport=%d\n", getpid(), port);
}

static void run_crowd(int n)
{
	int listener = listen_at(n), port = port_of(listener), *fds = calloc(n, sizeof(*fds));

	for (int i = 0; i < n; i++) {
		reader_start(listener);
		fds[i] = accepted(listener);
	}
	/* it does not matter if some do not wait yet */
	usleep(300000);
	for (int i = 0; i < n; i++) {
		send_bytes(fds[i], 1000);
		close(fds[i]);
	}
	while (wait(NULL) > 0)
		;
	printf("pid=%d\nport=%d\n", getpid(), port);
}

static void run_again(void)
{
	struct linger hard = { .l_onoff = 1 };
	int listener = listen_at(5), port = port_of(listener), from = 0;

	for (int i = 1; i <= 2; i++) {
		int fd = socket_at(from), other;

		connect_from(fd, port);
		from = port_of(fd);
		other = accepted(listener);
		send_bytes(fd, 100 * i);
		if (recv(other, buf, 100 * i, MSG_WAITALL) != 100 * i)
			err(1, "recv");
		/* reset, so that nothing of it stays */
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(fd);
		close(other);
	}
	printf("pid=%d\nport=%d\nfrom=%d\n", getpid(), port, from);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	if (!strcmp(mode, "queue"))
		run_queue();
	else if (!strcmp(mode, "reset"))
		run_reset();
	else if (!strcmp(mode, "accept"))
		run_accept();
	else if (!strcmp(mode, "pending"))
		run_pending();
	else if (!strcmp(mode, "child"))
		run_child();
	else if (!strcmp(mode, "many") && argc > 2)
		run_many(atoi(argv[2]));
	else if (!strcmp(mode, "crowd") && argc > 2)
		run_crowd(atoi(argv[2]));
	else if (!strcmp(mode, "again"))
		run_again();
	else
		errx(2, "usage: tcp_odd queue|reset|accept|pending|child|many N|crowd N|again");
	return 0;
}
