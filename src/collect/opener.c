/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opener.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"
#include "classic.h"
#include "clock.h"
#include "core/mem.h"
#include "rights.h"

#define CHILD_NAME "probetop-perf"
#define TYPE_FILE "/sys/bus/event_source/devices/kprobe/type"
#define EVENTS_MAX 64
#define NAME_SIZE 64
#define WAIT_NS 2000000000ull /* for an answer; some ms are usual */

enum request_kind { REQUEST_ALLOW, REQUEST_SEAL, REQUEST_OPEN };

struct request {
	uint32_t number; /* of the answer, too */
	uint32_t kind;	 /* enum request_kind */
	char name[NAME_SIZE]; /* a function, or a tracepoint's GROUP/EVENT */
};

/* With the descriptor when that is what was asked for. */
struct answer {
	uint32_t number;
	int32_t result; /* negative errno */
};

/* Room for one descriptor beside a message. */
union passed_fd {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

/* What the child knows. */
struct allowed {
	uint32_t type; /* of the kernel's kprobe events; 0: it has none */
	bool sealed;
	size_t n;
	struct {
		char name[NAME_SIZE];
		uint64_t number; /* of a tracepoint */
	} events[EVENTS_MAX];
};

struct opener {
	struct child child;
	uint32_t number; /* of the last request */
	int capability;
};

static bool is_tracepoint(const char *name)
{
	return strchr(name, '/');
}

/* The descriptor of that event, or negative errno. */
static int event_open(const struct allowed *a, size_t i)
{
	if (is_tracepoint(a->events[i].name))
		return classic_event(PERF_TYPE_TRACEPOINT, a->events[i].number, 0);
	return classic_event(a->type, 0, (uintptr_t)a->events[i].name);
}

static bool first_opens(const void *data)
{
	const struct allowed *a = data;
	int fd = a->n ? event_open(a, 0) : -1;

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int allow(struct allowed *a, const char *name)
{
	int r = 0;

	if (a->n == EVENTS_MAX)
		return -E2BIG;
	if (is_tracepoint(name))
		r = classic_number(name, &a->events[a->n].number);
	else if (!a->type)
		r = -ENOENT;
	if (!r)
		snprintf(a->events[a->n++].name, NAME_SIZE, "%s", name);
	return r;
}

static int allowed_event(const struct allowed *a, const char *name)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->events[i].name, name))
			return event_open(a, i);
	return -EPERM;
}

static int request_obey(struct allowed *a, const struct request *r)
{
	if (a->sealed)
		return r->kind == REQUEST_OPEN ? allowed_event(a, r->name) : -EPERM;
	if (r->kind == REQUEST_ALLOW)
		return allow(a, r->name);
	if (r->kind != REQUEST_SEAL)
		return -EPERM;
	a->sealed = true;
	return rights_shed_opener(first_opens, a);
}

static bool answer_send(const struct answer *a, int fd)
{
	struct iovec bytes = { (void *)a, sizeof(*a) };
	struct msghdr m = { .msg_iov = &bytes, .msg_iovlen = 1 };
	union passed_fd passed = { .head = { .cmsg_len = CMSG_LEN(sizeof(fd)),
					     .cmsg_level = SOL_SOCKET,
					     .cmsg_type = SCM_RIGHTS } };

	if (fd >= 0) {
		memcpy(CMSG_DATA(&passed.head), &fd, sizeof(fd));
		m.msg_control = &passed;
		m.msg_controllen = sizeof(passed);
	}
	return sendmsg(CHILD_FD, &m, MSG_NOSIGNAL) == sizeof(*a);
}

static bool request_next(struct allowed *a)
{
	struct answer answer;
	struct request r;
	bool open, sent;

	if (recv(CHILD_FD, &r, sizeof(r), 0) != sizeof(r))
		return false;
	r.name[NAME_SIZE - 1] = '\0';
	answer = (struct answer){ .number = r.number, .result = request_obey(a, &r) };
	open = r.kind == REQUEST_OPEN && answer.result >= 0;
	sent = answer_send(&answer, open ? answer.result : -1);
	/* it is the other's alone: kept here, the kprobe would stay */
	if (open)
		close(answer.result);
	return sent && (r.kind != REQUEST_SEAL || answer.result >= 0);
}

