/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hostfacts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/anonymise.h"
#include "core/format.h"
#include "core/mem.h"
#include "procfs.h"

#define CGROUP_DEPTH 12
#define CGROUPS_MAX 5000

/* One line "NAME: text", the text without its end of line and harmless on a terminal. */
static void fact_write(FILE *out, const char *name, const char *text)
{
	char line[4096], clean[4 * sizeof(line)];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	text_for_terminal(clean, sizeof(clean), line);
	fprintf(out, "%-28s %s\n", name, clean);
}

static void file_fact_write(FILE *out, const char *name, const char *path)
{
	CLEANUP(free_ptr) char *text = procfs_read(path);

	if (text)
		fact_write(out, name, text);
}

static void kernel_write(struct anonymiser *a, FILE *out)
{
	struct utsname u;

	if (!uname(&u)) {
		fact_write(out, "release", u.release);
		fact_write(out, "version", u.version);
		fact_write(out, "architecture", u.machine);
		fact_write(out, "host", a ? "left out" : u.nodename);
	}
	if (a)
		fact_write(out, "command line", "left out");
	else
		file_fact_write(out, "command line", "/proc/cmdline");
	file_fact_write(out, "lockdown", "/sys/kernel/security/lockdown");
	file_fact_write(out, "clock source",
			"/sys/devices/system/clocksource/clocksource0/current_clocksource");
	file_fact_write(out, "huge pages", "/sys/kernel/mm/transparent_hugepage/enabled");
	file_fact_write(out, "tainted", "/proc/sys/kernel/tainted");
}

/* The lines of /proc/cpuinfo's first CPU that tell machines apart. */
static void cpus_write(struct anonymiser *a, FILE *out)
{
	static const char *const names[] = { "vendor_id",  "model name",      "cpu MHz",
					     "cache size", "CPU implementer", "CPU part",
					     "cpu cores",  "siblings" };
	CLEANUP(free_ptr) char *text = procfs_read("/proc/cpuinfo");
	char count[32];

	(void)a;
	snprintf(count, sizeof(count), "%ld of %ld", sysconf(_SC_NPROCESSORS_ONLN),
		 sysconf(_SC_NPROCESSORS_CONF));
	fact_write(out, "CPUs online", count);
	for (const char *at = text; at && *at && *at != '\n'; at = procfs_next_line(at)) {
		const char *value = at + strcspn(at, ":\n");

		value += strspn(value, ": ");
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (!strncmp(at, names[i], strlen(names[i])) &&
			    strspn(at + strlen(names[i]), "\t :"))
				fact_write(out, names[i], value);
	}
	file_fact_write(out, "governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	file_fact_write(out, "SMT active", "/sys/devices/system/cpu/smt/active");
	file_fact_write(out, "NUMA nodes", "/sys/devices/system/node/online");
	file_fact_write(out, "isolated", "/sys/devices/system/cpu/isolated");
}

static bool is_text(const char *path, const char *text)
{
	CLEANUP(free_ptr) char *now = procfs_read(path);

	return now && !strcmp(now, text);
}

static void disk_write(const char *name, FILE *out)
{
	static const char *const files[] = { "size",
					     "ro",
					     "removable",
					     "queue/rotational",
					     "queue/scheduler",
					     "queue/nr_requests",
					     "queue/read_ahead_kb",
					     "queue/logical_block_size",
					     "queue/write_cache",
					     "queue/max_sectors_kb",
					     "device/model" };
	char path[PATH_MAX], label[64];

	snprintf(path, sizeof(path), "/sys/block/%s/size", name);
	if (is_text(path, "0\n"))
		return; /* nothing is in it: an unused loop device */
	fprintf(out, "%s\n", name);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/sys/block/%s/%s", name, files[i]);
		snprintf(label, sizeof(label), "  %s", files[i]);
		file_fact_write(out, label, path);
	}
}

