/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who a process or a control group is, from what the frames have told. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/container.h"
#include "core/format.h"
#include "core/page.h"

#define PARENTS_MAX 32

static struct page_line *line_add(struct page_line *lines, int *n, const char *label)
{
	struct page_line *l = &lines[(*n)++];

	*l = (struct page_line){ .label = label };
	return l;
}

/* CLOCK_BOOTTIME of the frame, which the starts of threads are in; 0: not known. */
static uint64_t boot_now(const struct page_subject *s)
{
	const struct sample *host = &s->cur->s[STREAM_HOST];

	return host->count ? ((const struct host_rec *)sample_rec(host, STREAM_HOST, 0))->boot_ns : 0;
}

/* "10:15:03", with the day where that was another one. */
static void clock_text(char *buf, size_t size, uint64_t wall_ns, uint64_t now_ns)
{
	time_t then = (time_t)(wall_ns / 1000000000), now = (time_t)(now_ns / 1000000000);
	struct tm a, b;

	localtime_r(&then, &a);
	localtime_r(&now, &b);
	strftime(buf, size,
		 a.tm_yday == b.tm_yday && a.tm_year == b.tm_year ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S",
		 &a);
}

static const struct task_rec *process_find(const struct page_subject *s)
{
	const struct task_key key = { .tid = s->pid, .tgid = s->pid, .start_ns = s->start_ns };

	return s->start_ns ? facts_task(s->facts, &key) : facts_pid(s->facts, s->pid);
}

struct census {
	const struct page_subject *subject;
	const struct task_rec *leader; /* of the process, for its threads */
	size_t length;		       /* of the path, for those of a control group */
	uint64_t threads, processes;
};

/* At the time of the frame: facts may know what came later. */
static bool is_there(const struct page_subject *s, const struct task_rec *t, uint64_t exited_ns)
{
	uint64_t now = boot_now(s);

	/* that of a frame is odd, never 0 */
	return (!exited_ns || exited_ns > (s->cur->mono_ns | 1)) && (!now || t->key.start_ns <= now);
}

static void thread_count(void *data, const struct task_rec *t, uint64_t exited_ns)
{
	struct census *c = data;

	if (t->key.tgid == c->leader->key.tgid &&
	    t->leader_start_ns == c->leader->leader_start_ns && is_there(c->subject, t, exited_ns))
		c->threads++;
}

static void member_count(void *data, const struct task_rec *t, uint64_t exited_ns)
{
	struct census *c = data;
	const char *path, *of = c->subject->cgroup;

	if (!is_there(c->subject, t, exited_ns))
		return;
	path = facts_cgroup(c->subject->facts, t).path;
	if (!path || strncmp(path, of, c->length) || (path[c->length] && path[c->length] != '/'))
		return;
	c->threads++;
	c->processes += t->key.tid == t->key.tgid;
}

/* "bash 1999 › sshd 812 › systemd 1" */
static void parents_text(const struct page_subject *s, const struct task_rec *t, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (int i = 0; i < PARENTS_MAX && t->ppid && at < size; i++) {
		const struct task_rec *parent = facts_pid(s->facts, t->ppid);
		const char *join = at ? " › " : "";

		/* whoever has the pid now may have begun after the child */
		if (!parent || parent->key.start_ns > t->key.start_ns) {
			snprintf(buf + at, size - at, "%s%u, not known", join, t->ppid);
			return;
		}
		at += (size_t)snprintf(buf + at, size - at, "%s%s %u", join, parent->comm,
				       parent->key.tgid);
		t = parent;
	}
}

static void user_text(const struct page_subject *s, uint32_t uid, char *buf, size_t size)
{
	const char *name = facts_user(s->facts, uid);

	if (name)
		snprintf(buf, size, "%s (%u)", name, uid);
	else
		snprintf(buf, size, "%u", uid);
}

