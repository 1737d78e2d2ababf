/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make_recording FILE [partial|incident]: the recording that the test screens are made from.  Every
 * stream, the same bytes each time: a small server with a database, a backup, and names that try to
 * do harm.  partial: as made with -P runq, its first frame says what is not in it.  incident: longer;
 * a disk gets slow now and then, and a process comes for three seconds, and is gone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/record.h"
#include "recording_people.h"
#include "recording_self.h"

#define FRAMES 6
#define INCIDENT_FRAMES 90
#define SECOND 1000000000ull
#define START_MONO (5000 * SECOND)
#define START_WALL (1763720100 * SECOND) /* 2025-11-21 10:15:00 UTC */
#define CPUS 8
#define DISK_VDA (254u << 20)
#define DISK_NVME (259u << 20)

/* n values around center_ns, spread over a few buckets on both sides, and one far away. */
static void lat_put(struct lat_rec *l, uint64_t n, uint64_t center_ns)
{
	static const uint32_t share[] = { 1, 3, 9, 20, 30, 20, 10, 5, 2 };
	uint32_t middle = lat_bucket(center_ns);

	for (uint32_t i = 0; i < sizeof(share) / sizeof(share[0]); i++)
		l->n[middle + i - 4] += (uint32_t)(n * share[i] / 100);
	l->n[middle] += n > 0; /* rounding down must not make it none; counts never shrink */
	l->n[lat_bucket(center_ns * 60)] += n > 50;
	l->total_ns += n * center_ns;
	if (n && l->max_ns < center_ns * (n > 50 ? 60 : 2))
		l->max_ns = center_ns * (n > 50 ? 60 : 2);
}

static void command_put(struct frame *f, const struct process *p)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct cmdline_rec *r;

		if (strcmp(commands[i].comm, p->comm))
			continue;
		r = sample_add(&f->s[STREAM_CMDLINE], STREAM_CMDLINE);
		r->key = key_of(p, 0);
		snprintf(r->text, sizeof(r->text), "%s", commands[i].text);
	}
}

static void facts_put(struct frame *f)
{
	static const struct user_rec users[] = {
		{ 0, "root" }, { 33, "www-data" }, { 101, "postgres" }, { 1000, "ada" }
	};

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		*(struct user_rec *)sample_add(&f->s[STREAM_USER], STREAM_USER) = users[i];
	for (uint32_t i = 1; i < sizeof(cgroups) / sizeof(cgroups[0]); i++) {
		struct cgroup_rec *c = sample_add(&f->s[STREAM_CGROUP], STREAM_CGROUP);

		c->id = i;
		snprintf(c->path, sizeof(c->path), "%s", cgroups[i]);
	}
	for (size_t i = 0; i < PROCESSES; i++) {
		command_put(f, &processes[i]);
		for (uint32_t t = 0; t < processes[i].threads; t++) {
			struct task_rec *r = sample_add(&f->s[STREAM_TASK], STREAM_TASK);

			r->key = key_of(&processes[i], t);
			r->leader_start_ns = r->key.start_ns;
			r->cgroup_id = processes[i].cgroup;
			r->ppid = parent_of(processes[i].pid);
			r->uid = processes[i].uid;
			strncpy(r->comm, processes[i].comm, COMM_LEN - 1);
			if (t)
				snprintf(r->comm, COMM_LEN, "%.10s-w%u", processes[i].comm,
					 t & 0xff);
		}
	}
}

static const struct {
	const char *comm, *path, *fs;
	uint32_t type, reads, writes, bytes; /* per second; bytes of a call */
	uint64_t ns;
} files[] = {
	{ "postgres", "/var/lib/postgresql/15/main/base/16384/16397", "ext4", S_IFREG, 900, 310,
	  8192, 9000 },
	{ "postgres", "/var/lib/postgresql/15/main/pg_wal/000000010000000000000042", "ext4",
	  S_IFREG, 0, 450, 8192, 60000 },
	{ "nginx", "/var/log/nginx/access.log", "ext4", S_IFREG, 0, 1200, 180, 4000 },
	{ "nginx", "socket:[48213]", "sockfs", S_IFSOCK, 2400, 2400, 512, 7000 },
	{ "java", "/opt/app/lib/application-1.2.3-SNAPSHOT-with-dependencies.jar", "xfs", S_IFREG,
	  60, 0, 32768, 20000 },
	{ "backup", "/srv/data/a directory/with a\nnewline/and \033]0;title\007.bin", "xfs",
	  S_IFREG, 800, 0, 131072, 400000 },
	{ "backup", "/srv/データ/写真/二〇二五年.jpg", "xfs", S_IFREG, 40, 0, 131072, 300000 },
	{ "gzip", "pipe:[5511]", "pipefs", S_IFIFO, 800, 0, 65536, 90000 },
	{ "gzip", "/backup/full.tar.gz (deleted)", "nfs4", S_IFREG, 0, 210, 65536, 2000000 },
	{ "日本語の名前", "/home/ada/メモ.txt", "ext4", S_IFREG, 3, 1, 4096, 3000 },
};

