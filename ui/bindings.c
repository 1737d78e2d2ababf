/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/bindings.h"

#include <stdio.h>

const struct binding bindings[] = {
	{ .group = KEYS_GENERAL,
	  .keys = { K_F1, '?', 'h' },
	  .bar = "Help",
	  .help = "this page",
	  .run = action_help },
	{ .group = KEYS_PANELS,
	  .keys = { K_F1 + 1 },
	  .bar = "Panels",
	  .help = "choose a panel: as it is or, further down, on what the selected row is about",
	  .run = action_panel_menu },
	{ .group = KEYS_PANELS,
	  .keys = { '1', '9' },
	  .help = "open the panel with this number",
	  .run = action_panel },
	{ .group = KEYS_PANELS,
	  .keys = { K_TAB, K_BACKTAB },
	  .help = "next and previous panel",
	  .run = action_panel_next },
	{ .group = KEYS_MOVING,
	  .keys = { K_UP, K_DOWN, 'k', 'j' },
	  .help = "select a row",
	  .run = action_move },
	{ .group = KEYS_MOVING,
	  .keys = { K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END },
	  .help = "a screen up or down, first row, last row (in the past: the oldest moment, and "
		  "live again); the selection stays with its row, but at the top it stays at the top",
	  .run = action_move },
	{ .group = KEYS_MOVING,
	  .keys = { K_LEFT, K_RIGHT, 'l' },
	  .help = "scroll the columns",
	  .run = action_scroll_columns },
	{ .group = KEYS_ROWS,
	  .keys = { K_ENTER },
	  .bar = "Drill",
	  .help = "go on from the selected row: its threads, files, connections, ...",
	  .run = action_drill },
	{ .group = KEYS_ROWS,
	  .keys = { K_ESC, K_BACKSPACE },
	  .bar = "Back",
	  .help = "back to where Enter was pressed",
	  .run = action_back },
	{ .group = KEYS_FILTERS,
	  .keys = { K_F1 + 2, '/' },
	  .bar = "Search",
	  .help = "select the next row that contains a text",
	  .run = action_search },
	{ .group = KEYS_FILTERS,
	  .keys = { 'n', 'N' },
	  .help = "search again; N: upward or, without a search, sort by pid",
	  .run = action_search_next },
	{ .group = KEYS_FILTERS,
	  .keys = { '=', '!' },
	  .help = "only rows like the selected one, all but those: adds to the filter; Backspace "
		  "takes it back",
	  .run = action_pick },
	{ .group = KEYS_ROWS,
	  .keys = { 'F' },
	  .help = "follow the selected row wherever it goes; F or a move ends that",
	  .run = action_follow },
	{ .group = KEYS_FILTERS,
	  .keys = { K_F1 + 3, '\\' },
	  .bar = "Filter",
	  .help = "show only rows that match, e.g. comm~^nginx and errors>0",
	  .run = action_filter },
	{ .group = KEYS_ROWS,
	  .keys = { K_F1 + 5 },
	  .bar = "Sort",
	  .help = "choose the column to sort by",
	  .run = action_sort_menu },
	{ .group = KEYS_ROWS,
	  .keys = { '<', '>' },
	  .help = "sort by the column to the left, to the right",
	  .run = action_sort_step },
	{ .group = KEYS_ROWS,
	  .keys = { 'R', 'I' },
	  .help = "turn the order round",
	  .run = action_sort_reverse },
	{ .group = KEYS_ROWS,
	  .keys = { 'P' },
	  .help = "sort by CPU",
	  .run = action_sort_known },
	{ .group = KEYS_ROWS,
	  .keys = { 'g' },
	  .help = "group rows by columns, e.g. user or cgroup,comm; empty: as usual",
	  .run = action_group },
	{ .group = KEYS_ROWS,
	  .keys = { 'H' },
	  .help = "by thread, and back",
	  .run = action_threads },
	{ .group = KEYS_FILTERS,
	  .keys = { 'a' },
	  .help = "also what the panel hides (filetop: sockets and pipes), and back",
	  .run = action_all },
	{ .group = KEYS_TIME,
	  .keys = { 'z', ' ' },
	  .bar = "Pause",
	  .help = "hold the screen, counting and recording go on; again, or in the past: live. A "
		  "recording stops, and plays on",
	  .run = action_pause },
	{ .group = KEYS_TIME,
	  .keys = { 't', 'T' },
	  .help = "back in time: T the interval before, t the one after; Home the oldest, End live "
		  "again",
	  .run = action_step },
	{ .group = KEYS_TIME,
	  .keys = { 'b' },
	  .help = "back to a time: 14:02:30, -90s, 3m ago",
	  .run = action_goto },
	{ .group = KEYS_TIME,
	  .keys = { 'L' },
	  .help = "heat map of the rows' latencies over time; there, arrows move a cursor, Enter goes "
		  "to its moment, % shows and hides percentiles",
	  .run = action_heat },
	{ .group = KEYS_TIME,
	  .keys = { 'G' },
	  .help = "the column TREND, the last intervals of every row: always, never, on wide screens",
	  .run = action_trend },
	{ .group = KEYS_TIME,
	  .keys = { '+', '-' },
	  .help = "longer and shorter interval; a recording plays faster and slower",
	  .run = action_interval },
	{ .group = KEYS_FILES,
	  .keys = { 'S' },
	  .bar = "Save",
	  .help = "save what is on the screen now; the name's ending chooses: .txt .ansi .html .svg, or "
		  ".json .csv for all rows of the table",
	  .run = action_save },
	{ .group = KEYS_FILES,
	  .keys = { 'w' },
	  .help = "record samples into a file, and stop",
	  .run = action_record },
	{ .group = KEYS_GENERAL,
	  .keys = { ':' },
	  .help = "a command by name; Tab completes it, Up recalls one",
	  .run = action_command },
	{ .group = KEYS_GENERAL,
	  .keys = { KEY_CTRL('L') },
	  .help = "paint the screen again",
	  .run = action_redraw },
	{ .group = KEYS_GENERAL,
	  .keys = { K_F1 + 9, 'q' },
	  .bar = "Quit",
	  .help = "quit",
	  .run = action_quit },
	{ .help = NULL },
};

/* The table says 1 2 3 ... 9, panels may have any digit. */
static int key_normal(int key)
{
	return key >= '1' && key <= '9' ? '1' : key;
}

void bindings_run(struct ui *ui, const struct key_event *key)
{
	for (const struct binding *b = bindings; b->help; b++)
		for (int i = 0; i < BINDING_KEYS && b->keys[i]; i++)
			if (key_normal(b->keys[i]) == key_normal(key->code)) {
				b->run(ui, key->code);
				return;
			}
}

const char *binding_group_title(enum binding_group group)
{
	static const char *const titles[KEYS_GROUPS] = {
		[KEYS_GENERAL] = "General",
		[KEYS_MOVING] = "Moving",
		[KEYS_PANELS] = "Panels",
		[KEYS_ROWS] = "Rows",
		[KEYS_FILTERS] = "Searching and filtering",
		[KEYS_TIME] = "Time",
		[KEYS_FILES] = "Files",
	};

	return titles[group];
}

void binding_keys(const struct binding *b, char *buf, unsigned int size)
{
	unsigned int at = 0;
	char name[16];

	buf[0] = '\0';
	for (int i = 0; i < BINDING_KEYS && b->keys[i] && at < size; i++)
		at += (unsigned int)snprintf(buf + at, size - at, "%s%s", at ? " " : "",
					     key_label(b->keys[i], name, sizeof(name)));
}
