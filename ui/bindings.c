/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/bindings.h"

#include <stdio.h>

const struct binding bindings[] = {
	{ { K_F1, '?', 'h' }, "Help", "this page", action_help },
	{ { K_F1 + 1 }, "Panels", "choose a panel", action_panel_menu },
	{ { '1', '9' }, NULL, "open the panel with this number", action_panel },
	{ { K_TAB, K_BACKTAB }, NULL, "next and previous panel", action_panel_next },
	{ { K_UP, K_DOWN, 'k', 'j' }, NULL, "select a row", action_move },
	{ { K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END }, NULL,
	  "a screen up or down, first row, last row; the selection stays with its row, but at the "
	  "top it stays at the top",
	  action_move },
	{ { K_LEFT, K_RIGHT, 'l' }, NULL, "scroll the columns", action_scroll_columns },
	{ { K_ENTER }, "Drill", "go into the selected row: its threads, files, ...", action_drill },
	{ { K_ESC, K_BACKSPACE }, "Back", "back to where Enter was pressed", action_back },
	{ { K_F1 + 2, '/' }, "Search", "select the next row that contains a text", action_search },
	{ { 'n', 'N' }, NULL, "search again; N: upward or, without a search, sort by pid",
	  action_search_next },
	{ { K_F1 + 3, '\\' }, "Filter", "show only rows that match, e.g. comm~^nginx and errors>0",
	  action_filter },
	{ { K_F1 + 5 }, "Sort", "choose the column to sort by", action_sort_menu },
	{ { '<', '>' }, NULL, "sort by the column to the left, to the right", action_sort_step },
	{ { 'R', 'I' }, NULL, "turn the order round", action_sort_reverse },
	{ { 'P', 'T' }, NULL, "sort by CPU, by time", action_sort_known },
	{ { 'g' }, NULL, "group rows by columns, e.g. user or cgroup,comm; empty: as usual",
	  action_group },
	{ { 'H' }, NULL, "by thread, and back", action_threads },
	{ { 'a' }, NULL, "also what the panel hides (filetop: sockets and pipes), and back",
	  action_all },
	{ { 'z', ' ' }, "Pause", "hold the screen; counting and recording go on", action_pause },
	{ { '+', '-' }, NULL, "longer and shorter interval", action_interval },
	{ { 'S' }, "Save", "save the screen as text into the current directory", action_save },
	{ { 'w' }, NULL, "record samples into a file, and stop", action_record },
	{ { KEY_CTRL('L') }, NULL, "paint the screen again", action_redraw },
	{ { K_F1 + 9, 'q' }, "Quit", "quit", action_quit },
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

void binding_keys(const struct binding *b, char *buf, unsigned int size)
{
	unsigned int at = 0;
	char name[16];

	buf[0] = '\0';
	for (int i = 0; i < BINDING_KEYS && b->keys[i] && at < size; i++)
		at += (unsigned int)snprintf(buf + at, size - at, "%s%s", at ? " " : "",
					     key_label(b->keys[i], name, sizeof(name)));
}
