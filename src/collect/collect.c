/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The live source: opens the families, and makes a frame of what they have at a tick. */
#include "collect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capability.h"
#include "clock.h"
#include "core/facts.h"
#include "core/mem.h"
#include "families.h"
#include "host.h"
#include "libbpf_log.h"
#include "opener.h"
#include "rights.h"
#include "self.h"
#include "serves.h"
#include "task.h"
#include "trial.h"

#define MAPS_MAX 256 /* of all families */
#define LATE_NS 10000000000ull /* no frame for so long: who is too dear goes without one */

static int on_event(void *data, void *event, size_t size)
{
	const struct event_head *e = event;
	struct collect *c = data;
	const struct family *f;
	size_t i;

	f = size >= sizeof(*e) ? family_of(e->stream, &i) : NULL;
	if (!f || !c->family[i].state)
		return 0;
	if (e->kind) {
		if (f->event)
			f->event(c->family[i].state, e, size, c->pending);
	} else if (size >= sizeof(*e) + streams[e->stream].rec_size) {
		if (e->stream == STREAM_TASK)
			tasks_take(c->family[i].state, (const void *)(e + 1), c->pending);
		else
			memcpy(sample_add(&c->pending->s[e->stream], e->stream), e + 1,
			       streams[e->stream].rec_size);
	}
	return 0;
}

/* What arrived between the frames becomes part of this one. */
static void pending_move(struct collect *c, struct frame *f)
{
	for (int i = 0; i < STREAM_COUNT; i++) {
		struct sample *s = &c->pending->s[i];

		if (!s->count)
			continue;
		memcpy(sample_reserve(&f->s[i], i, s->count), s->recs,
		       (size_t)s->count * streams[i].rec_size);
		f->s[i].count += s->count;
		s->count = 0;
	}
}

/* Why a family delivers nothing, or not all: once, with the first frame.  The panels of one that nobody
 * asked for are not shown now, but may be when a recording of this is replayed. */
static void notes_add(struct collect *c, struct frame *f)
{
	for (size_t i = 0; i < FAMILIES && !c->noted; i++) {
		const char *why = i && !c->family[i].wanted ? NOTE_NOT_RECORDED : c->family[i].why;

		if (!why[0] && c->family[i].state)
			why = families[i]->object(c->family[i].state)->partly;
		for (int s = 0; why[0] && s < STREAM_COUNT; s++)
			if (families[i]->streams & 1u << s)
				note_add(f, s, why);
	}
	c->noted = true;
}

static void collect_close(struct source *source)
{
	struct collect *c = (struct collect *)source;

	ring_buffer__free(c->ring);
	for (size_t i = FAMILIES; i-- > 0;)
		family_close(c, i);
	self_free(c->self);
	opener_free(c->opener);
	if (c->epoll_fd >= 0)
		close(c->epoll_fd);
	if (c->ctx.config)
		munmap(c->ctx.config, (size_t)sysconf(_SC_PAGESIZE));
	host_free(c->host);
	frame_free(c->pending);
	free(c);
}

static void collect_drain(struct source *source)
{
	struct collect *c = (struct collect *)source;

	ring_drain(c);
	self_tick(c->self);
	if (c->frame_ns && clock_ns(CLOCK_MONOTONIC) - c->frame_ns > LATE_NS)
		families_govern(c);
}

static void self_add(struct collect *c, struct frame *f)
{
	self_read(c->self, f);
	for (size_t i = 0; i < FAMILIES; i++) {
		struct self_object o = { .name = families[i]->name,
					 .streams = family_streams(i),
					 .partly = families[i]->streams & ~family_streams(i),
					 .stage = c->family[i].stage,
					 .sample_n = c->family[i].sample_n,
					 .changed_ns = c->family[i].changed_ns,
					 .map_bytes = c->family[i].map_bytes,
					 .lost = c->family[i].lost };

		if (!c->family[i].state)
			continue;
		self_object_add(c->self, f, i, &o);
		c->family[i].sample_n = o.stage == GOVERNOR_SAMPLED ? SAMPLE_N : 1;
	}
}

