/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recordings for strangers: names of programs, users, hosts, control groups and files, and network
 * addresses are replaced, the same one always by the same other one.  Numbers stay as they are, and
 * so does what all machines share: kernel threads, root, /usr/lib, system.slice, 127.0.0.1.
 */
#ifndef PROBETOP_ANONYMISE_H
#define PROBETOP_ANONYMISE_H

#include "source.h"

struct anonymiser;

struct anonymiser *anonymiser_new(void);
void anonymiser_free(struct anonymiser *a);
/* In place, all streams; before anything else looks at the frame. */
void anonymiser_apply(struct anonymiser *a, struct frame *f);
/* What stands for the path of a file, of a control group, for the name of a program, of a network
 * interface: at most size bytes with the NUL, cut where it is longer.  buf may not be the text itself. */
void anonymiser_path(struct anonymiser *a, char *buf, size_t size, const char *path);
void anonymiser_cgroup(struct anonymiser *a, char *buf, size_t size, const char *path);
void anonymiser_program(struct anonymiser *a, char *buf, size_t size, const char *comm);
void anonymiser_interface(struct anonymiser *a, char *buf, size_t size, const char *name);

/* A source whose frames are those of inner, anonymised by a (borrowed; NULL: by one of its own);
 * closing it closes inner.  It has no timeline: the one of inner knows the names. */
struct source *anonymised_source(struct source *inner, struct anonymiser *a);

#endif
