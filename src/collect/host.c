/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clock.h"
#include "core/mem.h"

#define MAPS_EVERY 10 /* frames: reading all fdinfo files takes a millisecond */

struct host {
	struct host_rec rec;
	int loadavg_fd, statm_fd;
	uint64_t (*maps_memory)(void *data);
	void *data;
	unsigned frames;
};

void host_set_filter(struct host *h, const char *filter)
{
	memset(h->rec.filter, 0, sizeof(h->rec.filter));
	snprintf(h->rec.filter, sizeof(h->rec.filter), "%s", filter);
}

struct host *host_new(uint64_t (*maps_memory)(void *data), void *data)
{
	struct host *h = xcalloc(1, sizeof(*h));
	struct utsname u;

	uname(&u);
	snprintf(h->rec.name, sizeof(h->rec.name), "%.63s", u.nodename);
	snprintf(h->rec.release, sizeof(h->rec.release), "%.63s", u.release);
	snprintf(h->rec.arch, sizeof(h->rec.arch), "%.15s", u.machine);
	h->loadavg_fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	h->statm_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	h->maps_memory = maps_memory;
	h->data = data;
	return h;
}

void host_free(struct host *h)
{
	if (!h)
		return;
	if (h->loadavg_fd >= 0)
		close(h->loadavg_fd);
	if (h->statm_fd >= 0)
		close(h->statm_fd);
	free(h);
}

/* Reads a small /proc file from its beginning; always a string. */
static const char *proc_read(int fd, char *buf, size_t size)
{
	ssize_t n = fd >= 0 ? pread(fd, buf, size - 1, 0) : -1;

	buf[n > 0 ? n : 0] = 0;
	return buf;
}

static void load_read(struct host *h)
{
	unsigned long running, tasks;
	double load[3];
	char buf[128];

	if (sscanf(proc_read(h->loadavg_fd, buf, sizeof(buf)), "%lf %lf %lf %lu/%lu", &load[0],
		   &load[1], &load[2], &running, &tasks) != 5)
		return;
	for (int i = 0; i < 3; i++)
		h->rec.load_1000[i] = (uint32_t)(load[i] * 1000 + 0.5);
	h->rec.running = running;
	h->rec.tasks = tasks;
}

static void self_read(struct host *h)
{
	unsigned long pages, resident;
	struct rusage u;
	char buf[128];

	getrusage(RUSAGE_SELF, &u);
	h->rec.self_cpu_ns = (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000 +
			     (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000;
	if (sscanf(proc_read(h->statm_fd, buf, sizeof(buf)), "%lu %lu", &pages, &resident) == 2)
		h->rec.self_rss = resident * (uint64_t)sysconf(_SC_PAGESIZE);
	if (h->frames++ % MAPS_EVERY == 0)
		h->rec.self_map_bytes = h->maps_memory(h->data);
}

void host_read(struct host *h, struct frame *f)
{
	h->rec.boot_ns = clock_ns(CLOCK_BOOTTIME);
	h->rec.cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
	load_read(h);
	self_read(h);
	*(struct host_rec *)sample_add(&f->s[STREAM_HOST], STREAM_HOST) = h->rec;
}

static uint64_t fd_memory(int fd)
{
	unsigned long long bytes = 0;
	char path[64], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "memlock: %llu", &bytes) == 1)
			break;
	if (f)
		fclose(f);
	return bytes;
}

/* Several objects use one map: counted where it comes up first.  What a map of maps holds is among
 * the object's maps, too. */
static bool map_is_new(int fd, uint32_t *seen, size_t *n_seen, size_t max)
{
	struct bpf_map_info info = {};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return false;
	for (size_t i = 0; i < *n_seen; i++)
		if (seen[i] == info.id)
			return false;
	if (*n_seen < max)
		seen[(*n_seen)++] = info.id;
	return true;
}

uint64_t host_object_memory(const struct bpf_object *o, uint32_t *seen, size_t *n_seen, size_t max)
{
	struct bpf_map *map;
	uint64_t sum = 0;

	bpf_object__for_each_map (map, o)
		if (map_is_new(bpf_map__fd(map), seen, n_seen, max))
			sum += fd_memory(bpf_map__fd(map));
	return sum;
}
