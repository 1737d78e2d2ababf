/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"
#include "core/mem.h"
#include "rights.h"

struct stats {
	struct child child; /* a byte, 1 for on and 0 for off; back: the errno of having it on */
};

/* 0: goes on; *on: the descriptor that keeps it on, or -1. */
static int request_obey(int *on)
{
	struct pollfd p = { .fd = CHILD_FD, .events = POLLIN };
	int n = poll(&p, 1, *on < 0 ? -1 : (int)(STATS_MAX_NS / 1000000));
	uint8_t want, answer;

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n && recv(CHILD_FD, &want, 1, 0) != 1)
		return -EPIPE;
	if (*on >= 0)
		close(*on);
	*on = -1;
	if (!n || !want)
		return 0;
	*on = bpf_enable_stats(BPF_STATS_RUN_TIME);
	answer = *on < 0 ? (uint8_t)errno : 0;
	return send(CHILD_FD, &answer, 1, MSG_NOSIGNAL) == 1 ? 0 : -EPIPE;
}

static void requests_obey(pid_t parent)
{
	int on = -1;

	(void)parent; /* the socket tells that it has gone */
	rights_shed_stats();
	while (!request_obey(&on))
		;
}

int stats_open(struct stats **ret)
{
	int on = bpf_enable_stats(BPF_STATS_RUN_TIME), r;
	struct child child;

	if (on < 0)
		return on;
	close(on);
	r = child_start(&child, "probetop-stat", SOCK_NONBLOCK, requests_obey);
	if (r)
		return r;
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->child = child;
	return 0;
}

void stats_close(struct stats *s)
{
	if (!s)
		return;
	child_end(&s->child);
	free(s);
}

int stats_fd(const struct stats *s)
{
	return s->child.fd;
}

int stats_switch(struct stats *s, bool on)
{
	uint8_t want = on;

	return send(s->child.fd, &want, 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int stats_answer(struct stats *s)
{
	uint8_t answer;
	ssize_t n = recv(s->child.fd, &answer, 1, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (!n)
		return -EPIPE;
	return answer ? -(int)answer : 1;
}
