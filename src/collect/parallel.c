/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/mem.h"

struct worker {
	void (*fn)(void *item);
	void *item;
	pthread_t thread;
	bool started;
};

static void *worker_run(void *data)
{
	struct worker *w = data;

	w->fn(w->item);
	return NULL;
}

void parallel_run(void (*fn)(void *item), void *items, size_t n, size_t size)
{
	struct worker *w = xcalloc(n, sizeof(*w));

	for (size_t i = 0; i < n; i++) {
		w[i] = (struct worker){ .fn = fn, .item = (char *)items + i * size };
		/* the last one is done here */
		w[i].started = i + 1 < n && !pthread_create(&w[i].thread, NULL, worker_run, &w[i]);
	}
	for (size_t i = 0; i < n; i++)
		if (!w[i].started)
			fn(w[i].item);
	for (size_t i = 0; i < n; i++)
		if (w[i].started)
			pthread_join(w[i].thread, NULL);
	free(w);
}
