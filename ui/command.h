/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be typed after `:`.  One table, commands[] in commands.c; a row is all that a command
 * needs: completion, help and errors at the place are made from it.
 */
#ifndef PROBETOP_COMMAND_H
#define PROBETOP_COMMAND_H

#include "ui/complete.h"

/*
 * arg is what follows the name, without blanks around it, "" when nothing does; places in it are
 * bytes of arg.  Names are typed in full or as far as they are the only ones that begin so.
 */
struct command {
	const char *name;
	const char *args; /* hint for people: "FILE", "[-]COL"; NULL: takes none */
	const char *help; /* one line */
	bool optional;	  /* args may be left out */
	bool of_rows;	  /* changes the table of a panel: refused on a page, which has none */
	complete_fn *complete; /* of arg; NULL: nothing is completed */
	/* False, *ret_at and a line in error when run would not do; NULL: any arg will do. */
	bool (*check)(struct ui *ui, const char *arg, size_t *ret_at, char *error, size_t size);
	/* Shows what arg would do while it is typed; arg NULL: undo that, the line was left or has
	 * become another command.  Before run, it is not undone.  NULL: nothing to show. */
	void (*preview)(struct ui *ui, const char *arg);
	void (*run)(struct ui *ui, const char *arg); /* arg has passed check */
};

extern const struct command commands[]; /* ends with name NULL */

#endif
