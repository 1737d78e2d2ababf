/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * New files of a program that runs as root, maybe in directories of others.  A symbolic link in a
 * directory that everybody may write to is not followed, wherever in the path it is: whoever put it
 * there chose where it leads.  Negative errno; -ELOOP: there is such a link.
 */
#ifndef PROBETOP_FILE_CREATE_H
#define PROBETOP_FILE_CREATE_H

#include <stddef.h>

/* Opens for writing a file that was not there before; mode 0600.  -EEXIST: there is something. */
int file_create(const char *path);
/* The same with what is in it: all of data, or no file is left. */
int file_save(const char *path, const void *data, size_t len);
/* 0: file_create would work now, as far as can be told without making the file. */
int file_creatable(const char *path);
/* Opens for writing a file that is made (mode 0644) or emptied; devices and pipes work, too. */
int file_overwrite(const char *path);
/* What the negative errno of these functions means, to a person. */
const char *file_error(int r);

#endif
