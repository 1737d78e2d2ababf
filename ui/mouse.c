/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the mouse does to the lowest view; nothing needs it. */
#include "ui/app.h"
#include "ui/bindings.h"

void targets_clear(struct ui *ui)
{
	ui->area.n_targets = 0;
}

void target_add(struct ui *ui, int y, int x, int width, void (*run)(struct ui *ui, int argument),
		int argument)
{
	struct table_area *a = &ui->area;

	if (width <= 0 || a->n_targets == (int)(sizeof(a->targets) / sizeof(a->targets[0])))
		return;
	a->targets[a->n_targets++] = (struct target){ y, x, width, run, argument };
}

static bool target_click(struct ui *ui, const struct key_event *key)
{
	for (int i = 0; i < ui->area.n_targets; i++) {
		struct target t = ui->area.targets[i];

		if (key->y != t.y || key->x < t.x || key->x >= t.x + t.width)
			continue;
		t.run(ui, t.argument);
		return true;
	}
	return false;
}

static bool tab_click(struct ui *ui, const struct key_event *key)
{
	const struct table_area *a = &ui->area;

	for (int i = 0; key->y == a->tabs_y && i < a->n_tabs; i++)
		if (key->x >= a->tabs[i].x && key->x < a->tabs[i].x + a->tabs[i].width) {
			level_open(ui, a->tabs[i].panel);
			return true;
		}
	return false;
}

static bool heading_click(struct ui *ui, const struct key_event *key)
{
	const struct table_area *a = &ui->area;

	for (int i = 0; key->y == a->heading_y && i < a->n_columns; i++)
		if (key->x >= a->columns[i].x && key->x <= a->columns[i].x + a->columns[i].width) {
			sort_by(ui, a->columns[i].column);
			return true;
		}
	return false;
}

static void row_click(struct ui *ui, const struct key_event *key)
{
	const struct table_area *a = &ui->area;
	size_t row;

	if (!ui->table || key->y < a->rows_y || key->y >= a->rows_y + a->rows)
		return;
	row = ui_level(ui)->top + (size_t)(key->y - a->rows_y);
	if (row >= ui->table->n)
		return;
	/* rows may have moved between the two clicks */
	if (key->twice && row == ui_level(ui)->cursor)
		action_drill(ui, K_ENTER);
	else
		level_select(ui, row);
}

void mouse_click(struct ui *ui, const struct key_event *key)
{
	if (!target_click(ui, key) && !tab_click(ui, key) && !heading_click(ui, key))
		row_click(ui, key);
}
