/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes system calls of known number.
 *
 *	sys_calls [hold] MODE NUMBER ...	modes one after the other; see `modes` below
 *
 * With hold it says "ready" first and waits for a line on stdin.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void call_getppid(long n)
{
	while (n-- > 0)
		syscall(SYS_getppid);
}

/* n times 5,000 calls and a pause: as many a second whatever a call takes */
static void call_paced(long n)
{
	while (n-- > 0) {
		call_getppid(5000);
		usleep(20000);
	}
}

/* n of ENOENT, two times n of EBADF by another call, one of EINVAL */
static void call_failing(long n)
{
	for (long i = 0; i < n; i++)
		syscall(SYS_openat, AT_FDCWD, "/there is/no such file", O_RDONLY);
	for (long i = 0; i < 2 * n; i++)
		syscall(SYS_dup, -1);
	syscall(SYS_dup3, 0, 0, 0);
}

static void call_blocking(long ms)
{
	poll(NULL, 0, (int)ms);
}

static void *thread_main(void *n)
{
	call_getppid((long)n);
	return NULL;
}

/* four threads that each make n calls */
static void call_threads(long n)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, thread_main, (void *)n))
			errx(1, "pthread_create");
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

/* The path of this program: name NULL, or of another one beside it. */
static void path_beside(char path[4096], const char *name)
{
	ssize_t len = readlink("/proc/self/exe", path, 4000);

	if (len < 0)
		err(1, "readlink");
	path[len] = 0;
	if (name)
		strcpy(strrchr(path, '/') + 1, name);
}

static void *exec_main(void *n)
{
	char path[4096], *argv[] = { "sys_calls", "getppid", n, NULL };

	call_getppid(atol(n));
	path_beside(path, NULL);
	execv(path, argv);
	err(1, "exec");
}

/* n calls in a thread that is not the leader and then becomes another program: n more there */
static void call_exec(long n)
{
	pthread_t thread;
	char text[32];

	snprintf(text, sizeof(text), "%ld", n);
	if (pthread_create(&thread, NULL, exec_main, text))
		errx(1, "pthread_create");
	pthread_join(thread, NULL);
}

/* n runs of mayfly, one after the other */
static void call_mayflies(long n)
{
	char path[4096], *argv[] = { "mayfly", NULL };

	path_beside(path, "mayfly");
	while (n-- > 0) {
		pid_t pid;

		if (posix_spawn(&pid, path, NULL, NULL, argv, environ))
			errx(1, "spawn %s", path);
		waitpid(pid, NULL, 0);
	}
}

/* n children that exit at once, by fork, vfork and clone: none of them has made a clone call */
static void call_forks(long n)
{
	for (long i = 0; i < n; i++) {
		pid_t pid = (pid_t)syscall(SYS_clone, 17, 0, 0, 0, 0);

		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

/* n calls that a filter refuses before they begin: EACCES */
static void call_refused(long n)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = sizeof(code) / sizeof(*code), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, 2, &filter))
		err(1, "seccomp");
	call_getppid(n);
}

/* n calls through the 32-bit entry, which numbers them otherwise (64 is getppid) */
static void call_compat(long n)
{
#if defined(__x86_64__)
	while (n-- > 0) {
		long ret;

		__asm__ volatile("int $0x80" : "=a"(ret) : "a"(64) : "memory", "r8", "r9", "r10", "r11");
	}
#endif
}

/* n each of many different calls */
static void call_different(long n)
{
	static const int cheap[] = { SYS_getpid,   SYS_getppid, SYS_gettid,	 SYS_getuid,
				     SYS_geteuid,  SYS_getgid,	SYS_getegid,	 SYS_sched_yield,
				     SYS_umask,	   SYS_getpriority, SYS_getpgid, SYS_getsid,
				     SYS_times,	   SYS_getcpu,	SYS_getrusage,	 SYS_uname,
				     SYS_getcwd,   SYS_dup,	SYS_fcntl,	 SYS_lseek };

	for (size_t i = 0; i < sizeof(cheap) / sizeof(*cheap); i++)
		for (long k = 0; k < n; k++)
			syscall(cheap[i], -1, 0, 0);
}

static void *crowd_main(void *unused)
{
	for (int round = 0; round < 5; round++) {
		call_different(1);
		poll(NULL, 0, 200);
	}
	return unused;
}

/* n threads that make five of many different calls, in a second */
static void call_crowd(long n)
{
	pthread_t *threads = calloc((size_t)n, sizeof(*threads));
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 1 << 16);
	for (long i = 0; i < n; i++)
		if (!threads || pthread_create(&threads[i], &attr, crowd_main, NULL))
			errx(1, "pthread_create");
	for (long i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}

/* n calls of numbers that no table has, all different */
static void call_unknown(long n)
{
	while (n-- > 0)
		syscall(5000 + n);
}

static const struct {
	const char *name;
	void (*run)(long n);
} modes[] = {
	{ "getppid", call_getppid }, { "paced", call_paced },	   { "failing", call_failing },
	{ "blocking", call_blocking },
	{ "threads", call_threads }, { "exec", call_exec },	   { "mayflies", call_mayflies },
	{ "forks", call_forks },     { "refused", call_refused }, { "compat", call_compat },
	{ "different", call_different }, { "unknown", call_unknown }, { "crowd", call_crowd },
};

static void mode_run(const char *name, long n)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (!strcmp(modes[i].name, name)) {
			modes[i].run(n);
			return;
		}
	errx(2, "no mode %s", name);
}

int main(int argc, char **argv)
{
	char line[16];

	if (argc > 1 && !strcmp(argv[1], "hold")) {
		argv++;
		argc--;
		puts("ready");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 1;
	}
	for (int i = 1; i + 1 < argc; i += 2)
		mode_run(argv[i], atol(argv[i + 1]));
	return 0;
}
