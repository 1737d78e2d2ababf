/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as a filter, a grouping and a column to sort by, on every panel. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), error[300];
	struct filter_error where;

	for (const struct panel *const *p = panels; *p; p++) {
		void *row = xcalloc(1, (*p)->row_size);
		struct query q;

		query_init(&q, *p);
		if (query_set_filter(&q, text, &where)) {
			if (where.column > strlen(text) || strchr(where.text, '\n'))
				abort();
		} else {
			filter_keys(q.filter, row);
			filter_rest(q.filter, row);
		}
		query_set_group(&q, text, error, sizeof(error));
		query_set_sort(&q, text, error, sizeof(error));
		query_done(&q);
		free(row);
	}
	free(text);
	return 0;
}