static int dots_out(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void disks_write(struct anonymiser *a, FILE *out)
{
	struct dirent **names;
	int n = scandir("/sys/block", &names, dots_out, alphasort);

	(void)a;
	if (n < 0) {
		fprintf(out, "not to be had: /sys/block: %s\n", strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		disk_write(names[i]->d_name, out);
		free(names[i]);
	}
	free(names);
}

static void mounts_write(struct anonymiser *a, FILE *out)
{
	CLEANUP(free_ptr) char *text = procfs_read("/proc/self/mounts");

	if (!text)
		fprintf(out, "not to be had: %s\n", strerror(errno));
	for (char *at = text, *end; at && *at; at = end) {
		char device[PATH_MAX], place[PATH_MAX], type[64], options[4096], other[PATH_MAX],
			line[3 * PATH_MAX];

		end = at + strcspn(at, "\n");
		if (*end)
			*end++ = '\0';
		if (sscanf(at, "%4095s %4095s %63s %4095s", device, place, type, options) != 4)
			continue;
		if (a) {
			/* options name directories as well */
			anonymiser_path(a, other, sizeof(other), place);
			snprintf(line, sizeof(line), "%s", type);
			fact_write(out, other, line);
			continue;
		}
		snprintf(line, sizeof(line), "%-10s %s (%s)", type, device, options);
		text_for_terminal(other, sizeof(other), place);
		fact_write(out, other, line);
	}
}

struct cgroup_walk {
	struct anonymiser *anonymiser;
	FILE *out;
	int left; /* groups that may still be looked at */
	char path[PATH_MAX];
};

static bool limits_nothing(const char *text)
{
	return !*text || !strncmp(text, "max", 3) || !strcmp(text, "0\n") ||
	       !strcmp(text, "100\n") || !strcmp(text, "default 100\n");
}

static void cgroup_limit_write(struct cgroup_walk *w, size_t root, const char *file)
{
	CLEANUP(free_ptr) char *text = NULL;
	char path[PATH_MAX + 64], name[PATH_MAX], line[300];

	snprintf(path, sizeof(path), "%s/%s", w->path, file);
	text = procfs_read(path);
	if (!text || limits_nothing(text))
		return;
	if (w->anonymiser)
		anonymiser_cgroup(w->anonymiser, name, sizeof(name), w->path + root);
	else
		text_for_terminal(name, sizeof(name), w->path + root);
	for (const char *at = text; *at; at = procfs_next_line(at)) {
		snprintf(line, sizeof(line), "%-14s %.*s", file, (int)strcspn(at, "\n"), at);
		fact_write(w->out, *name ? name : "/", line);
	}
}

static void cgroup_walk(struct cgroup_walk *w, size_t root, int depth)
{
	static const char *const files[] = { "cpu.max",	     "cpu.weight",  "cpuset.cpus",
					     "memory.max",   "memory.high", "memory.swap.max",
					     "io.max",	     "io.weight",   "pids.max",
					     "cgroup.freeze" };
	size_t len = strlen(w->path);
	DIR *dir = opendir(w->path);
	struct dirent *e;

	for (size_t i = 0; dir && len > root && i < sizeof(files) / sizeof(files[0]); i++)
		cgroup_limit_write(w, root, files[i]);
	while (dir && depth < CGROUP_DEPTH && (e = readdir(dir))) {
		if (e->d_type != DT_DIR || e->d_name[0] == '.' ||
		    len + strlen(e->d_name) + 2 > sizeof(w->path))
			continue;
		if (!w->left--)
			fprintf(w->out, "... only the first %d groups\n", CGROUPS_MAX);
		if (w->left < 0)
			break;
		snprintf(w->path + len, sizeof(w->path) - len, "/%s", e->d_name);
		cgroup_walk(w, root, depth + 1);
		w->path[len] = '\0';
	}
	if (dir)
		closedir(dir);
}

static void cgroups_write(struct anonymiser *a, FILE *out)
{
	static const char *const roots[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };
	struct cgroup_walk w = { .anonymiser = a, .out = out, .left = CGROUPS_MAX };

	fputs("limits that are set; a weight of 100 is the default\n", out);
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		snprintf(w.path, sizeof(w.path), "%s/cgroup.controllers", roots[i]);
		if (access(w.path, F_OK))
			continue;
		snprintf(w.path, sizeof(w.path), "%s", roots[i]);
		cgroup_walk(&w, strlen(roots[i]), 0);
		return;
	}
	fputs("no cgroup v2 hierarchy is mounted\n", out);
}

/* Of /proc/sys: what explains how a machine under load behaves. */
static const char *const sysctls[] = {
	"kernel/sched_autogroup_enabled",
	"kernel/sched_rt_runtime_us",
	"kernel/numa_balancing",
	"kernel/pid_max",
	"kernel/threads-max",
	"kernel/perf_event_paranoid",
	"kernel/unprivileged_bpf_disabled",
	"kernel/kptr_restrict",
	"kernel/panic",
	"kernel/hung_task_timeout_secs",
	"kernel/bpf_stats_enabled",
	"vm/swappiness",
	"vm/dirty_ratio",
	"vm/dirty_background_ratio",
	"vm/dirty_bytes",
	"vm/dirty_background_bytes",
	"vm/dirty_expire_centisecs",
	"vm/dirty_writeback_centisecs",
	"vm/overcommit_memory",
	"vm/overcommit_ratio",
	"vm/min_free_kbytes",
	"vm/max_map_count",
	"vm/vfs_cache_pressure",
	"vm/zone_reclaim_mode",
	"vm/nr_hugepages",
	"fs/file-nr",
	"fs/file-max",
	"fs/nr_open",
	"fs/aio-nr",
	"fs/aio-max-nr",
	"fs/inotify/max_user_watches",
	"net/core/somaxconn",
	"net/core/netdev_max_backlog",
	"net/core/rmem_max",
	"net/core/wmem_max",
	"net/core/default_qdisc",
	"net/core/bpf_jit_enable",
	"net/ipv4/tcp_congestion_control",
	"net/ipv4/tcp_rmem",
	"net/ipv4/tcp_wmem",
	"net/ipv4/tcp_mem",
	"net/ipv4/tcp_max_syn_backlog",
	"net/ipv4/tcp_syncookies",
	"net/ipv4/tcp_tw_reuse",
	"net/ipv4/tcp_fin_timeout",
	"net/ipv4/ip_local_port_range",
	"net/netfilter/nf_conntrack_count",
	"net/netfilter/nf_conntrack_max",
};

static void sysctl_write(struct anonymiser *a, FILE *out)
{
	(void)a;
	for (size_t i = 0; i < sizeof(sysctls) / sizeof(sysctls[0]); i++) {
		char path[PATH_MAX], dotted[64];

		snprintf(path, sizeof(path), "/proc/sys/%s", sysctls[i]);
		snprintf(dotted, sizeof(dotted), "%s", sysctls[i]);
		for (char *at = dotted; *at; at++)
			if (*at == '/')
				*at = '.';
		file_fact_write(out, dotted, path);
	}
}

static void pressure_write(struct anonymiser *a, FILE *out)
{
	static const char *const names[] = { "cpu", "io", "memory", "irq" };
	bool any = false;

	(void)a;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CLEANUP(free_ptr) char *text = NULL;
		char path[64];

		snprintf(path, sizeof(path), "/proc/pressure/%s", names[i]);
		text = procfs_read(path);
		for (const char *at = text; at && *at; at = procfs_next_line(at))
			fact_write(out, names[i], at);
		any |= text != NULL;
	}
	if (!any)
		fprintf(out,
			"not to be had: /proc/pressure: the kernel has none (CONFIG_PSI, psi=1)\n");
}

static const struct {
	const char *name;
	void (*write)(struct anonymiser *a, FILE *out);
} parts[] = {
	{ "kernel", kernel_write },	{ "cpus", cpus_write },	      { "disks", disks_write },
	{ "mounts", mounts_write },	{ "cgroups", cgroups_write }, { "sysctl", sysctl_write },
	{ "pressure", pressure_write },
};

const char *hostfacts_name(int i)
{
	return i >= 0 && (size_t)i < sizeof(parts) / sizeof(parts[0]) ? parts[i].name : NULL;
}

void hostfacts_write(int i, struct anonymiser *a, FILE *out)
{
	parts[i].write(a, out);
}