static void files_put(struct frame *f, uint64_t k)
{
	for (uint32_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct file_rec *r = sample_add(&f->s[STREAM_FILE], STREAM_FILE);
		struct path_rec *p;

		r->key.task = key_of(process_find(files[i].comm), 0);
		r->key.file = (struct file_id){ .ino = 1000 + i, .dev = DISK_VDA + 1 };
		r->v.type = files[i].type;
		r->v.reads = k * files[i].reads;
		r->v.writes = k * files[i].writes;
		r->v.read_bytes = r->v.reads * files[i].bytes;
		r->v.write_bytes = r->v.writes * files[i].bytes;
		r->v.syncs = files[i].bytes == 8192 ? k * 7 : 0;
		r->v.errors = i == 8 ? k * 3 : 0;
		lat_put(&r->v.lat, r->v.reads + r->v.writes, files[i].ns);
		if (k)
			continue;
		p = sample_add(&f->s[STREAM_PATH], STREAM_PATH);
		p->file = r->key.file;
		p->type = files[i].type;
		snprintf(p->fs, sizeof(p->fs), "%s", files[i].fs);
		snprintf(p->path, sizeof(p->path), "%s", files[i].path);
	}
}

static void sched_put(struct frame *f, uint64_t k)
{
	for (size_t i = 0; i < PROCESSES; i++)
		for (uint32_t t = 0; t < processes[i].threads; t++) {
			const struct process *p = &processes[i];
			struct sched_rec *r = sample_add(&f->s[STREAM_SCHED], STREAM_SCHED);
			uint64_t share = p->threads - t, all = p->threads * (p->threads + 1) / 2;

			r->key = key_of(p, t);
			r->v.cpu_ns = k * p->cpu_permille * 1000000 * share / all;
			r->v.vol_switches = k * (p->cpu_permille + 5) * share / all;
			r->v.invol_switches = k * p->wait_permille * share / all;
			r->v.migrations = r->v.invol_switches / 4;
			r->v.cpu = (uint32_t)(i + t) % CPUS;
			r->v.by[0] = (struct sched_by){ .pid = i % 2 ? 3001 : 2001,
							.ns = k * p->wait_permille * 100000ull };
			lat_put(&r->v.wait, (r->v.vol_switches + r->v.invol_switches),
				30000 + 900 * p->pid);
			r->v.wait.total_ns = k * p->wait_permille * 1000000 * share / all;
		}
}

static void cpus_put(struct frame *f, uint64_t k)
{
	for (uint32_t i = 0; i < CPUS; i++) {
		struct cpu_rec *c = sample_add(&f->s[STREAM_CPU], STREAM_CPU);
		uint64_t busy = i * 13 + k % 3;

		c->cpu = i;
		c->online = 1;
		c->v.switches = k * (900 + 100 * i);
		c->v.len_since_ns = f->mono_ns;
		c->v.len_integral = k * i * SECOND / 5;
		c->v.len_ns[0] = k * SECOND * (10 - i) / 10;
		c->v.len_ns[1 + i / 3] = k * SECOND * i / 10;
		lat_put(&c->v.wait, k * (900 + 100 * i), 20000 * (i + 1));
		c->stat.user = k * busy * 6 / 10;
		c->stat.system = k * busy * 3 / 10;
		c->stat.softirq = k * busy / 10;
		c->stat.iowait = k * (i == 2 ? 20 : 0);
		c->stat.idle =
			k * 100 - c->stat.user - c->stat.system - c->stat.softirq - c->stat.iowait;
	}
}

