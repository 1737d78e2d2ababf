/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checklist.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

#include "checklist_part.h"
#include "core/anonymise.h"
#include "core/mem.h"
#include "procfs.h"

#define KLOG_READ_ALL 3
#define KLOG_MAX (1 << 18) /* bytes of dmesg's end */

/* Read at both looks. */
static const char *const paths[LOOK_FILES] = {
	[LOOK_UPTIME] = "/proc/uptime",	      [LOOK_LOADAVG] = "/proc/loadavg",
	[LOOK_STAT] = "/proc/stat",	      [LOOK_VMSTAT] = "/proc/vmstat",
	[LOOK_MEMINFO] = "/proc/meminfo",     [LOOK_DISKSTATS] = "/proc/diskstats",
	[LOOK_NET_DEV] = "/proc/net/dev",     [LOOK_SNMP] = "/proc/net/snmp",
	[LOOK_NETSTAT] = "/proc/net/netstat",
};

struct checklist *checklist_new(struct anonymiser *anonymiser)
{
	struct checklist *c = xcalloc(1, sizeof(*c));

	c->anonymiser = anonymiser;
	return c;
}

static void look_done(struct look *l)
{
	for (int i = 0; i < LOOK_FILES; i++)
		free(l->files[i]);
	free(l->processes);
	*l = (struct look){ 0 };
}

void checklist_free(struct checklist *c)
{
	if (!c)
		return;
	look_done(&c->before);
	look_done(&c->after);
	free(c);
}

static double look_seconds(const struct look *l)
{
	return l->files[LOOK_UPTIME] ? strtod(l->files[LOOK_UPTIME], NULL) : NAN;
}

void checklist_look(struct checklist *c)
{
	struct look *l = c->looks++ ? &c->after : &c->before;

	look_done(l);
	for (int i = 0; i < LOOK_FILES; i++)
		l->files[i] = procfs_read(paths[i]);
	processes_look(l);
	if (c->looks > 1)
		c->interval_s = look_seconds(&c->after) - look_seconds(&c->before);
}

static void uptime_write(const struct checklist *c, FILE *out)
{
	double up = look_seconds(&c->after);

	fprintf(out, "up %.0f days %02.0f:%02.0f, load average %s", floor(up / 86400),
		floor(fmod(up, 86400) / 3600), floor(fmod(up, 3600) / 60),
		c->after.files[LOOK_LOADAVG]);
	fputs("(1, 5, 15 minutes; runnable/all threads; last pid)\n", out);
}

static void dmesg_write(const struct checklist *c, FILE *out)
{
	CLEANUP(free_ptr) char *text = xmalloc(KLOG_MAX + 1);
	int n;

	if (c->anonymiser) {
		fputs("left out: kernel messages can name anything\n", out);
		return;
	}
	n = klogctl(KLOG_READ_ALL, text, KLOG_MAX);
	if (n < 0)
		fprintf(out, "not to be had: %s\n", strerror(errno));
	else
		fwrite(text, 1, (size_t)n, out);
}

static void free_write(const struct checklist *c, FILE *out)
{
	static const struct {
		const char *label, *names[3];
	} rows[] = {
		{ "total", { "MemTotal:" } },
		{ "free", { "MemFree:" } },
		{ "available", { "MemAvailable:" } },
		{ "buffers", { "Buffers:" } },
		{ "cached", { "Cached:", "SReclaimable:" } },
		{ "shared", { "Shmem:" } },
		{ "dirty", { "Dirty:", "Writeback:" } },
		{ "anonymous", { "AnonPages:" } },
		{ "slab, not reclaimable", { "SUnreclaim:" } },
		{ "swap total", { "SwapTotal:" } },
		{ "swap free", { "SwapFree:" } },
		{ "huge pages, total", { "Hugetlb:" } },
	};
	const char *text = c->after.files[LOOK_MEMINFO];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t kib = 0;

		for (int j = 0; j < 3 && rows[i].names[j]; j++) {
			uint64_t n = procfs_number(text, rows[i].names[j]);

			kib = n == UINT64_MAX || kib == UINT64_MAX ? UINT64_MAX : kib + n;
		}
		if (kib != UINT64_MAX)
			fprintf(out, "%-24s %10.1f MiB\n", rows[i].label, (double)kib / 1024);
	}
}

static const struct {
	const char *name;
	unsigned int needs; /* bits of the files without which it has nothing to say */
	void (*write)(const struct checklist *c, FILE *out);
} parts[] = {
#define NEEDS(file) (1u << LOOK_##file)
	{ "uptime", NEEDS(UPTIME) | NEEDS(LOADAVG), uptime_write },
	{ "dmesg", 0, dmesg_write },
	{ "vmstat", NEEDS(STAT) | NEEDS(VMSTAT) | NEEDS(MEMINFO), vmstat_write },
	{ "mpstat", NEEDS(STAT), mpstat_write },
	{ "pidstat", NEEDS(STAT), pidstat_write },
	{ "iostat", NEEDS(DISKSTATS), iostat_write },
	{ "free", NEEDS(MEMINFO), free_write },
	{ "sar-dev", NEEDS(NET_DEV), net_dev_write },
	{ "sar-tcp", NEEDS(SNMP) | NEEDS(NETSTAT), tcp_write },
	{ "top", NEEDS(STAT) | NEEDS(LOADAVG) | NEEDS(MEMINFO), top_write },
#undef NEEDS
};

const char *checklist_name(int i)
{
	return i >= 0 && (size_t)i < sizeof(parts) / sizeof(parts[0]) ? parts[i].name : NULL;
}

void checklist_write(const struct checklist *c, int i, FILE *out)
{
	for (int file = 0; file < LOOK_FILES; file++)
		if (parts[i].needs & 1u << file &&
		    !(c->before.files[file] && c->after.files[file])) {
			fprintf(out, "not to be had: %s cannot be read\n", paths[file]);
			return;
		}
	parts[i].write(c, out);
}