static void requests_obey(pid_t parent)
{
	FILE *f = fopen(TYPE_FILE, "re");
	struct allowed a = { 0 };

	(void)parent; /* the socket tells that it has gone */
	if (f && fscanf(f, "%u", &a.type) != 1)
		a.type = 0;
	if (f)
		fclose(f);
	while (request_next(&a))
		;
}

struct opener *opener_new(bool classic)
{
	struct opener *k;
	struct child child;

	if ((!classic && access(TYPE_FILE, R_OK)) || child_start(&child, CHILD_NAME, 0, requests_obey))
		return NULL;
	k = xcalloc(1, sizeof(*k));
	k->child = child;
	return k;
}

void opener_free(struct opener *k)
{
	if (!k)
		return;
	child_end(&k->child);
	free(k);
}

/* -1: there is none with it */
static int fd_taken(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* 1: taken; 0: there is none yet; negative errno. */
static int answer_take(struct opener *k, struct answer *ret, int *ret_fd)
{
	union passed_fd passed;
	struct iovec bytes = { ret, sizeof(*ret) };
	struct msghdr m = { .msg_iov = &bytes,
			    .msg_iovlen = 1,
			    .msg_control = &passed,
			    .msg_controllen = sizeof(passed) };
	ssize_t n = recvmsg(k->child.fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return -errno;
	*ret_fd = fd_taken(&m);
	return n == sizeof(*ret) ? 1 : -EPIPE;
}

/* The result, and the descriptor that came with it or -1.  What came too late for an earlier
 * request is let go. */
static int answer_wait(struct opener *k, int *ret_fd)
{
	struct pollfd p = { .fd = k->child.fd, .events = POLLIN };
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + WAIT_NS, now;
	struct answer a;

	while ((now = clock_ns(CLOCK_MONOTONIC)) < end) {
		int r = answer_take(k, &a, ret_fd);

		if (r < 0)
			return r;
		if (r && a.number == k->number)
			return a.result;
		if (r && *ret_fd >= 0)
			close(*ret_fd);
		if (!r)
			poll(&p, 1, (int)((end - now) / 1000000) + 1);
	}
	return -ETIMEDOUT;
}

static int ask(struct opener *k, enum request_kind kind, const char *name, int *ret_fd)
{
	struct request r = { .number = ++k->number, .kind = kind };

	*ret_fd = -1;
	if (strlen(name) >= sizeof(r.name))
		return -ENAMETOOLONG;
	memcpy(r.name, name, strlen(name));
	if (send(k->child.fd, &r, sizeof(r), MSG_DONTWAIT | MSG_NOSIGNAL) != sizeof(r))
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return answer_wait(k, ret_fd);
}

int opener_allow(struct opener *k, const char *name)
{
	int fd;

	return ask(k, REQUEST_ALLOW, name, &fd);
}

int opener_seal(struct opener *k)
{
	int fd;

	k->capability = ask(k, REQUEST_SEAL, "", &fd);
	return k->capability;
}

int opener_capability(const struct opener *k)
{
	return k->capability;
}

int opener_event(struct opener *k, const char *name)
{
	int fd, r = ask(k, REQUEST_OPEN, name, &fd);

	/* no room for a descriptor here: it was let go on the way */
	return r < 0 ? r : fd < 0 ? -EMFILE : fd;
}

const char *opener_error(int error)
{
	if (error == ETIMEDOUT)
		return CHILD_NAME ", which is to open it, does not answer";
	if (error == EPIPE || error == ECONNRESET)
		return CHILD_NAME ", which is to open it, is gone";
	if (error == EACCES)
		return "Permission denied (above 2, kernel.perf_event_paranoid wants CAP_SYS_ADMIN for it)";
	return strerror(error);
}
