/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Load for the scheduler, measured by the kernel: processes whose threads sleep, work, and sleep
 * again, so that what /proc says before and after is exactly what the work took.
 *
 *	runq_load WORKER...
 *	  spin:CPU:MS           one thread that never sleeps
 *	  mix:CPU:MS:THREADS    threads that run 2 ms and sleep 1 ms
 *	  pingpong:CPU:ROUNDS   two threads that wake each other
 *	  many:CPU:ROUNDS:THREADS
 *	                        threads that run 0.2 ms and sleep 1 ms; CPU -1: on all
 *
 * Says "ready", works when it gets a line, then says for each worker
 *	PID cpu_ns wait_ns voluntary involuntary
 * and "done".  The workers sleep on, so that nothing more is counted, and go when their parent does.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 16, THREADS = 1000 };

struct worker {
	char kind[16];
	int cpu, amount, threads;
	pid_t pid;
	int go[2], done[2], end[2];
	int ball[2][2]; /* of pingpong */
};

struct player {
	struct worker *w;
	int side;
};

struct account {
	unsigned long long cpu_ns, wait_ns, voluntary, involuntary;
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static unsigned long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * 1000000 + (unsigned long long)t.tv_nsec / 1000;
}

static void spin_us(unsigned long long us)
{
	unsigned long long end = now_us() + us;

	while (now_us() < end)
		;
}

static void work_sleeping(unsigned long long until_us, int rounds, int busy_us)
{
	for (int i = 0; rounds ? i < rounds : now_us() < until_us; i++) {
		spin_us(busy_us);
		usleep(1000);
	}
}

static void work_pingpong(struct worker *w, int side)
{
	char ball = 0;

	for (int i = 0; i < w->amount; i++) {
		if ((side && read(w->ball[0][0], &ball, 1) != 1) ||
		    write(w->ball[side][1], &ball, 1) != 1 ||
		    (!side && read(w->ball[1][0], &ball, 1) != 1))
			fail("pingpong");
	}
}

static void *play(void *data)
{
	struct player *p = data;
	struct worker *w = p->w;
	char c = 0;

	if (read(w->go[0], &c, 1) != 1)
		return NULL;
	if (!strcmp(w->kind, "spin"))
		spin_us(w->amount * 1000ull);
	else if (!strcmp(w->kind, "mix"))
		work_sleeping(now_us() + w->amount * 1000ull, 0, 2000);
	else if (!strcmp(w->kind, "pingpong"))
		work_pingpong(w, p->side);
	else
		work_sleeping(0, w->amount, 200);
	if (write(w->done[1], &c, 1) != 1)
		fail("done");
	if (read(w->end[0], &c, 1) < 0)
		fail("end");
	return NULL;
}

static void work(struct worker *w)
{
	static struct player players[THREADS];
	pthread_t threads[THREADS];
	cpu_set_t cpus;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (w->cpu >= 0) {
		CPU_ZERO(&cpus);
		CPU_SET(w->cpu, &cpus);
		if (sched_setaffinity(0, sizeof(cpus), &cpus))
			fail("affinity");
	}
	for (int i = 0; i < w->threads; i++) {
		players[i] = (struct player){ w, i };
		if (i && pthread_create(&threads[i], NULL, play, &players[i]))
			fail("thread");
	}
	play(&players[0]);
	for (int i = 1; i < w->threads; i++)
		pthread_join(threads[i], NULL);
	_exit(0);
}

static void worker_parse(struct worker *w, const char *text)
{
	int n[2] = { 0, 0 };

	*w = (struct worker){ .threads = 1, .cpu = -1 };
	if (sscanf(text, "mix:%d:%d:%d", &w->cpu, &w->amount, &w->threads) == 3)
		strcpy(w->kind, "mix");
	else if (sscanf(text, "many:%d:%d:%d", &w->cpu, &w->amount, &w->threads) == 3)
		strcpy(w->kind, "many");
	else if (sscanf(text, "pingpong:%d:%d", &n[0], &n[1]) == 2)
		*w = (struct worker){ .kind = "pingpong", .cpu = n[0], .amount = n[1], .threads = 2 };
	else if (sscanf(text, "spin:%d:%d", &n[0], &n[1]) == 2)
		*w = (struct worker){ .kind = "spin", .cpu = n[0], .amount = n[1], .threads = 1 };
	else
		fail(text);
	if (w->threads < 1 || w->threads > THREADS)
		fail("threads");
}

