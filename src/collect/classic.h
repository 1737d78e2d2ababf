/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Classic tracepoints: perf events, with numbers that tracefs tells.  Names are those of programs'
 * sections, GROUP/EVENT.
 */
#ifndef PROBETOP_CLASSIC_H
#define PROBETOP_CLASSIC_H

#include <bpf/libbpf.h>
#include <stddef.h>
#include <stdint.h>

#define CLASSIC "tracepoint/" /* then the name: a section */

/* The event's number in *ret; 0, or negative errno.  Where tracefs is not mounted, it is mounted for the
 * moment, and nowhere to be seen; that takes CAP_SYS_ADMIN. */
int classic_number(const char *name, uint64_t *ret);
/* A descriptor of an event of this type and with these numbers, on all processes; negative errno. */
int classic_event(uint32_t type, uint64_t config, uint64_t config1);
/* That of a tracepoint. */
int classic_open(const char *name);
/* Puts the program onto an event, whose descriptor goes to the link, or is closed; a negative errno for one
 * becomes errno.  NULL: errno says why. */
struct bpf_link *classic_attach(const struct bpf_program *p, int event);
/* Whether it can be opened: 0, or negative errno, and why not. */
int classic_trial(const char *name, char *why, size_t size);

#endif
