/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 50 /* for its end */

static void child_settle(int fd, const char *name)
{
	sigset_t none;
	int null;

	/* neither our output nor our terminal may be held open from there; keys there are not for it */
	setsid();
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	null = open("/dev/null", O_RDWR);
	for (int i = 0; i < CHILD_FD; i++)
		dup2(null, i);
	dup2(fd, CHILD_FD);
	syscall(SYS_close_range, CHILD_FD + 1, ~0u, 0);
}

int child_start(struct child *ret, const char *name, int socket_flags, void (*run)(pid_t parent))
{
	pid_t parent = getpid(), pid;
	int fds[2], r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | socket_flags, 0, fds))
		return -errno;
	pid = fork();
	if (!pid) {
		child_settle(fds[1], name);
		run(parent);
		_exit(0);
	}
	r = pid < 0 ? -errno : 0;
	close(fds[1]);
	if (r)
		close(fds[0]);
	else
		*ret = (struct child){ .fd = fds[0], .pid = pid };
	return r;
}

void child_end(struct child *c)
{
	/* ends it: when probes are attached, we may send no signal any more.  One that hangs is killed by
	 * the kernel when we end. */
	close(c->fd);
	for (int i = 0; i < WAIT_MS && !waitpid(c->pid, NULL, WNOHANG); i++)
		usleep(1000);
}
