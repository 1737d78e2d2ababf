/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kprobes.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "core/mem.h"
#include "rights.h"

#define CHILD_NAME "probetop-kprobe"
#define TYPE_FILE "/sys/bus/event_source/devices/kprobe/type"
#define FUNCTIONS_MAX 64
#define NAME_SIZE 64
#define WAIT_NS 2000000000ull /* for an answer; some ms are usual */

enum request_kind { REQUEST_ALLOW, REQUEST_SEAL, REQUEST_OPEN };

struct request {
	uint32_t number; /* of the answer, too */
	uint32_t kind;	 /* enum request_kind */
	char function[NAME_SIZE];
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
	uint32_t type; /* of the kernel's kprobe events */
	bool sealed;
	size_t n;
	char functions[FUNCTIONS_MAX][NAME_SIZE];
};

struct kprobes {
	struct child child;
	uint32_t number; /* of the last request */
	int capability;
};

/* The descriptor, or negative errno. */
static int event_open(const struct allowed *a, const char *function)
{
	struct perf_event_attr attr = { .type = a->type,
					.size = sizeof(attr),
					.config1 = (uintptr_t)function };
	long fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

static bool first_opens(const void *data)
{
	const struct allowed *a = data;
	int fd = a->n ? event_open(a, a->functions[0]) : -1;

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int allow(struct allowed *a, const char *function)
{
	if (a->n == FUNCTIONS_MAX)
		return -E2BIG;
	snprintf(a->functions[a->n++], NAME_SIZE, "%s", function);
	return 0;
}

static int allowed_event(const struct allowed *a, const char *function)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->functions[i], function))
			return event_open(a, a->functions[i]);
	return -EPERM;
}

static int request_obey(struct allowed *a, const struct request *r)
{
	if (a->sealed)
		return r->kind == REQUEST_OPEN ? allowed_event(a, r->function) : -EPERM;
	if (r->kind == REQUEST_ALLOW)
		return allow(a, r->function);
	if (r->kind != REQUEST_SEAL)
		return -EPERM;
	a->sealed = true;
	return rights_shed_kprobes(first_opens, a);
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
	r.function[NAME_SIZE - 1] = '\0';
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
	bool known = f && fscanf(f, "%u", &a.type) == 1;

	(void)parent; /* the socket tells that it has gone */
	if (f)
		fclose(f);
	while (known && request_next(&a))
		;
}

struct kprobes *kprobes_open(void)
{
	struct kprobes *k;
	struct child child;

	if (access(TYPE_FILE, R_OK) || child_start(&child, CHILD_NAME, 0, requests_obey))
		return NULL;
	k = xcalloc(1, sizeof(*k));
	k->child = child;
	return k;
}

void kprobes_close(struct kprobes *k)
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
static int answer_take(struct kprobes *k, struct answer *ret, int *ret_fd)
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
static int answer_wait(struct kprobes *k, int *ret_fd)
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

static int ask(struct kprobes *k, enum request_kind kind, const char *function, int *ret_fd)
{
	struct request r = { .number = ++k->number, .kind = kind };

	*ret_fd = -1;
	if (strlen(function) >= sizeof(r.function))
		return -ENAMETOOLONG;
	memcpy(r.function, function, strlen(function));
	if (send(k->child.fd, &r, sizeof(r), MSG_DONTWAIT | MSG_NOSIGNAL) != sizeof(r))
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return answer_wait(k, ret_fd);
}

int kprobes_allow(struct kprobes *k, const char *function)
{
	int fd;

	return ask(k, REQUEST_ALLOW, function, &fd);
}

int kprobes_seal(struct kprobes *k)
{
	int fd;

	k->capability = ask(k, REQUEST_SEAL, "", &fd);
	return k->capability;
}

int kprobes_capability(const struct kprobes *k)
{
	return k->capability;
}

int kprobes_event(struct kprobes *k, const char *function)
{
	int fd, r = ask(k, REQUEST_OPEN, function, &fd);

	/* no room for a descriptor here: it was let go on the way */
	return r < 0 ? r : fd < 0 ? -EMFILE : fd;
}

const char *kprobes_error(int error)
{
	if (error == ETIMEDOUT)
		return CHILD_NAME ", which is to open it, does not answer";
	if (error == EPIPE || error == ECONNRESET)
		return CHILD_NAME ", which is to open it, is gone";
	if (error == EACCES)
		return "Permission denied (above 2, kernel.perf_event_paranoid wants CAP_SYS_ADMIN for it)";
	return strerror(error);
}
