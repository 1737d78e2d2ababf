/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mem.h"
#include "rights.h"

struct stats {
	int fd; /* to the child: a byte, 1 for on and 0 for off; back: the errno of having it on */
	pid_t child;
};

/* 0: goes on; *on: the descriptor that keeps it on, or -1. */
static int child_obey(int *on)
{
	struct pollfd p = { .fd = 3, .events = POLLIN };
	int n = poll(&p, 1, *on < 0 ? -1 : (int)(STATS_MAX_NS / 1000000));
	uint8_t want, answer;

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n && recv(3, &want, 1, 0) != 1)
		return -EPIPE;
	if (*on >= 0)
		close(*on);
	*on = -1;
	if (!n || !want)
		return 0;
	*on = bpf_enable_stats(BPF_STATS_RUN_TIME);
	answer = *on < 0 ? (uint8_t)errno : 0;
	return send(3, &answer, 1, MSG_NOSIGNAL) == 1 ? 0 : -EPIPE;
}

static void child_run(int fd)
{
	sigset_t none;
	int null, on = -1;

	setsid();
	prctl(PR_SET_NAME, "probetop-stat");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	null = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	dup2(fd, 3);
	syscall(SYS_close_range, 4, ~0u, 0);
	rights_shed_stats();
	while (!child_obey(&on))
		;
	_exit(0);
}

int stats_open(struct stats **ret)
{
	int on = bpf_enable_stats(BPF_STATS_RUN_TIME), fds[2], r;
	pid_t child;

	if (on < 0)
		return on;
	close(on);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds))
		return -errno;
	child = fork();
	if (!child)
		child_run(fds[1]);
	r = child < 0 ? -errno : 0;
	close(fds[1]);
	if (r) {
		close(fds[0]);
		return r;
	}
	*ret = xcalloc(1, sizeof(**ret));
	**ret = (struct stats){ .fd = fds[0], .child = child };
	return 0;
}

void stats_close(struct stats *s)
{
	if (!s)
		return;
	close(s->fd);
	kill(s->child, SIGKILL);
	waitpid(s->child, NULL, 0);
	free(s);
}

int stats_fd(const struct stats *s)
{
	return s->fd;
}

int stats_switch(struct stats *s, bool on)
{
	uint8_t want = on;

	return send(s->fd, &want, 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int stats_answer(struct stats *s)
{
	uint8_t answer;
	ssize_t n = recv(s->fd, &answer, 1, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (!n)
		return -EPIPE;
	return answer ? -(int)answer : 1;
}
