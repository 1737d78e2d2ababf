/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables as text, JSON lines and CSV; from columns alone. */
#ifndef PROBETOP_EXPORT_H
#define PROBETOP_EXPORT_H

#include <stdio.h>

#include "core/query.h"

struct exporter {
	const char *name;
	/* One table: whole lines, appended to out.  first: nothing of this panel was written yet. */
	void (*table)(FILE *out, const struct table *t, const struct query *q, bool first);
};

extern const struct exporter export_text, export_json, export_csv;
const struct exporter *exporter_find(const char *name);

#endif