static int collect_read(struct source *source, struct frame *f)
{
	struct collect *c = (struct collect *)source;

	f->mono_ns = clock_ns(CLOCK_MONOTONIC);
	f->wall_ns = clock_ns(CLOCK_REALTIME);
	c->frame_ns = f->mono_ns;
	for (size_t i = 0; i < FAMILIES; i++)
		family_read(c, i, f);
	/* after the counters: who began to count has sent its event before */
	ring_drain(c);
	pending_move(c, f);
	if (c->family[0].state)
		tasks_refresh(c->family[0].state, f);
	notes_add(c, f);
	host_read(c->host, f);
	self_add(c, f);
	families_govern(c);
	c->ctx.config->tick++;
	return 0;
}

/* The maps that all objects share exist once the identity object is loaded. */
static int shared_open(struct collect *c)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, c->ctx.config_fd, 0);

	if (p == MAP_FAILED)
		return -errno;
	c->ctx.config = p;
	c->ring = ring_buffer__new(c->ctx.events_fd, on_event, c, NULL);
	if (!c->ring)
		return -errno;
	return 0;
}

/* What the loop waits for: events that pile up, and the time to measure. */
static int wait_open(struct collect *c)
{
	int fds[] = { ring_buffer__epoll_fd(c->ring), self_fd(c->self) };
	struct epoll_event e = { .events = EPOLLIN };

	c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < 2 && c->epoll_fd >= 0; i++)
		if (fds[i] >= 0 && epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fds[i], &e))
			return -errno;
	c->source.fd = c->epoll_fd;
	return c->epoll_fd < 0 ? -errno : 0;
}

/* Who asks for nothing else wants to know what all of it takes. */
static bool self_only(uint32_t asked)
{
	return asked == 1u << STREAM_SELF;
}

/* id 0: no group is selected. */
struct group {
	uint64_t id;
	int subsys;
};

static int group_find(struct collect *c, const struct selection *only, struct group *ret,
		      char *error, size_t size)
{
	const struct cgroups *cgroups = tasks_cgroups(c->family[0].state);

	*ret = (struct group){ .subsys = -1 };
	if (!only->cgroup)
		return 0;
	if (only->as_shown && cgroups->v1_subsys >= 0) {
		snprintf(error, size, "of a path alone it is not known which hierarchy it is of");
		return -EOPNOTSUPP;
	}
	return cgroups_find(cgroups, only->cgroup, &ret->id, &ret->subsys, error, size);
}

/* Meanwhile all tasks pass: what is wanted before and after is counted all the time. */
static void config_select(struct collect *c, const struct selection *only, const struct group *group)
{
	volatile struct probe_config *config = c->ctx.config;
	uint8_t one = 1;
	uint32_t pid;

	config->filtering = 0;
	__sync_synchronize();
	while (!bpf_map_get_next_key(c->ctx.filter_pids_fd, NULL, &pid) &&
	       !bpf_map_delete_elem(c->ctx.filter_pids_fd, &pid))
		;
	for (size_t i = 0; i < only->n_pids; i++)
		bpf_map_update_elem(c->ctx.filter_pids_fd, &only->pids[i], &one, BPF_ANY);
	config->filter_n_pids = (uint32_t)only->n_pids;
	config->filter_cgroup = group->id;
	config->cgroup_subsys = group->subsys;
	config->selected_ns = clock_ns(CLOCK_MONOTONIC);
	__sync_synchronize();
	config->filtering = only->n_pids || group->id;
	__sync_synchronize();
}

