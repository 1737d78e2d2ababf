/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of system calls and errors, of the machine where the samples were taken. */
#ifndef PROBETOP_SYSCALL_NAME_H
#define PROBETOP_SYSCALL_NAME_H

#include <stddef.h>
#include <stdint.h>

/*
 * nr as in struct sys_key; machine as uname -m says ("" when not known).  Numbers without a name
 * become "syscall_451".  Returns the length without the NUL; never writes past size.
 */
int syscall_name(char *buf, size_t size, const char *machine, uint32_t nr);
/* "ENOENT"; those that the kernel keeps to itself as well ("ERESTARTSYS").  NULL: it has no name. */
const char *error_name(uint32_t err);

#endif
