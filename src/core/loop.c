/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "mem.h"

#define EVENTS_A_ROUND 16

struct watch {
	struct watch *next;
	int fd; /* -1: removed; freed when the round is over, an event of it may still be queued */
	void (*fn)(void *data);
	void *data;
};

struct loop {
	int epoll_fd, timer_fd, signal_fd; /* the last two -1 until they are used */
	struct watch *watches;
	void (*on_timer)(void *data, uint64_t ticks);
	void *timer_data;
	void (*on_signal)(void *data, int signal);
	void *signal_data;
	sigset_t mask_before;
	void (*on_idle)(void *data);
	void *idle_data;
	int (*on_spare)(void *data);
	void *spare_data;
	int spare_ms; /* when to call it: as epoll_wait has it */
	bool stopped;
	int result;
};

int loop_new(struct loop **ret)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);
	struct loop *l;

	if (fd < 0)
		return -errno;
	l = xcalloc(1, sizeof(*l));
	l->epoll_fd = fd;
	l->timer_fd = l->signal_fd = l->spare_ms = -1;
	*ret = l;
	return 0;
}

void loop_free(struct loop *l)
{
	struct watch *w, *next;

	if (!l)
		return;
	for (w = l->watches; w; w = next) {
		next = w->next;
		free(w);
	}
	if (l->timer_fd >= 0)
		close(l->timer_fd);
	if (l->signal_fd >= 0) {
		struct signalfd_siginfo late;

		/* one that came while the loop was ending must not kill what is left to do */
		while (read(l->signal_fd, &late, sizeof(late)) == sizeof(late))
			;
		close(l->signal_fd);
		sigprocmask(SIG_SETMASK, &l->mask_before, NULL);
	}
	close(l->epoll_fd);
	free(l);
}

static int watch_add(struct loop *l, int fd, uint32_t events, void (*fn)(void *data), void *data)
{
	struct watch *w = xcalloc(1, sizeof(*w));
	struct epoll_event e = { .events = events, .data.ptr = w };

	*w = (struct watch){ .next = l->watches, .fd = fd, .fn = fn, .data = data };
	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, fd, &e)) {
		free(w);
		return -errno;
	}
	l->watches = w;
	return 0;
}

int loop_add_fd(struct loop *l, int fd, void (*fn)(void *data), void *data)
{
	return watch_add(l, fd, EPOLLIN, fn, data);
}

int loop_add_fd_out(struct loop *l, int fd, void (*fn)(void *data), void *data)
{
	return watch_add(l, fd, EPOLLOUT, fn, data);
}

void loop_remove_fd(struct loop *l, int fd)
{
	for (struct watch *w = l->watches; w; w = w->next) {
		if (w->fd != fd)
			continue;
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		w->fd = -1;
	}
}

static void watches_sweep(struct loop *l)
{
	struct watch **at = &l->watches;

	while (*at) {
		struct watch *w = *at;

		if (w->fd >= 0) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		free(w);
	}
}

static void timer_fire(void *data)
{
	struct loop *l = data;
	uint64_t ticks;

	/* nothing to read: it was set anew in this round */
	if (read(l->timer_fd, &ticks, sizeof(ticks)) == sizeof(ticks))
		l->on_timer(l->timer_data, ticks);
}

static int timer_create_fd(struct loop *l)
{
	int r;

	l->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (l->timer_fd < 0)
		return -errno;
	r = loop_add_fd(l, l->timer_fd, timer_fire, l);
	if (r) {
		close(l->timer_fd);
		l->timer_fd = -1;
	}
	return r;
}

int loop_set_timer(struct loop *l, uint64_t interval_ns, void (*fn)(void *data, uint64_t ticks),
		   void *data)
{
	struct timespec t = { .tv_sec = (time_t)(interval_ns / 1000000000),
			      .tv_nsec = (long)(interval_ns % 1000000000) };
	struct itimerspec spec = { .it_interval = t, .it_value = t };
	int r = l->timer_fd < 0 ? timer_create_fd(l) : 0;

	if (r)
		return r;
	l->on_timer = fn;
	l->timer_data = data;
	return timerfd_settime(l->timer_fd, 0, &spec, NULL) ? -errno : 0;
}

static void signal_fire(void *data)
{
	struct signalfd_siginfo info;
	struct loop *l = data;

	while (!l->stopped && read(l->signal_fd, &info, sizeof(info)) == sizeof(info))
		l->on_signal(l->signal_data, (int)info.ssi_signo);
}

int loop_set_signals(struct loop *l, const int *signals, void (*fn)(void *data, int signal),
		     void *data)
{
	sigset_t set, before;
	int fd, r;

	sigemptyset(&set);
	for (; *signals; signals++)
		sigaddset(&set, *signals);
	fd = signalfd(l->signal_fd, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	sigprocmask(SIG_BLOCK, &set, &before);
	l->on_signal = fn;
	l->signal_data = data;
	if (l->signal_fd >= 0)
		return 0;
	l->signal_fd = fd;
	l->mask_before = before;
	r = loop_add_fd(l, fd, signal_fire, l);
	return r;
}

void loop_set_idle(struct loop *l, void (*fn)(void *data), void *data)
{
	l->on_idle = fn;
	l->idle_data = data;
}

void loop_set_spare(struct loop *l, int (*fn)(void *data), void *data)
{
	l->on_spare = fn;
	l->spare_data = data;
	l->spare_ms = fn ? 0 : -1;
}

static int round_run(struct loop *l)
{
	struct epoll_event events[EVENTS_A_ROUND];
	int n = epoll_wait(l->epoll_fd, events, EVENTS_A_ROUND, l->spare_ms);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (l->on_spare)
		l->spare_ms = n ? 0 : l->on_spare(l->spare_data);
	for (int i = 0; i < n && !l->stopped; i++) {
		const struct watch *w = events[i].data.ptr;

		if (w->fd >= 0)
			w->fn(w->data);
	}
	watches_sweep(l);
	return 0;
}

int loop_run(struct loop *l)
{
	int r;

	l->stopped = false;
	for (;;) {
		if (l->on_idle)
			l->on_idle(l->idle_data);
		if (l->stopped)
			return l->result;
		r = round_run(l);
		if (r)
			return r;
		if (l->stopped)
			return l->result;
	}
}

void loop_stop(struct loop *l, int result)
{
	l->stopped = true;
	l->result = result;
}
