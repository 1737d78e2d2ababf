/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process of our own for one job, which keeps a right that the rest gives up. */
#ifndef PROBETOP_CHILD_H
#define PROBETOP_CHILD_H

#include <sys/types.h>

#define CHILD_FD 3 /* there: the socket to us, its only descriptor but for /dev/null as 0 to 2 */

struct child {
	int fd; /* a socket for whole messages */
	pid_t pid;
};

/*
 * Calls run there, in a process of that name; it ends when run returns, and no later than we do.
 * socket_flags: SOCK_NONBLOCK, of both ends, or 0.  0 or negative errno.
 */
int child_start(struct child *ret, const char *name, int socket_flags, void (*run)(pid_t parent));
void child_end(struct child *c);

#endif
