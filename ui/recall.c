/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/recall.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static void recall_remove(struct recall *h, size_t i)
{
	free(h->lines[i]);
	memmove(h->lines + i, h->lines + i + 1, (h->n - i - 1) * sizeof(h->lines[0]));
	h->n--;
}

void recall_add(struct recall *h, const char *line)
{
	if (!line[strspn(line, " ")])
		return;
	for (size_t i = 0; i < h->n; i++)
		if (!strcmp(h->lines[i], line)) {
			recall_remove(h, i);
			break;
		}
	if (h->n == RECALL_MAX)
		recall_remove(h, 0);
	h->lines[h->n++] = xstrdup(line);
}

void recall_done(struct recall *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->lines[i]);
	h->n = 0;
}
