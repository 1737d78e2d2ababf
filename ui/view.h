/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Views are on a stack; the topmost one gets the keys, all are drawn from the bottom up, and data
 * keeps flowing under them.  The lowest is the table.  A kind of view is one const struct.
 */
#ifndef PROBETOP_VIEW_H
#define PROBETOP_VIEW_H

#include <stdbool.h>

#include "ui/complete.h"
#include "ui/recall.h"
#include "ui/key.h"
#include "ui/screen.h"

struct ui;
struct view;

struct view_class {
	const char *name;
	/* True when the key is taken; else it is looked up in the table of keys. */
	bool (*key)(struct ui *ui, struct view *v, const struct key_event *key);
	void (*draw)(struct ui *ui, struct view *v, struct screen *s);
	void (*tick)(struct ui *ui, struct view *v); /* new data; NULL: nothing to do */
	/* What somebody waits for and takes long: whether there is any, and a slice of it.  NULL: never. */
	bool (*works)(const struct view *v);
	void (*step)(struct ui *ui, struct view *v);
	void (*free)(struct view *v);		     /* what the view holds, and the view itself */
	bool takes_text; /* pasted text as well; all other views let it go */
	bool keys_pass; /* keys that it does not take go on to the table of keys */
};

/* First member of every view. */
struct view {
	const struct view_class *class;
	struct view *below;
};

void view_push(struct ui *ui, struct view *v);
/* Frees the topmost view; never the lowest. */
void view_pop(struct ui *ui);
/* Whether the topmost view has work, and a slice of it; false: it has none. */
bool view_works(const struct ui *ui);
bool view_step(struct ui *ui);

struct view *view_table_new(void);
/* The scrollable page made from the keys, the panel and its columns. */
struct view *view_help_new(struct ui *ui);

/*
 * One line to type in.  check (NULL: none) is asked after every change: it returns false and sets
 * *ret_at (byte of the text) and error when the text is wrong.  done gets the text on Enter; on Esc
 * it is not called, but `left`.
 */
struct prompt {
	const char *label;
	const char *text;	 /* to begin with; NULL: empty */
	complete_fn *complete;	 /* for Tab; NULL: nothing is completed */
	struct recall *recall;  /* Up and Down go through it, Enter adds to it; NULL: none */
	bool (*check)(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size);
	void (*changed)(struct ui *ui, const char *text); /* NULL: nothing */
	void (*done)(struct ui *ui, const char *text);
	void (*left)(struct ui *ui); /* NULL: nothing */
};
struct view *view_prompt_new(struct ui *ui, const struct prompt *p);

/* The columns of the panel, to be chosen and moved; the table below shows them at once. */
struct view *view_columns_new(struct ui *ui);

/* A box of lines to choose from; labels are copied; chosen gets the index. */
struct view *view_menu_new(const char *title, const char *const *labels, int n, int current,
			   void (*chosen)(struct ui *ui, int index));
/* moved gets the index of every line that is gone to, left is called when none is chosen. */
void view_menu_watch(struct view *menu, void (*moved)(struct ui *ui, int index),
		     void (*left)(struct ui *ui));

#endif
