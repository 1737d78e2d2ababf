/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two processes, a server and a client, and what they moved over one TCP connection on loopback, counted
 * by themselves and printed as NAME=NUMBER lines.
 *
 *	tcp_ends move|sendfile|peek|splice 4|6|m BYTES [wait]
 *
 * Family m is IPv4 through an IPv6 socket at both ends.  The client sends BYTES, the server sends back
 * a third.  With wait the ends are connected first, printed, and move when a line comes on stdin.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK 60000

struct end {
	int pid, port;
	uint64_t tx, rx, tx_calls, rx_calls;
};

static struct shared {
	struct end server, client;
	sem_t listening, ready, go;
} *shared;

static char buf[CHUNK];

static ssize_t send_some(int fd, size_t n, uint64_t turn)
{
	struct iovec v[2] = { { buf, n / 3 }, { buf, n - n / 3 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	struct mmsghdr mm = { .msg_hdr = m };

	switch (turn % 6) {
	case 0:
		return write(fd, buf, n);
	case 1:
		return send(fd, buf, n, MSG_NOSIGNAL);
	case 2:
		return writev(fd, v, 2);
	case 3:
		return sendmsg(fd, &m, 0);
	case 4:
		return sendto(fd, buf, n, 0, NULL, 0);
	}
	return sendmmsg(fd, &mm, 1, 0) == 1 ? (ssize_t)mm.msg_len : -1;
}

static ssize_t receive_some(int fd, size_t n, uint64_t turn)
{
	struct iovec v[2] = { { buf, n / 3 }, { buf + n / 3, n - n / 3 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };

	switch (turn % 5) {
	case 0:
		return read(fd, buf, n);
	case 1:
		return recv(fd, buf, n, 0);
	case 2:
		return readv(fd, v, 2);
	case 3:
		return recvmsg(fd, &m, 0);
	}
	return recvfrom(fd, buf, n, MSG_WAITALL, NULL, NULL);
}

static ssize_t peek_and_receive(int fd, size_t n, uint64_t turn)
{
	if (recv(fd, buf, n, MSG_PEEK) < 0 || recv(fd, buf, n, MSG_PEEK | MSG_TRUNC) < 0)
		err(1, "peek");
	return receive_some(fd, n, turn);
}

static ssize_t sendfile_some(int fd, size_t n, uint64_t turn)
{
	static int file = -1;
	off_t from = 0;

	(void)turn;
	if (file < 0) {
		file = memfd_create("tcp_ends", 0);
		if (file < 0 || ftruncate(file, CHUNK))
			err(1, "memfd");
	}
	return sendfile(fd, file, &from, n);
}

static int pipe_fds[2];

static ssize_t splice_from(int fd, size_t n, uint64_t turn)
{
	ssize_t got = splice(fd, NULL, pipe_fds[1], NULL, n, 0);

	(void)turn;
	for (ssize_t left = got; left > 0;) {
		ssize_t r = read(pipe_fds[0], buf, (size_t)left);

		if (r <= 0)
			err(1, "read of the pipe");
		left -= r;
	}
	return got;
}

static ssize_t splice_to(int fd, size_t n, uint64_t turn)
{
	ssize_t in = write(pipe_fds[1], buf, n < 4096 ? n : 4096);

	(void)turn;
	return in > 0 ? splice(pipe_fds[0], NULL, fd, NULL, (size_t)in, 0) : in;
}

static const struct mode {
	const char *name;
	ssize_t (*send)(int fd, size_t n, uint64_t turn);
	ssize_t (*receive)(int fd, size_t n, uint64_t turn);
} modes[] = {
	{ "move", send_some, receive_some },
	{ "sendfile", sendfile_some, receive_some },
	{ "peek", send_some, peek_and_receive },
	{ "splice", splice_to, splice_from },
};

static const struct mode *mode;

static void send_all(int fd, uint64_t n, struct end *e)
{
	while (n) {
		ssize_t r = mode->send(fd, n < CHUNK ? n : CHUNK, e->tx_calls);

		if (r <= 0)
			err(1, "send");
		e->tx += (uint64_t)r;
		e->tx_calls++;
		n -= (uint64_t)r;
	}
}

static void receive_all(int fd, uint64_t n, struct end *e)
{
	while (n) {
		ssize_t r = mode->receive(fd, n < CHUNK ? n : CHUNK, e->rx_calls);

		if (r <= 0)
			err(1, "receive");
		e->rx += (uint64_t)r;
		e->rx_calls++;
		n -= (uint64_t)r;
	}
}

static socklen_t address_make(struct sockaddr_storage *a, char family, int port)
{
	struct sockaddr_in *v4 = (void *)a;
	struct sockaddr_in6 *v6 = (void *)a;

	memset(a, 0, sizeof(*a));
	if (family == '4') {
		*v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*v4);
	}
	*v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port) };
	inet_pton(AF_INET6, family == 'm' ? "::ffff:127.0.0.1" : "::1", &v6->sin6_addr);
	return sizeof(*v6);
}

