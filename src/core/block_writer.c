/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "block_writer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"

#define SECOND 1000000000ull
#define SYNC_NS SECOND /* at most so often */

struct block {
	struct block *next;
	struct bytes bytes; /* its memory stays */
};

struct block_writer {
	pthread_mutex_t lock; /* of all up to fd; never held while writing */
	pthread_cond_t work, room, written;
	struct block *first, *last; /* to be written, in order */
	struct block *spare; /* the one used last is used next, so few ever grow */
	size_t n, bytes; /* in the queue, the one that is being written included */
	int error;
	bool closing; /* ends when the queue is empty */
	bool abandoned; /* nobody waits any more: the last thread frees all */
	bool dirty; /* something was written since the last sync */
	bool last_written; /* and nothing comes any more */
	int running; /* threads */
	int fd;
	uint64_t end; /* of the last whole block; of the thread that writes */
	struct block blocks[WRITER_BLOCKS];
};

static struct timespec time_after(uint64_t ns)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	ns += (uint64_t)t.tv_nsec;
	t.tv_sec += (time_t)(ns / SECOND);
	t.tv_nsec = (long)(ns % SECOND);
	return t;
}

/* When a write fails, the file is cut back to the last whole block. */
static int block_write(struct block_writer *w, const struct bytes *b)
{
	size_t done = 0;

	while (done < b->len) {
		ssize_t n = pwrite(w->fd, b->data + done, b->len - done, (off_t)(w->end + done));
		int e = n < 0 ? -errno : -ENOSPC;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			while (ftruncate(w->fd, (off_t)w->end) && errno == EINTR)
				;
			return e;
		}
		done += (size_t)n;
	}
	w->end += b->len;
	return 0;
}

static void writer_free(struct block_writer *w)
{
	for (int i = 0; i < WRITER_BLOCKS; i++)
		free(w->blocks[i].bytes.data);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->work);
	pthread_cond_destroy(&w->room);
	pthread_cond_destroy(&w->written);
	close(w->fd);
	free(w);
}

/* Writes the first block; the lock is held before and after, not while writing. */
static void first_write(struct block_writer *w)
{
	struct block *b = w->first;
	int error = w->error;

	pthread_mutex_unlock(&w->lock);
	if (!error)
		error = block_write(w, &b->bytes);
	pthread_mutex_lock(&w->lock);
	/* a sync may have failed meanwhile */
	if (!w->error)
		w->error = error;
	w->first = b->next;
	w->n--;
	w->bytes -= b->bytes.len;
	b->next = w->spare;
	w->spare = b;
	pthread_cond_signal(&w->room);
}

/* The lock is held, and is not after. */
static void thread_end(struct block_writer *w)
{
	bool last = !--w->running, abandoned = w->abandoned;

	pthread_cond_signal(&w->room);
	pthread_mutex_unlock(&w->lock);
	if (last && abandoned)
		writer_free(w);
}

static void *writer_run(void *data)
{
	struct block_writer *w = data;

	pthread_mutex_lock(&w->lock);
	while (w->n || !w->closing) {
		if (!w->n) {
			pthread_cond_wait(&w->work, &w->lock);
			continue;
		}
		first_write(w);
		w->dirty = true;
		pthread_cond_signal(&w->written);
	}
	w->last_written = true;
	pthread_cond_signal(&w->written);
	thread_end(w);
	return NULL;
}

/* A disk may say only now that it could not keep what it took. */
static int file_sync(int fd)
{
	if (!fdatasync(fd) || errno == EINVAL || errno == EROFS || errno == EINTR)
		return 0;
	return -errno;
}

