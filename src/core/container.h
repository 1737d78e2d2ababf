/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What runs in a control group, by its path alone: no container engine is asked. */
#ifndef PROBETOP_CONTAINER_H
#define PROBETOP_CONTAINER_H

#include <stddef.h>

#define CONTAINER_NAME_MAX 288 /* bytes: a file name and what stands before it */

/*
 * The innermost container ("docker:0123456789ab", "podman:...", "containerd:...", "crio:...",
 * "nerdctl:...", "container:..." of an engine that leaves no name, "lxc:NAME", "machine:NAME" of
 * systemd), in Kubernetes "pod:UID/0123456789ab" with the first eight digits of the pod's uid, or
 * "pod:UID" for the pod itself; ids are cut to 12 digits.  What watches a container from outside is
 * "conmon:..." or "lxc-monitor:NAME".  Without a container the innermost systemd unit that is no
 * slice, unescaped: "nginx.service".  The length; 0 and an empty buf where there is neither.
 */
size_t container_name(char *buf, size_t size, const char *path);

#endif