static int port_of(int fd)
{
	struct sockaddr_in6 a;
	socklen_t len = sizeof(a);

	if (getsockname(fd, (struct sockaddr *)&a, &len))
		err(1, "getsockname");
	return ntohs(a.sin6_port); /* where sin_port is, too */
}

static void wait_to_move(void)
{
	sem_post(&shared->ready);
	sem_wait(&shared->go);
}

static void server_run(char family, uint64_t bytes)
{
	struct sockaddr_storage a;
	socklen_t len = address_make(&a, family, 0);
	int listener = socket(a.ss_family, SOCK_STREAM, 0), fd;

	if (listener < 0 || bind(listener, (void *)&a, len) || listen(listener, 5))
		err(1, "listen");
	shared->server.pid = getpid();
	shared->server.port = port_of(listener);
	sem_post(&shared->listening);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		err(1, "accept");
	wait_to_move();
	receive_all(fd, bytes, &shared->server);
	send_all(fd, bytes / 3, &shared->server);
	/* the client closes first */
	if (read(fd, buf, 1))
		errx(1, "more than was sent");
}

static void client_run(char family, uint64_t bytes)
{
	struct sockaddr_storage a;
	socklen_t len;
	int fd;

	sem_wait(&shared->listening);
	len = address_make(&a, family, shared->server.port);
	fd = socket(a.ss_family, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (void *)&a, len))
		err(1, "connect");
	shared->client.pid = getpid();
	shared->client.port = port_of(fd);
	wait_to_move();
	send_all(fd, bytes, &shared->client);
	receive_all(fd, bytes / 3, &shared->client);
}

static void end_start(void (*run)(char, uint64_t), char family, uint64_t bytes)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return;
	if (pipe(pipe_fds))
		err(1, "pipe");
	run(family, bytes);
	exit(0);
}

static void end_print(const char *name, const struct end *e)
{
	printf("%s_pid=%d\n%s_port=%d\n", name, e->pid, name, e->port);
	printf("%s_tx=%llu\n%s_rx=%llu\n", name, (unsigned long long)e->tx, name,
	       (unsigned long long)e->rx);
	printf("%s_tx_calls=%llu\n%s_rx_calls=%llu\n", name, (unsigned long long)e->tx_calls, name,
	       (unsigned long long)e->rx_calls);
}

int main(int argc, char **argv)
{
	int status, failed = 0;
	uint64_t bytes;

	if (argc < 4)
		errx(2, "usage: tcp_ends move|sendfile|peek|splice 4|6|m BYTES [wait]");
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (!strcmp(argv[1], modes[i].name))
			mode = &modes[i];
	if (!mode)
		errx(2, "no mode %s", argv[1]);
	bytes = strtoull(argv[3], NULL, 10);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	sem_init(&shared->listening, 1, 0);
	sem_init(&shared->ready, 1, 0);
	sem_init(&shared->go, 1, 0);
	end_start(server_run, argv[2][0], bytes);
	end_start(client_run, argv[2][0], bytes);
	sem_wait(&shared->ready);
	sem_wait(&shared->ready);
	if (argc > 4) {
		end_print("server", &shared->server);
		end_print("client", &shared->client);
		puts("ready");
		fflush(stdout);
		getchar();
	}
	sem_post(&shared->go);
	sem_post(&shared->go);
	while (wait(&status) > 0)
		failed |= status;
	end_print("server", &shared->server);
	end_print("client", &shared->client);
	return failed != 0;
}