/* ", started 10:12:03, 2m05s ago", or nothing. */
static void start_text(const struct page_subject *s, const struct task_rec *t, char *buf, size_t size)
{
	uint64_t now = boot_now(s), age = now > t->key.start_ns ? now - t->key.start_ns : 0;
	char when[32], ago[16];

	buf[0] = '\0';
	if (!now || age > s->cur->wall_ns)
		return;
	clock_text(when, sizeof(when), s->cur->wall_ns - age, s->cur->wall_ns);
	format_ns(ago, sizeof(ago), (double)age);
	snprintf(buf, size, ", started %s, %s ago", when, ago);
}

/* Leaders may exit before their threads. */
static void life_text(const struct page_subject *s, const struct task_rec *t, struct page_line *l)
{
	struct census c = { .subject = s, .leader = t };
	uint64_t exited = facts_exited(s->facts, &t->key), ago;
	size_t at = strlen(l->text), size = sizeof(l->text);
	char when[32];

	facts_each_task(s->facts, thread_count, &c);
	if (c.threads || !exited) {
		snprintf(l->text + at, size - at, ", %llu thread%s", (unsigned long long)c.threads,
			 c.threads == 1 ? "" : "s");
		return;
	}
	ago = s->cur->mono_ns > exited ? s->cur->mono_ns - exited : 0;
	clock_text(when, sizeof(when), s->cur->wall_ns - ago, s->cur->wall_ns);
	snprintf(l->text + at, size - at, ", EXITED by %s", when);
	l->alert = true;
}

static void cgroup_lines(const char *path, const char *container, struct page_line *lines, int *n)
{
	struct page_line *l = line_add(lines, n, "cgroup");

	if (!path)
		snprintf(l->text, sizeof(l->text), "not known");
	else
		snprintf(l->text, sizeof(l->text), "%s%s%s%s", path, container ? " (" : "",
			 container ? container : "", container ? ")" : "");
}

int about_process(const struct page_subject *s, struct page_line *lines)
{
	const struct task_rec *t = process_find(s);
	struct cgroup_name cgroup;
	char user[64], start[96];
	struct page_line *l;
	const char *command;
	size_t at;
	int n = 0;

	if (!t)
		return 0;
	user_text(s, t->uid, user, sizeof(user));
	start_text(s, t, start, sizeof(start));
	l = line_add(lines, &n, "process");
	snprintf(l->text, sizeof(l->text), "%s, pid %u", t->comm, t->key.tgid);
	life_text(s, t, l);
	at = strlen(l->text);
	snprintf(l->text + at, sizeof(l->text) - at, ", user %s%s", user, start);
	cgroup = facts_cgroup(s->facts, t);
	cgroup_lines(cgroup.path, cgroup.container, lines, &n);
	if (t->ppid) {
		l = line_add(lines, &n, "parents");
		parents_text(s, t, l->text, sizeof(l->text));
	}
	command = facts_cmdline(s->facts, t->key.tgid, t->key.start_ns);
	if (command) {
		l = line_add(lines, &n, "command");
		snprintf(l->text, sizeof(l->text), "%s", command);
	}
	return n;
}

int about_cgroup(const struct page_subject *s, struct page_line *lines)
{
	struct census c = { .subject = s };
	struct page_line *l;
	char container[CONTAINER_NAME_MAX];
	int n = 0;

	/* what is below the root is the whole machine */
	c.length = strcmp(s->cgroup, "/") ? strlen(s->cgroup) : 0;
	facts_each_task(s->facts, member_count, &c);
	container_name(container, sizeof(container), s->cgroup);
	cgroup_lines(s->cgroup, container[0] ? container : NULL, lines, &n);
	l = line_add(lines, &n, "has");
	snprintf(l->text, sizeof(l->text), "%llu process%s with %llu thread%s, groups below included",
		 (unsigned long long)c.processes, c.processes == 1 ? "" : "es",
		 (unsigned long long)c.threads, c.threads == 1 ? "" : "s");
	l->alert = !c.threads;
	return n;
}
