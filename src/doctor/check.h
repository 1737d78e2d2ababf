/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was looked at on this machine, and what mends it. */
#ifndef PROBETOP_CHECK_H
#define PROBETOP_CHECK_H

#include <stddef.h>

enum check_state {
	CHECK_OK,
	CHECK_INFO,  /* good to know, no shortfall */
	CHECK_LESS,  /* it works, with less */
	CHECK_FAILS, /* live panels do not work */
};

struct check {
	const char *area, *name; /* static */
	enum check_state state;
	char value[400]; /* one line, may hold what files say */
	char mend[1200]; /* a command, or what to do; "": there is no shortfall */
};

/* n 0 and c NULL to begin with; c is freed by checks_done. */
struct checks {
	struct check *c;
	size_t n;
};

/* mend: NULL where there is no shortfall. */
void check_add(struct checks *to, const char *area, const char *name, enum check_state state,
	       const char *mend, const char *format, ...) __attribute__((format(printf, 6, 7)));
void checks_done(struct checks *c);
/* A small file without the newline at its end; "" and errno where it cannot be read. */
const char *check_file(char *buf, size_t size, const char *path);

void kernel_check(struct checks *to);
void kernel_config_check(struct checks *to);
void rights_look(struct checks *to);
void mounts_check(struct checks *to);
/* v2, v1: where control groups with limits of memory are mounted, "": nowhere. */
void memory_check(struct checks *to, const char *v2, const char *v1);
void namespaces_look(struct checks *to);
void files_check(struct checks *to);
/* Loads and attaches all probes for a moment. */
void probes_check(struct checks *to);
/* theme: that of the command line, or NULL; config: file of settings, no_config: none. */
void terminal_look(struct checks *to, const char *theme, const char *config, int no_config);

#endif
