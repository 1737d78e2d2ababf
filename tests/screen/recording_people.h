/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is on the machine of the recording. */
#ifndef PROBETOP_RECORDING_PEOPLE_H
#define PROBETOP_RECORDING_PEOPLE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/sample.h"

struct process {
	uint32_t pid, threads, uid, cgroup;
	const char *comm;
	uint32_t cpu_permille, wait_permille; /* of one CPU, all threads together */
};

static const struct process processes[] = {
	{ 1, 1, 0, 1, "systemd", 1, 0 },
	{ 15, 1, 0, 1, "rcu_preempt", 2, 3 },
	{ 812, 4, 101, 2, "postgres", 640, 210 },
	{ 813, 1, 101, 2, "postgres", 120, 40 },
	{ 1440, 2, 33, 3, "nginx", 310, 95 },
	{ 1441, 2, 33, 3, "nginx", 290, 90 },
	{ 2001, 8, 1000, 4, "java", 1900, 640 },
	{ 2210, 1, 1000, 4, "日本語の名前", 45, 12 },
	{ 2211, 1, 1000, 4, "a\033[2Jb\nc\r\tde", 30, 8 },
	{ 2212, 1, 1000, 4, "bad\xff\xfe utf8", 25, 7 },
	{ 3000, 1, 0, 5, "backup", 420, 33 },
	{ 3001, 1, 0, 5, "gzip", 980, 120 },
	{ 3100, 1, 0, 1, "kworker/u16:2", 12, 9 },
};
static const struct process culprit = { 4242, 1, 33, 3, "reindex", 0, 0 };
#define PROCESSES (sizeof(processes) / sizeof(processes[0]))

static const char *const cgroups[] = {
	NULL,
	"/init.scope",
	"/system.slice/postgresql.service",
	"/system.slice/nginx.service",
	"/user.slice/user-1000.slice",
	"/system.slice/backup.service",
};

static struct task_key key_of(const struct process *p, uint32_t thread)
{
	return (struct task_key){ .tid = p->pid + thread,
				  .tgid = p->pid,
				  .start_ns = (1000 + p->pid) * 1000000ull };
}

static const struct process *process_find(const char *comm)
{
	if (!strcmp(comm, culprit.comm))
		return &culprit;
	for (size_t i = 0; i < PROCESSES; i++)
		if (!strcmp(processes[i].comm, comm))
			return &processes[i];
	abort();
}

/* Masters with their workers, a pipeline, threads of the kernel. */
static uint32_t parent_of(uint32_t pid)
{
	static const struct {
		uint32_t pid, parent;
	} pairs[] = { { 1, 0 },	      { 15, 2 },      { 813, 812 },   { 1441, 1440 }, { 2210, 2001 },
		      { 2211, 2210 }, { 2212, 2210 }, { 3001, 3000 }, { 3100, 2 } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].pid == pid)
			return pairs[i].parent;
	return 1;
}

/* Of those that have one. */
static const struct {
	const char *comm, *text;
} commands[] = {
	{ "postgres", "postgres: 15/main: ada shop 192.0.2.13(48822) SELECT" },
	{ "java", "/usr/bin/java -Xmx4g -jar /opt/app/application.jar --spring.profiles.active=prod" },
	{ "a\033[2Jb\nc\r\tde", "/tmp/a\033[2Jb\nc --say \033]0;owned\007" },
};

#endif