static const struct {
	const char *comm;
	long nr;
	uint32_t count, errors, err;
	uint64_t ns;
} calls[] = {
	{ "postgres", SYS_pread64, 900, 0, 0, 9000 },
	{ "postgres", SYS_fdatasync, 120, 0, 0, 2500000 },
	{ "nginx", SYS_epoll_wait, 3100, 0, 0, 300000 },
	{ "nginx", SYS_writev, 2400, 12, 104, 7000 },
	{ "nginx", SYS_accept4, 800, 400, 11, 1500 },
	{ "java", SYS_futex, 5200, 900, 11, 120000 },
	{ "java", SYS_read, 60, 0, 0, 20000 },
	{ "backup", SYS_read, 840, 0, 0, 400000 },
	{ "backup", SYS_openat, 310, 44, 2, 6000 },
	{ "gzip", SYS_read, 800, 0, 0, 90000 },
	{ "gzip", SYS_write, 210, 3, 28, 2000000 },
	{ "日本語の名前", SYS_read, 3, 0, 0, 3000 },
};

static void calls_put(struct frame *f, uint64_t k)
{
	for (uint32_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct sys_rec *r = sample_add(&f->s[STREAM_SYS], STREAM_SYS);
		struct syserr_rec *e;

		r->key.task = key_of(process_find(calls[i].comm), 0);
		r->key.nr = (uint32_t)calls[i].nr;
		r->v.count = k * calls[i].count;
		r->v.errors = k * calls[i].errors;
		lat_put(&r->v.lat, r->v.count, calls[i].ns);
		if (!calls[i].errors)
			continue;
		e = sample_add(&f->s[STREAM_SYSERR], STREAM_SYSERR);
		e->key = (struct syserr_key){ r->key.task, r->key.nr, calls[i].err };
		e->count = r->v.errors;
	}
}

static void io_put(struct frame *f, uint64_t k, const char *comm, uint32_t disk, uint32_t dir,
		   uint64_t ios, uint32_t bytes, uint64_t ns)
{
	struct io_rec *r = sample_add(&f->s[STREAM_IO], STREAM_IO);

	r->key = (struct io_key){ .task = key_of(process_find(comm), 0), .disk = disk, .dir = dir };
	r->v.ios = k * ios;
	r->v.bytes = r->v.ios * bytes;
	r->v.queue_ns = r->v.ios * ns / 5;
	r->v.dev_ns = r->v.ios * ns * 4 / 5;
	r->v.seq = r->v.ios / 3;
	lat_put(&r->v.lat, r->v.ios, ns);
}

static void disk_put(struct frame *f, uint64_t k, const char *name, uint32_t disk, uint64_t reads,
		     uint64_t writes, uint32_t busy_percent)
{
	struct disk_rec *r = sample_add(&f->s[STREAM_DISK], STREAM_DISK);

	r->disk = disk;
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->v.ios[IO_READ] = k * reads;
	r->v.ios[IO_WRITE] = k * writes;
	r->v.bytes[IO_READ] = r->v.ios[IO_READ] * 131072;
	r->v.bytes[IO_WRITE] = r->v.ios[IO_WRITE] * 16384;
	r->inflight = 2;
	r->v.depth[4] = (uint32_t)(k * (reads + writes));
	r->v.busy_ns = k * SECOND * busy_percent / 100;
	r->v.since_ns = f->mono_ns;
	r->v.dev_ns = k * SECOND * busy_percent / 50;
	lat_put(&r->v.lat, r->v.ios[IO_READ] + r->v.ios[IO_WRITE], 500000);
}

static void block_put(struct frame *f, uint64_t k)
{
	io_put(f, k, "backup", DISK_NVME, IO_READ, 840, 131072, 350000);
	io_put(f, k, "postgres", DISK_VDA, IO_READ, 130, 8192, 900000);
	io_put(f, k, "postgres", DISK_VDA, IO_WRITE, 250, 8192, 1400000);
	io_put(f, k, "postgres", DISK_VDA, IO_FLUSH, 90, 0, 4000000);
	io_put(f, k, "kworker/u16:2", DISK_VDA, IO_WRITE, 400, 65536, 2600000);
	disk_put(f, k, "vda", DISK_VDA, 130, 650, 71);
	disk_put(f, k, "nvme0n1", DISK_NVME, 840, 0, 34);
}

