/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INI files: themes and settings.  Wrong lines are named and skipped, all of them. */
#ifndef PROBETOP_INI_TEXT_H
#define PROBETOP_INI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define INI_FILE_MAX 65536 /* bytes; what is larger was not meant for us */

/* What was wrong, one line each: "FILE:LINE: what". */
struct warnings {
	char text[1500]; /* sanitised for a terminal */
	int more;	 /* that had no room */
};

void warnings_add(struct warnings *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Behind those of w. */
void warnings_join(struct warnings *w, const struct warnings *others);

struct ini_place {
	const char *file; /* as warnings name it */
	int line;	  /* from 1 on */
	bool continues; /* the line adds to the value of the line before: it begins with a blank */
};

/*
 * Calls entry for every `name = value`, in order; a line that continues a value comes with the
 * name of that value.  What is neither an entry, a [section], a comment nor blank is warned of,
 * and so is a line that is too long.
 */
void ini_text_read(const char *file, const char *text, struct warnings *w,
		   void (*entry)(void *data, const struct ini_place *place, const char *section,
				 const char *name, const char *value),
		   void *data);

/* The text of a file of at most INI_FILE_MAX bytes, which the caller frees; negative errno. */
int ini_file_read(int fd, char **ret);

#endif
