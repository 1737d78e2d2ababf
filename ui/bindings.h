/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keys do: one table, from which the help and the key bar are made as well. */
#ifndef PROBETOP_BINDINGS_H
#define PROBETOP_BINDINGS_H

#include "ui/key.h"

struct ui;

#define BINDING_KEYS 4

/* Sections of the help and of the manual, in their order. */
enum binding_group {
	KEYS_GENERAL,
	KEYS_MOVING,
	KEYS_PANELS,
	KEYS_ROWS,
	KEYS_FILTERS,
	KEYS_TIME,
	KEYS_FILES,
	KEYS_GROUPS,
};

struct binding {
	enum binding_group group;
	int keys[BINDING_KEYS]; /* 0: no more; those of a user are in the keymap */
	/* By which settings give it other keys: one word for each of the keys or, where there are
	 * fewer words, again from the first on.  NULL: it keeps its keys. */
	const char *name;
	const char *bar;	/* in the key bar, with the first of the keys; NULL: not there */
	const char *help;
	void (*run)(struct ui *ui, int key);
};

extern const struct binding bindings[]; /* ends with help NULL */

/* "Moving" */
const char *binding_group_title(enum binding_group group);

/* actions.c */
void action_quit(struct ui *ui, int key);
void action_help(struct ui *ui, int key);
void action_panel(struct ui *ui, int key);
void action_panel_menu(struct ui *ui, int key);
void action_panel_next(struct ui *ui, int key);
void action_move(struct ui *ui, int key);
void action_scroll_columns(struct ui *ui, int key);
void action_drill(struct ui *ui, int key);
void action_page(struct ui *ui, int key);
void action_command_lines(struct ui *ui, int key);
void action_back(struct ui *ui, int key);
void action_sort_menu(struct ui *ui, int key);
void action_sort_step(struct ui *ui, int key);
void action_sort_reverse(struct ui *ui, int key);
void action_sort_known(struct ui *ui, int key);
void action_filter(struct ui *ui, int key);
void action_search(struct ui *ui, int key);
void action_search_next(struct ui *ui, int key);
void action_group(struct ui *ui, int key);
void action_fold(struct ui *ui, int key);
void action_threads(struct ui *ui, int key);
void action_all(struct ui *ui, int key);
void action_pause(struct ui *ui, int key);
void action_step(struct ui *ui, int key);
void action_goto(struct ui *ui, int key);
void action_heat(struct ui *ui, int key);
void action_trend(struct ui *ui, int key);
void action_interval(struct ui *ui, int key);
void action_save(struct ui *ui, int key);
void action_record(struct ui *ui, int key);
void action_mark(struct ui *ui, int key);
void action_marked_only(struct ui *ui, int key);
void action_pick(struct ui *ui, int key);
void action_follow(struct ui *ui, int key);
void action_command(struct ui *ui, int key);
void action_columns(struct ui *ui, int key);
void action_settings_save(struct ui *ui, int key);
void action_theme_menu(struct ui *ui, int key);
void action_redraw(struct ui *ui, int key);

/* Sorts by a column, or turns the order round when it is the one already. */
struct column;
void sort_by(struct ui *ui, const struct column *c);

#endif
