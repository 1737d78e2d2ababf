/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that begins, runs another program and ends. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load.h"

static void exec_run(unsigned n)
{
	while (n--) {
		int status;
		pid_t pid = fork();

		if (!pid) {
			execl("/proc/self/exe", "load_exec", "end", (char *)NULL);
			_exit(1);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			load_fail("fork and exec");
	}
}

static const struct load loads[] = {
	{ .name = "exec", .run = exec_run, .clock_ns = clock_children_ns },
	{},
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "end"))
		return 0;
	return load_main(loads, argc, argv);
}