static void worker_start(struct worker *w)
{
	if (pipe(w->go) || pipe(w->done) || pipe(w->end) || pipe(w->ball[0]) || pipe(w->ball[1]))
		fail("pipe");
	w->pid = fork();
	if (w->pid < 0)
		fail("fork");
	if (!w->pid)
		work(w);
}

/* Calls fn with the content of /proc/PID/task/TID/NAME of every thread; returns their number. */
static int each_thread(pid_t pid, const char *name, void (*fn)(const char *text, void *data), void *data)
{
	char path[300], text[8192];
	struct dirent *e;
	int n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	d = opendir(path);
	if (!d)
		fail(path);
	while ((e = readdir(d))) {
		FILE *f;

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/%s", pid, e->d_name, name);
		f = fopen(path, "r");
		if (!f)
			fail(path);
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		fclose(f);
		fn(text, data);
		n++;
	}
	closedir(d);
	return n;
}

static void asleep_count(const char *text, void *data)
{
	const char *state = strrchr(text, ')');

	*(int *)data += state && state[2] == 'S';
}

static void wait_asleep(const struct worker *w)
{
	int n, asleep;

	do {
		usleep(10000);
		asleep = 0;
		n = each_thread(w->pid, "stat", asleep_count, &asleep);
	} while (n != w->threads || asleep != n);
}

static void schedstat_add(const char *text, void *data)
{
	unsigned long long cpu, wait;
	struct account *a = data;

	if (sscanf(text, "%llu %llu", &cpu, &wait) != 2)
		fail("schedstat");
	a->cpu_ns += cpu;
	a->wait_ns += wait;
}

static void status_add(const char *text, void *data)
{
	const char *switches = strstr(text, "\nvoluntary_ctxt_switches:");
	unsigned long long voluntary, involuntary;
	struct account *a = data;

	if (!switches || sscanf(switches, " voluntary_ctxt_switches: %llu nonvoluntary_ctxt_switches: %llu",
				&voluntary, &involuntary) != 2)
		fail("status");
	a->voluntary += voluntary;
	a->involuntary += involuntary;
}

static struct account account_take(const struct worker *w)
{
	struct account a = { 0 };

	each_thread(w->pid, "schedstat", schedstat_add, &a);
	each_thread(w->pid, "status", status_add, &a);
	return a;
}

static void workers_run(struct worker *w, int n)
{
	struct account before[WORKERS];
	char bytes[THREADS] = { 0 };

	for (int i = 0; i < n; i++)
		before[i] = account_take(&w[i]);
	for (int i = 0; i < n; i++)
		if (write(w[i].go[1], bytes, w[i].threads) != w[i].threads)
			fail("go");
	for (int i = 0; i < n; i++)
		for (int t = 0; t < w[i].threads; t++)
			if (read(w[i].done[0], bytes, 1) != 1)
				fail("done");
	for (int i = 0; i < n; i++) {
		struct account a;

		wait_asleep(&w[i]);
		a = account_take(&w[i]);
		printf("%d %llu %llu %llu %llu\n", w[i].pid, a.cpu_ns - before[i].cpu_ns,
		       a.wait_ns - before[i].wait_ns, a.voluntary - before[i].voluntary,
		       a.involuntary - before[i].involuntary);
	}
}

int main(int argc, char **argv)
{
	static struct worker workers[WORKERS];
	int n = argc - 1;
	char line[100];

	if (n < 1 || n > WORKERS)
		return 2;
	for (int i = 0; i < n; i++) {
		worker_parse(&workers[i], argv[i + 1]);
		worker_start(&workers[i]);
	}
	for (int i = 0; i < n; i++)
		wait_asleep(&workers[i]);
	for (int i = 0; i < n; i++)
		printf("worker %d\n", workers[i].pid);
	puts("ready");
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin)) {
		workers_run(workers, n);
		puts("done");
		fflush(stdout);
		while (fgets(line, sizeof(line), stdin))
			;
	}
	return 0;
}