static int collect_select(struct source *source, const struct selection *only, char *error,
			  size_t size)
{
	struct collect *c = (struct collect *)source;
	char text[sizeof(((struct host_rec *)NULL)->filter)];
	struct group group;
	int r = group_find(c, only, &group, error, size);

	if (r)
		return r;
	config_select(c, only, &group);
	/* who is off begins anew when it comes back */
	for (size_t i = 0; i < FAMILIES; i++)
		if (c->family[i].state && families[i]->select && c->family[i].stage != GOVERNOR_OFF)
			families[i]->select(c->family[i].state);
	selection_text(text, sizeof(text), only);
	host_set_filter(c->host, text);
	return 0;
}

/* What is wanted from the start, before any other object is loaded. */
static int filters_open(struct collect *c, const struct collect_options *o, char *error, size_t size)
{
	const struct cgroups *cgroups = tasks_cgroups(c->family[0].state);
	struct group group;
	int r;

	if (o->only.n_pids > FILTER_PIDS) {
		snprintf(error, size, "at most %d processes can be named", FILTER_PIDS);
		return -E2BIG;
	}
	c->ctx.config->cgroup1_subsys = cgroups->v1_subsys;
	c->ctx.config->cgroup1_hierarchy = cgroups->v1_hierarchy;
	r = group_find(c, &o->only, &group, error, size);
	if (!r)
		config_select(c, &o->only, &group);
	return r;
}

static uint64_t maps_memory(void *data)
{
	struct collect *c = data;
	uint32_t seen[MAPS_MAX];
	uint64_t sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < FAMILIES; i++) {
		if (!c->family[i].state)
			continue;
		c->family[i].map_bytes = host_object_memory(
			families[i]->object(c->family[i].state)->object, seen, &n, MAPS_MAX);
		sum += c->family[i].map_bytes;
	}
	return sum;
}

static int source_open(struct collect *c, const struct collect_options *o, char *error, size_t size)
{
	int r;

	c->self = self_new(o->budget, c->ctx.classic);
	c->ctx.own_timed = self_is_own(c->self);
	/* without a budget nothing is taken off that would be put back */
	if (o->budget > 0)
		c->opener = opener_new(c->ctx.classic);
	r = family_open(c, 0, &c->ctx);
	if (!r)
		r = shared_open(c);
	if (r) {
		snprintf(error, size, "%s",
			 c->family[0].why[0] ? c->family[0].why : strerror(-r));
		return r;
	}
	self_watch(c->self, 0, families[0]->object(c->family[0].state));
	r = wait_open(c);
	if (r)
		return r;
	r = filters_open(c, o, error, size);
	if (!r)
		r = families_open(c, self_only(o->streams) ? 0 : o->streams, error, size);
	if (!r)
		families_keep_opener(c);
	return r;
}

static void source_choose(struct family_context *ctx, const char *source)
{
	ctx->basic = !strcmp(source, "basic");
	ctx->functions = !strcmp(source, "fentry");
	ctx->kprobes = !strcmp(source, "kprobe");
	if (!strcmp(source, "tracepoint"))
		ctx->classic = "classic tracepoints were asked for";
	else if (strcmp(source, "tp_btf") && typed_loses_cpu())
		ctx->classic = "threads that take turns on a CPU may be missed";
}

int collect_open(struct source **ret, const struct collect_options *o, char *error, size_t size)
{
	char filter[sizeof(((struct host_rec *)NULL)->filter)];
	struct collect *c;
	int r;

	libbpf_log_install();
	clock_begin();
	r = rights_check(error, size);
	if (r)
		return r;
	c = xcalloc(1, sizeof(*c));
	c->source = (struct source){ .read = collect_read,
				     .drain = collect_drain,
				     .close = collect_close,
				     .select = collect_select,
				     .fd = -1,
				     .live = true };
	c->epoll_fd = -1;
	c->ctx = (struct family_context){ .max_entries = o->max_entries,
					  .config_fd = -1,
					  .filter_pids_fd = -1,
					  .events_fd = -1,
					  .conns_fd = -1,
					  .connio_fd = -1,
					  .connio_other_fd = -1,
					  .sock_ids_fd = -1,
					  .cpus = libbpf_num_possible_cpus() };
	source_choose(&c->ctx, o->probe_source ? o->probe_source : "");
	c->pending = frame_new();
	r = source_open(c, o, error, size);
	libbpf_vmlinux_btf_free();
	if (r) {
		collect_close(&c->source);
		return r;
	}
	c->host = host_new(maps_memory, c);
	selection_text(filter, sizeof(filter), &o->only);
	host_set_filter(c->host, filter);
	rights_shed(&c->rights);
	c->source.locked = !c->rights.failed[0];
	*ret = &c->source;
	return 0;
}

