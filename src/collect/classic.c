/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "classic.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rights.h"

/* A tracefs of its own.  Negative errno. */
static int tracefs_mount(void)
{
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), at = -1;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		at = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	at = at < 0 ? -errno : at;
	if (fs >= 0)
		close(fs);
	return at;
}

/* The file, or -1 and errno: as told by the first that is there. */
static int number_open(const char *name)
{
	static const char *const mounts[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[128];
	int fd = -1, at;

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/events/%s/id", mounts[i], name);
		rights_lift_search();
		fd = open(path, O_RDONLY | O_CLOEXEC);
		at = errno;
		rights_lower_search();
		errno = at;
		if (fd >= 0 || errno != ENOENT)
			return fd;
	}
	at = tracefs_mount();
	if (at < 0) {
		errno = -at;
		return -1;
	}
	snprintf(path, sizeof(path), "events/%s/id", name);
	fd = openat(at, path, O_RDONLY | O_CLOEXEC);
	close(at);
	return fd;
}

int classic_number(const char *name, uint64_t *ret)
{
	int fd = number_open(name), r;
	char text[32] = "";

	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text) - 1) < 0)
		r = -errno;
	else
		r = sscanf(text, "%" SCNu64, ret) == 1 ? 0 : -EBADMSG;
	close(fd);
	return r;
}

int classic_event(uint32_t type, uint64_t config, uint64_t config1)
{
	struct perf_event_attr attr = { .type = type,
					.size = sizeof(attr),
					.config = config,
					.config1 = config1 };
	long fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

int classic_open(const char *name)
{
	uint64_t number;
	int r = classic_number(name, &number);

	return r ? r : classic_event(PERF_TYPE_TRACEPOINT, number, 0);
}

struct bpf_link *classic_attach(const struct bpf_program *p, int event)
{
	struct bpf_link *link = event < 0 ? NULL : bpf_program__attach_perf_event(p, event);
	int r = event < 0 ? -event : errno;

	/* a link closes it at its end */
	if (!link && event >= 0)
		close(event);
	errno = r;
	return link;
}

static const char *number_error(int error)
{
	return error == EPERM  ? "tracefs is not mounted (mount -t tracefs nodev /sys/kernel/tracing)" :
	       error == EACCES ? "tracefs cannot be read without CAP_DAC_READ_SEARCH" :
				 strerror(error);
}

static const char *event_error(int error)
{
	return error == EACCES ? "takes CAP_SYS_ADMIN, or kernel.perf_event_paranoid of at most 2" :
				 strerror(error);
}

int classic_trial(const char *name, char *why, size_t size)
{
	uint64_t number;
	int r = classic_number(name, &number);
	int fd = r ? r : classic_event(PERF_TYPE_TRACEPOINT, number, 0);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	snprintf(why, size, "%s", r ? number_error(-r) : event_error(-fd));
	return fd;
}
