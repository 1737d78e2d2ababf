/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "export.h"

#include <string.h>

const struct exporter *exporter_find(const char *name)
{
	static const struct exporter *const exporters[] = { &export_text, &export_json,
							    &export_csv };

	for (size_t i = 0; i < sizeof(exporters) / sizeof(exporters[0]); i++)
		if (!strcmp(exporters[i]->name, name))
			return exporters[i];
	return NULL;
}
