/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two processes on one CPU that wait for each other.  An operation is one turn there and back. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "load.h"

static int near[2], far[2]; /* pipes there and back */
static uint32_t *turn; /* 0: this process, 1: the child */
static int conn, message_bytes;
static char buf[65536];

static void pipe_serve(void)
{
	while (read(near[0], buf, 1) == 1 && write(far[1], buf, 1) == 1)
		;
}

static void pipe_start(void)
{
	if (pipe(near) || pipe(far))
		load_fail("pipe");
	load_fork(pipe_serve);
}

static void pipe_run(unsigned n)
{
	while (n--)
		if (write(near[1], buf, 1) != 1 || read(far[0], buf, 1) != 1)
			load_fail("pipe");
}

static void turn_pass(uint32_t to)
{
	__atomic_store_n(turn, to, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void turn_await(uint32_t mine)
{
	while (__atomic_load_n(turn, __ATOMIC_SEQ_CST) != mine)
		syscall(SYS_futex, turn, FUTEX_WAIT, !mine, NULL, NULL, 0);
}

static void futex_serve(void)
{
	for (;;) {
		turn_await(1);
		turn_pass(0);
	}
}

static void futex_start(void)
{
	turn = mmap(NULL, sizeof(*turn), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (turn == MAP_FAILED)
		load_fail("mmap");
	load_fork(futex_serve);
}

static void futex_run(unsigned n)
{
	while (n--) {
		turn_pass(1);
		turn_await(0);
	}
}

static int tcp_turn(int fd)
{
	return recv(fd, buf, message_bytes, MSG_WAITALL) == message_bytes;
}

static int tcp_send(int fd)
{
	return send(fd, buf, message_bytes, 0) == message_bytes;
}

static void tcp_serve(void)
{
	while (tcp_turn(conn) && tcp_send(conn))
		;
}

static void tcp_start(int bytes)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), mine = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(a);
	int on = 1;

	message_bytes = bytes;
	if (bind(listener, (void *)&a, len) || listen(listener, 1) ||
	    getsockname(listener, (void *)&a, &len) || connect(mine, (void *)&a, len))
		load_fail("connect");
	conn = accept(listener, NULL, NULL);
	setsockopt(conn, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(mine, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	load_fork(tcp_serve);
	conn = mine;
}

static void tcp_small_start(void)
{
	tcp_start(1);
}

static void tcp_large_start(void)
{
	tcp_start(65536);
}

static void tcp_run(unsigned n)
{
	while (n--)
		if (!tcp_send(conn) || !tcp_turn(conn))
			load_fail("tcp");
}

static const struct load loads[] = {
	{ .name = "pipe", .start = pipe_start, .run = pipe_run, .clock_ns = clock_pair_ns },
	{ .name = "futex", .start = futex_start, .run = futex_run, .clock_ns = clock_pair_ns },
	{ .name = "tcp-1", .start = tcp_small_start, .run = tcp_run, .clock_ns = clock_pair_ns },
	{ .name = "tcp-64k", .start = tcp_large_start, .run = tcp_run, .clock_ns = clock_pair_ns },
	{},
};

int main(int argc, char **argv)
{
	return load_main(loads, argc, argv);
}
