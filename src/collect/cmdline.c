/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "core/mem.h"
#include "rights.h"

#define ASKED_MAX 200 /* a tick: some milliseconds of the child */
#define WANTED_MAX (64u << 10) /* processes of a large machine at start */
#define TICK_NS 10000000ull /* of field 22 of /proc/PID/stat: USER_HZ is 100 everywhere */

struct cmdlines {
	struct child child; /* keys there, records back */
	struct task_key *wanted; /* a ring of WANTED_MAX, allocated as it grows */
	uint32_t first, n, cap;
};

static ssize_t file_read(uint32_t pid, const char *name, char *buf, size_t size)
{
	char path[40];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size);
	close(fd);
	return n;
}

/* Whether the pid is still that of the process. */
static bool is_process(const struct task_key *key)
{
	unsigned long long ticks;
	char buf[1024], *at;
	ssize_t n = file_read(key->tgid, "stat", buf, sizeof(buf) - 1);

	if (n <= 0)
		return false;
	buf[n] = '\0';
	/* the name may have blanks and brackets; nothing after it has */
	at = strrchr(buf, ')');
	return at &&
	       sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
			      "%*d %*d %llu",
		      &ticks) == 1 &&
	       ticks == clock_boot_shown(key->start_ns) / TICK_NS;
}

/* Arguments end in NUL each: blanks between them, as ps shows them. */
static bool record_make(struct cmdline_rec *r, const struct task_key *key, size_t *ret_size)
{
	ssize_t n = file_read(key->tgid, "cmdline", r->text, sizeof(r->text) - 1);

	if (n <= 0 || !is_process(key))
		return false;
	while (n > 0 && !r->text[n - 1])
		n--;
	for (ssize_t i = 0; i < n; i++)
		if (!r->text[i])
			r->text[i] = ' ';
	r->text[n] = '\0';
	r->key = *key;
	*ret_size = offsetof(struct cmdline_rec, text) + (size_t)n + 1;
	return n > 0;
}

static void requests_answer(pid_t parent)
{
	struct cmdline_rec r;
	struct task_key key;
	size_t size;

	rights_shed_reader();
	while (getppid() == parent && recv(CHILD_FD, &key, sizeof(key), 0) == sizeof(key))
		if (record_make(&r, &key, &size))
			send(CHILD_FD, &r, size, MSG_NOSIGNAL);
}

struct cmdlines *cmdlines_open(void)
{
	struct cmdlines *c;
	struct child child;

	if (child_start(&child, "probetop-cmd", 0, requests_answer))
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->child = child;
	return c;
}

void cmdlines_close(struct cmdlines *c)
{
	if (!c)
		return;
	child_end(&c->child);
	free(c->wanted);
	free(c);
}

static void ring_grow(struct cmdlines *c)
{
	uint32_t cap = c->cap ? 2 * c->cap : 256;
	struct task_key *to = xmalloc(cap * sizeof(*to));

	for (uint32_t i = 0; i < c->n; i++)
		to[i] = c->wanted[(c->first + i) % c->cap];
	free(c->wanted);
	c->wanted = to;
	c->first = 0;
	c->cap = cap;
}

void cmdlines_want(struct cmdlines *c, const struct task_key *process)
{
	if (!c || c->n == WANTED_MAX)
		return;
	if (c->n == c->cap)
		ring_grow(c);
	c->wanted[(c->first + c->n++) % c->cap] = *process;
}

static void ask(struct cmdlines *c)
{
	for (int i = 0; i < ASKED_MAX && c->n; i++) {
		const struct task_key *key = &c->wanted[c->first];

		/* a child that does not keep up, or hangs: the next tick tries again */
		if (send(c->child.fd, key, sizeof(*key), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return;
		c->first = (c->first + 1) % c->cap;
		c->n--;
	}
}

void cmdlines_read(struct cmdlines *c, struct frame *f)
{
	struct cmdline_rec r = { 0 };
	ssize_t n;

	if (!c)
		return;
	ask(c);
	while ((n = recv(c->child.fd, &r, sizeof(r), MSG_DONTWAIT)) > (ssize_t)sizeof(r.key)) {
		struct cmdline_rec *to = sample_add(&f->s[STREAM_CMDLINE], STREAM_CMDLINE);

		memcpy(to, &r, (size_t)n);
	}
}
