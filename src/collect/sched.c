/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scheduler: threads from the programs' hash, CPUs from their array and /proc/stat. */
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "family.h"
#include "libbpf_log.h"
#include "sched.skel.h"

struct sched {
	struct family_object object;
	struct sched_bpf *skeleton;
	struct mortals *threads;
	int cpus; /* possible ones */
	int cpus_fd, other_fd, stat_fd;
	void *slot; /* one value of the map of CPUs; begins with a struct cpu_val */
	struct sched_val *other; /* one per possible CPU */
	char *stat_text;
	size_t stat_size;
	struct cpu_stat *stat; /* by CPU */
	bool *online;
};

/* One "cpuN user nice ..." line. */
static void stat_take_line(struct sched *s, const char *line)
{
	struct cpu_stat c;
	unsigned int cpu;

	if (sscanf(line, "cpu%u %llu %llu %llu %llu %llu %llu %llu %llu", &cpu, &c.user, &c.nice,
		   &c.system, &c.idle, &c.iowait, &c.irq, &c.softirq, &c.steal) != 9)
		return;
	if (cpu >= (unsigned int)s->cpus)
		return;
	s->stat[cpu] = c;
	s->online[cpu] = true;
}

/* Which CPUs are online, too: only they have a line. */
static void stat_read(struct sched *s)
{
	ssize_t n = pread(s->stat_fd, s->stat_text, s->stat_size - 1, 0);
	char *line = s->stat_text, *end;

	if (n <= 0)
		return;
	s->stat_text[n] = '\0';
	memset(s->online, 0, (size_t)s->cpus * sizeof(*s->online));
	for (; !strncmp(line, "cpu", 3) && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		stat_take_line(s, line);
	}
}

static void cpus_read(struct sched *s, struct frame *f)
{
	stat_read(s);
	for (uint32_t cpu = 0; cpu < (uint32_t)s->cpus; cpu++) {
		struct cpu_rec *r;

		if (bpf_map_lookup_elem(s->cpus_fd, &cpu, s->slot))
			continue;
		r = sample_add(&f->s[STREAM_CPU], STREAM_CPU);
		r->cpu = cpu;
		r->online = s->online[cpu];
		memcpy(&r->v, s->slot, sizeof(r->v));
		r->stat = s->stat[cpu];
	}
}

/* What found no room, as one record per CPU. */
static void other_read(struct sched *s, struct frame *f)
{
	static const struct sched_val nothing;
	uint32_t zero = 0;

	if (bpf_map_lookup_elem(s->other_fd, &zero, s->other))
		return;
	for (int cpu = 0; cpu < s->cpus; cpu++) {
		struct sched_rec *r;

		if (!memcmp(&s->other[cpu], &nothing, sizeof(nothing)))
			continue;
		r = sample_add(&f->s[STREAM_SCHED], STREAM_SCHED);
		r->key.tid = (uint32_t)cpu;
		r->key.tgid = TASK_OTHER;
		r->v = s->other[cpu];
	}
}

static void sched_read(void *state, struct frame *f)
{
	struct sched *s = state;

	mortals_read(s->threads, &f->s[STREAM_SCHED], STREAM_SCHED);
	other_read(s, f);
	cpus_read(s, f);
	object_loss(&s->object, f->s[STREAM_SCHED].loss);
	/* a CPU always has its record; what the kernel did not run is missing in both */
	f->s[STREAM_CPU].loss[LOSS_MISSED] = f->s[STREAM_SCHED].loss[LOSS_MISSED];
}

/*
 * Entries are allocated as threads come; the 32 Ki that there may be would be 24 MB.  Before 6.1
 * that allocation may wake a thread, which is deadly under a run queue's lock: take all at once.
 */
static void maps_size(struct sched *s, const struct family_context *ctx)
{
	const struct btf *btf = libbpf_vmlinux_btf();

	if (ctx->max_entries)
		bpf_map__set_max_entries(s->skeleton->maps.sched, ctx->max_entries);
	if (btf && btf__find_by_name_kind(btf, "bpf_mem_alloc", BTF_KIND_STRUCT) < 0)
		bpf_map__set_map_flags(s->skeleton->maps.sched, 0);
	bpf_map__set_max_entries(s->skeleton->maps.cpus, (uint32_t)ctx->cpus);
}

static int buffers_open(struct sched *s, const struct family_context *ctx)
{
	size_t n = (size_t)ctx->cpus;

	s->cpus = ctx->cpus;
	s->slot = xcalloc(1, bpf_map__value_size(s->skeleton->maps.cpus));
	s->other = xcalloc(n, sizeof(*s->other));
	s->stat = xcalloc(n, sizeof(*s->stat));
	s->online = xcalloc(n, sizeof(*s->online));
	/* the lines of CPUs come first: ten numbers each, and one for all */
	s->stat_size = (n + 1) * 11 * 21;
	s->stat_text = xmalloc(s->stat_size);
	s->stat_fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
	return s->stat_fd < 0 ? -errno : 0;
}