static void family_each_probe(const struct family *family, const struct family_object *o,
			      void (*fn)(void *data, const struct probe_state *p), void *data)
{
	for (size_t i = 0; i < o->n_probes; i++) {
		const struct probe *p = &o->probes[i];
		struct probe_state state = {
			.family = family->name,
			.program = bpf_program__name(p->program),
			.hook = bpf_program__section_name(p->program),
			.state = p->link   ? "attached" :
				 p->why[0] ? p->why :
					     "loaded, run when needed",
			/* what is left out was so before the load */
			.kind = p->link || !p->why[0]				  ? PROBE_WORKS :
				p->wanted || bpf_program__autoload(p->program) ? PROBE_FAILS :
										 PROBE_LEFT_OUT,
		};

		fn(data, &state);
	}
}

void collect_each_probe(struct source *source,
			void (*fn)(void *data, const struct probe_state *p), void *data)
{
	struct collect *c = (struct collect *)source;

	for (size_t i = 0; i < FAMILIES; i++) {
		struct probe_state none = { .family = families[i]->name,
					    .state = c->family[i].why,
					    .kind = PROBE_FAILS };

		if (c->family[i].state)
			family_each_probe(families[i], families[i]->object(c->family[i].state), fn, data);
		else if (c->family[i].wanted || c->family[i].why[0])
			fn(data, &none);
	}
}

static void probe_print(void *data, const struct probe_state *p)
{
	if (p->program)
		fprintf(data, "%-6s %-20s %-30s %s\n", p->family, p->program, p->hook, p->state);
	else
		fprintf(data, "%-6s %s\n", p->family, p->state);
}

static void rights_list(const struct rights_left *r, FILE *out)
{
	fprintf(out, "%-6s %-20s %s\n", "rights", "kept", r->kept[0] ? r->kept : "none");
	fprintf(out, "%-6s %-20s %s\n", "rights", "given up", r->dropped[0] ? r->dropped : "none");
	fprintf(out, "%-6s %-20s %s\n", "rights", "no_new_privs", r->no_new_privs ? "yes" : "no");
	fprintf(out, "%-6s %-20s %d\n", "rights", "refused calls", r->refused);
	if (r->failed[0])
		fprintf(out, "%-6s %-20s %s\n", "rights", "could not give up", r->failed);
}

static void opener_list(const struct opener *k, FILE *out)
{
	char cap[32];

	if (!k)
		return;
	capabilities_text(cap, sizeof(cap), 1ull << opener_capability(k));
	fprintf(out, "%-6s %-20s %s, in a process that puts them back\n", "rights", "kept for perf events",
		cap);
}

const char *collect_rights_failed(struct source *source)
{
	return ((struct collect *)source)->rights.failed;
}

/* Objects that are not the first build of theirs. */
static void images_list(const struct collect *c, FILE *out)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		const struct family_object *o =
			c->family[i].state ? families[i]->object(c->family[i].state) : NULL;

		if (o && o->image && o->image->name)
			fprintf(out, "%-6s is the %s build: %s\n", families[i]->name,
				o->image->name, o->why);
	}
}

void collect_list_probes(struct source *source, FILE *out)
{
	collect_each_probe(source, probe_print, out);
	images_list((struct collect *)source, out);
	serves_list(source, out);
	rights_list(&((struct collect *)source)->rights, out);
	opener_list(((struct collect *)source)->opener, out);
}