/* What is written also reaches the disk, while the next block is already being written. */
static void *sync_run(void *data)
{
	struct block_writer *w = data;

	pthread_mutex_lock(&w->lock);
	while ((w->dirty && !w->error) || !w->last_written) {
		struct timespec until;
		int error;

		if (!w->dirty || w->error) {
			pthread_cond_wait(&w->written, &w->lock);
			continue;
		}
		w->dirty = false;
		until = time_after(SYNC_NS);
		pthread_mutex_unlock(&w->lock);
		error = file_sync(w->fd);
		pthread_mutex_lock(&w->lock);
		if (!w->error)
			w->error = error;
		while (!w->last_written && !pthread_cond_timedwait(&w->written, &w->lock, &until))
			;
	}
	thread_end(w);
	return NULL;
}

static int thread_start(struct block_writer *w, void *(*run)(void *))
{
	sigset_t all, before;
	pthread_attr_t attr;
	pthread_t thread;
	int e;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, 256 << 10);
	/* signals belong to the loop */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	e = pthread_create(&thread, &attr, run, w);
	w->running += !e;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return -e;
}

int block_writer_open(struct block_writer **ret, int fd)
{
	struct block_writer *w = xcalloc(1, sizeof(*w));
	pthread_condattr_t attr;
	int r;

	w->fd = fd;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, &attr);
	pthread_cond_init(&w->room, &attr);
	pthread_cond_init(&w->written, &attr);
	pthread_condattr_destroy(&attr);
	for (int i = WRITER_BLOCKS; i--;) {
		w->blocks[i].next = w->spare;
		w->spare = &w->blocks[i];
	}
	pthread_mutex_lock(&w->lock);
	r = thread_start(w, writer_run);
	if (!r)
		r = thread_start(w, sync_run);
	w->closing = w->abandoned = r < 0;
	w->last_written = !w->running;
	pthread_mutex_unlock(&w->lock);
	if (r) {
		/* the one that runs frees it */
		if (w->last_written)
			writer_free(w);
		return r;
	}
	*ret = w;
	return 0;
}

bool block_writer_room(struct block_writer *w, bool wait)
{
	bool room;

	pthread_mutex_lock(&w->lock);
	while (!(room = w->spare && w->bytes < WRITER_BYTES) && wait && !w->error)
		pthread_cond_wait(&w->room, &w->lock);
	pthread_mutex_unlock(&w->lock);
	return room;
}

void block_writer_put(struct block_writer *w, const void *head, size_t head_len, const void *data,
		      size_t len)
{
	struct block *b;

	pthread_mutex_lock(&w->lock);
	b = w->spare;
	w->spare = b->next;
	pthread_mutex_unlock(&w->lock);
	b->next = NULL;
	b->bytes.len = 0;
	bytes_put(&b->bytes, head, head_len);
	bytes_put(&b->bytes, data, len);
	pthread_mutex_lock(&w->lock);
	if (w->n++)
		w->last->next = b;
	else
		w->first = b;
	w->last = b;
	w->bytes += b->bytes.len;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
}

size_t block_writer_waiting(struct block_writer *w)
{
	size_t n;

	pthread_mutex_lock(&w->lock);
	n = w->n;
	pthread_mutex_unlock(&w->lock);
	return n;
}

int block_writer_error(struct block_writer *w)
{
	int error;

	pthread_mutex_lock(&w->lock);
	error = w->error;
	pthread_mutex_unlock(&w->lock);
	return error;
}

int block_writer_close(struct block_writer *w, uint64_t timeout_ns)
{
	struct timespec until = time_after(timeout_ns);
	int r;
	bool done;

	if (!w)
		return 0;
	pthread_mutex_lock(&w->lock);
	w->closing = true;
	pthread_cond_signal(&w->work);
	while (w->running && !pthread_cond_timedwait(&w->room, &w->lock, &until))
		;
	done = !w->running;
	w->abandoned = !done;
	/* written, only not on the disk for certain: that is no failure yet */
	r = w->error ? w->error : done || !w->n ? 0 : -ETIMEDOUT;
	pthread_mutex_unlock(&w->lock);
	if (done)
		writer_free(w);
	return r;
}