static void conn_put(struct frame *f, uint64_t k, uint64_t cookie, const char *comm, uint8_t family,
		     uint16_t lport, uint16_t rport, uint8_t state, uint64_t tx, uint64_t rx)
{
	struct conn_rec *c = sample_add(&f->s[STREAM_CONN], STREAM_CONN);
	struct connio_rec *io = sample_add(&f->s[STREAM_CONNIO], STREAM_CONNIO);
	static const uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 7 };
	static const uint8_t v4[4] = { 192, 0, 2, 10 };

	c->cookie = cookie;
	c->v.owner = key_of(process_find(comm), 0);
	c->v.opened_ns = START_MONO - 30 * SECOND;
	c->v.retrans = k * (cookie == 3 ? 6 : 0);
	c->v.resets_in = cookie == 4 ? k : 0;
	c->v.srtt_ns = 180000 * cookie;
	c->v.cwnd = 10;
	c->v.lport = lport;
	c->v.rport = rport;
	memcpy(c->v.laddr, family == 4 ? v4 : v6, family == 4 ? 4 : 16);
	memcpy(c->v.raddr, family == 4 ? v4 : v6, family == 4 ? 4 : 16);
	c->v.raddr[family == 4 ? 3 : 15] += (uint8_t)cookie;
	c->v.family = family;
	c->v.state = state;
	c->v.dir = lport < 1024 || lport == 5432 ? CONN_IN : CONN_OUT;
	io->key.task = c->v.owner;
	io->key.cookie = cookie;
	io->v = (struct connio_val){ k * tx, k * rx, k * (tx / 1400 + 1), k * (rx / 1400 + 1) };
}

static void tcp_put(struct frame *f, uint64_t k)
{
	conn_put(f, k, 1, "nginx", 4, 443, 51324, 1, 9200000, 41000);
	conn_put(f, k, 2, "nginx", 6, 443, 40122, 1, 1250000, 22000);
	conn_put(f, k, 3, "java", 4, 48822, 5432, 1, 88000, 640000);
	conn_put(f, k, 4, "postgres", 4, 5432, 48822, 8, 640000, 88000);
	conn_put(f, k, 5, "backup", 6, 39000, 2049, 1, 13700000, 3000);
}

static void host_put(struct frame *f, uint64_t k)
{
	struct host_rec *h = sample_add(&f->s[STREAM_HOST], STREAM_HOST);
	struct note_rec *note;

	snprintf(h->name, sizeof(h->name), "web-1");
	snprintf(h->release, sizeof(h->release), "6.1.0");
	snprintf(h->arch, sizeof(h->arch), "x86_64");
	h->load_1000[0] = 4210;
	h->load_1000[1] = 3870;
	h->load_1000[2] = 1990;
	h->cpus = CPUS;
	h->boot_ns = f->mono_ns;
	h->self_cpu_ns = k * 12000000;
	h->self_rss = 14 << 20;
	h->tasks = 214;
	h->running = 9;
	f->s[STREAM_CONN].loss[LOSS_UNATTRIBUTED] = k > 2 ? 5 : 0;
	f->s[STREAM_SYS].loss[LOSS_MAP_FULL] = k * 120;
	f->s[STREAM_SYS].loss[LOSS_UNMATCHED] = k > 2 ? 20 : 17;
	if (k)
		return;
	note = sample_add(&f->s[STREAM_NOTE], STREAM_NOTE);
	note->stream = STREAM_CONN;
	snprintf(note->text, sizeof(note->text),
		 "tcp: on_retransmit is not attached: the kernel has no tcp_retransmit_skb");
}

static void not_recorded_put(struct frame *f)
{
	for (uint32_t id = STREAM_SYS; id < STREAM_COUNT; id++) {
		struct note_rec *note = sample_add(&f->s[STREAM_NOTE], STREAM_NOTE);

		note->stream = id;
		snprintf(note->text, sizeof(note->text), "%s", NOTE_NOT_RECORDED);
	}
}

#define CULPRIT_FROM 40u /* frames: nothing before this one */
#define CULPRIT_TO 43u	 /* its counters stand still from this one on */

static void culprit_facts_put(struct frame *f, uint64_t k)
{
	struct task_rec *r;
	struct path_rec *p;

	if (k != CULPRIT_FROM && k != CULPRIT_TO + 1)
		return;
	r = sample_add(&f->s[STREAM_TASK], STREAM_TASK);
	r->key = key_of(&culprit, 0);
	r->leader_start_ns = r->key.start_ns;
	r->cgroup_id = culprit.cgroup;
	r->ppid = 1440;
	r->uid = culprit.uid;
	r->flags = k > CULPRIT_TO ? TASK_EXITED : 0;
	strncpy(r->comm, culprit.comm, COMM_LEN - 1);
	if (k != CULPRIT_FROM)
		return;
	p = sample_add(&f->s[STREAM_PATH], STREAM_PATH);
	p->file = (struct file_id){ .ino = 4242, .dev = DISK_VDA + 1 };
	p->type = S_IFREG;
	snprintf(p->fs, sizeof(p->fs), "ext4");
	snprintf(p->path, sizeof(p->path), "/var/www/search/index.db");
}