/* note_running, on each CPU. */
static void cpus_visit(struct sched *s, uint64_t go)
{
	int fd = bpf_program__fd(s->skeleton->progs.note_running);

	for (int cpu = 0; cpu < s->cpus; cpu++) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .flags = BPF_F_TEST_RUN_ON_CPU,
			    .cpu = (uint32_t)cpu, .ctx_in = &go, .ctx_size_in = sizeof(go));

		if (s->online[cpu])
			bpf_prog_test_run_opts(fd, &opts);
	}
}

/* Programs are attached: who runs and who waits at this moment. */
static int sched_begin(void *state, struct family_context *ctx)
{
	struct sched *s = state;

	(void)ctx;
	stat_read(s);
	cpus_visit(s, 0);
	cpus_visit(s, 1);
	/* without it a wait of before shows when it ends: no reason to show nothing */
	iterator_run(&s->object, "note_queued", 1, NULL, NULL);
	return 0;
}

static int sched_start(struct sched *s, struct family_context *ctx)
{
	int r = object_open(&s->object, s->skeleton->obj, "on_migrate", ctx);

	if (r)
		return r;
	s->cpus_fd = bpf_map__fd(s->skeleton->maps.cpus);
	s->other_fd = bpf_map__fd(s->skeleton->maps.sched_other);
	r = mortals_open(&s->threads, bpf_map__fd(s->skeleton->maps.sched),
			 offsetof(struct sched_val, dead), sizeof(((struct sched_val *)0)->dead));
	return r ? r : sched_begin(s, ctx);
}

static int sched_open(struct family_context *ctx, void **ret_state)
{
	struct sched *s = xcalloc(1, sizeof(*s));
	int r;

	*ret_state = s;
	s->stat_fd = -1;
	s->skeleton = sched_bpf__open();
	if (!s->skeleton) {
		r = -errno;
		snprintf(ctx->why, sizeof(ctx->why), "scheduler object: %s", strerror(-r));
		return r;
	}
	maps_size(s, ctx);
	r = buffers_open(s, ctx);
	return r ? r : sched_start(s, ctx);
}

/* Who runs or waits now has begun to count, or has ceased to, with no switch to see it by. */
static void sched_select(void *state)
{
	struct sched *s = state;

	cpus_visit(s, 0);
	cpus_visit(s, 2);
	iterator_run(&s->object, "note_queued", 1, NULL, NULL);
}

/* What has begun on a CPU: all but the counters. */
static void slot_settle(struct sched *s, uint32_t cpu)
{
	struct cpu_val *v = s->slot;
	size_t size = bpf_map__value_size(s->skeleton->maps.cpus);

	if (bpf_map_lookup_elem(s->cpus_fd, &cpu, s->slot))
		return;
	v->len_since_ns = v->len_now = 0;
	memset(v + 1, 0, size - sizeof(*v));
	bpf_map_update_elem(s->cpus_fd, &cpu, s->slot, BPF_ANY);
}

static void sched_settle(void *state)
{
	struct sched *s = state;
	uint32_t zero = 0;

	s->skeleton->bss->ready_ns = 0;
	mortals_clear(s->threads);
	for (uint32_t cpu = 0; cpu < (uint32_t)s->cpus; cpu++)
		slot_settle(s, cpu);
	if (bpf_map_lookup_elem(s->other_fd, &zero, s->other))
		return;
	for (int cpu = 0; cpu < s->cpus; cpu++)
		s->other[cpu].on_since_ns = s->other[cpu].queued_since_ns = 0;
	bpf_map_update_elem(s->other_fd, &zero, s->other, BPF_ANY);
}

static const struct family_object *sched_object(void *state)
{
	return &((struct sched *)state)->object;
}

static void sched_close(void *state)
{
	struct sched *s = state;

	if (!s)
		return;
	object_close(&s->object);
	mortals_close(s->threads);
	sched_bpf__destroy(s->skeleton);
	if (s->stat_fd >= 0)
		close(s->stat_fd);
	free(s->stat_text);
	free(s->online);
	free(s->stat);
	free(s->other);
	free(s->slot);
	free(s);
}

const struct family family_sched = {
	.name = "sched",
	.streams = 1u << STREAM_SCHED | 1u << STREAM_CPU,
	.open = sched_open,
	.read = sched_read,
	.select = sched_select,
	.settle = sched_settle,
	.begin = sched_begin,
	.object = sched_object,
	.close = sched_close,
};
