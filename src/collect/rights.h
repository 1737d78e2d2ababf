/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this process may do: asked for before probes are loaded, given up when they are attached.
 * docs/RIGHTS.md says what each capability is for, and how that was found.
 */
#ifndef PROBETOP_RIGHTS_H
#define PROBETOP_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Once, before any file is opened.  A user who has capabilities from the program's file (setcap)
 * must not read with them what is asked for on the command line: they take effect while probes are
 * loaded alone.
 */
void rights_begin(void);
/* 0, or -EPERM / -EOPNOTSUPP and one line that names what is missing and what to do.  0: what was
 * not in effect is now. */
int rights_check(char *error, size_t size);

/* What became of them, as names with blanks between. */
struct rights_left {
	char kept[160], dropped[1200];
	char failed[160]; /* what could not be given up and why, one line; "": all of it could */
	bool no_new_privs;
	int refused; /* system calls that are refused from now on; 0: no filter */
};

/* Gives up what is of no use once all is attached.  Threads made later have it no more either. */
void rights_shed(struct rights_left *ret);
/* In the process that reads command lines: keeps nothing but what it takes to see all of /proc. */
void rights_shed_reader(void);
/* In the process that switches the kernel's statistics: keeps nothing but what that takes. */
void rights_shed_stats(void);
/* In the process that opens perf events: keeps the one capability that it takes, with which opens(data) is
 * true, and returns that.  Negative errno: there is none, or the rest cannot be given up. */
int rights_shed_opener(bool (*opens)(const void *data), const void *data);
/* A capability that is kept, but in effect only in between; where it always is, it stays. */
void rights_lift_search(void);
void rights_lower_search(void);

#endif