/* What it did up to frame k. */
static void culprit_put(struct frame *f, uint64_t k)
{
	struct sched_rec *sched;
	struct file_rec *file;
	uint64_t did;

	culprit_facts_put(f, k);
	if (k < CULPRIT_FROM)
		return;
	did = (k < CULPRIT_TO ? k : CULPRIT_TO) - CULPRIT_FROM + 1;
	sched = sample_add(&f->s[STREAM_SCHED], STREAM_SCHED);
	sched->key = key_of(&culprit, 0);
	sched->v.cpu_ns = did * SECOND * 9 / 10;
	sched->v.vol_switches = did * 300;
	lat_put(&sched->v.wait, did * 300, 90000000);
	sched->v.wait.total_ns = did * SECOND * 95 / 100;
	file = sample_add(&f->s[STREAM_FILE], STREAM_FILE);
	file->key.task = key_of(&culprit, 0);
	file->key.file = (struct file_id){ .ino = 4242, .dev = DISK_VDA + 1 };
	file->v.type = S_IFREG;
	file->v.reads = did * 1500;
	file->v.read_bytes = file->v.reads * 131072;
	lat_put(&file->v.lat, file->v.reads, 700000);
	conn_put(f, did, 9, culprit.comm, 4, 50001, 3306, 1, 1000, 9000000);
}

/* Requests of the database: every second more and less of them, faster and slower. */
static void waves_put(struct frame *f, uint64_t k)
{
	struct io_rec *r = sample_add(&f->s[STREAM_IO], STREAM_IO);

	r->key = (struct io_key){ .task = key_of(process_find("postgres"), 0),
				  .disk = DISK_VDA,
				  .dir = IO_READ };
	for (uint64_t i = 1; i <= k; i++) {
		uint64_t n = 50 + i * 37 % 400, ns = 200000 + i % 20 * i % 20 * 400000;

		if (i % 17 == 3)
			continue;
		if (i >= CULPRIT_FROM && i < CULPRIT_TO)
			ns *= 40;
		lat_put(&r->v.lat, n, ns);
		r->v.ios += n;
		r->v.dev_ns += n * ns;
	}
	r->v.bytes = r->v.ios * 8192;
	disk_put(f, k, "vda", DISK_VDA, 130, 650, 71);
}

static void incident_put(struct frame *f, uint64_t k)
{
	calls_put(f, k);
	files_put(f, k);
	tcp_put(f, k);
	waves_put(f, k);
	culprit_put(f, k);
}

static void frame_fill(struct frame *f, uint64_t k, const char *kind)
{
	bool partial = !strcmp(kind, "partial");

	f->mono_ns = START_MONO + k * SECOND;
	f->wall_ns = START_WALL + k * SECOND;
	host_put(f, k);
	if (!k)
		facts_put(f);
	sched_put(f, k);
	cpus_put(f, k);
	if (partial) {
		if (!k)
			not_recorded_put(f);
		return;
	}
	if (!strcmp(kind, "incident")) {
		incident_put(f, k);
		return;
	}
	calls_put(f, k);
	files_put(f, k);
	tcp_put(f, k);
	if (!strcmp(kind, "budget"))
		self_put(f, k);
	else
		block_put(f, k);
}

int main(int argc, char **argv)
{
	struct recorder *r = NULL;
	const char *kind = argc == 3 ? argv[2] : "";
	uint64_t frames = strcmp(kind, "incident") ? FRAMES : INCIDENT_FRAMES;
	struct frame *f = frame_new(), *prev = frame_new();
	struct facts *facts = facts_new();
	int result;

	if (argc != 2 && argc != 3)
		return 2;
	unlink(argv[1]);
	result = recorder_open(&r, argv[1], true);
	for (uint64_t k = 0; k < frames && !result; k++) {
		frame_reset(f);
		frame_fill(f, k, kind);
		frame_index(f);
		facts_apply(facts, f);
		result = recorder_write(r, k ? prev : NULL, f, facts);
		frame_copy(prev, f);
	}
	if (r && !result)
		result = recorder_close(r);
	frame_free(f);
	frame_free(prev);
	facts_free(facts);
	if (result)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-result));
	return result ? 1 : 0;
}
