/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/panel.h"

#define PANEL(name) extern const struct panel panel_##name;
#include "panels.def"
#undef PANEL

const struct panel *const panels[] = {
#define PANEL(name) &panel_##name,
#include "panels.def"
#undef PANEL
	NULL,
};
