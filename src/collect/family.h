/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A family of probes: one BPF object, the streams that it feeds, and how its maps become samples.
 * families.def lists them; collect.c drives them.
 */
#ifndef PROBETOP_FAMILY_H
#define PROBETOP_FAMILY_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdio.h>

#include "bpf/shared.h"
#include "core/sample.h"

#define WHY_LEN 200

/* What is the same for all families. */
struct family_context {
	uint32_t max_entries; /* of every counter map; 0: as the object says */
	int config_fd, filter_pids_fd, events_fd; /* -1 while the task object makes them */
	struct probe_config *config; /* mapped */
	int cpus; /* possible CPUs */
	char why[WHY_LEN]; /* why the last thing failed, one line */
	int conns_fd, connio_fd, connio_other_fd; /* of the tcp object; -1: it is not loaded */
	int sock_ids_fd; /* of a basic tcp object; -1: it goes by the sockets' cookies */
	bool basic; /* --probe-source: the basic objects, also where the others would load */
	bool own_timed; /* programs measure themselves what they take */
	bool functions; /* --probe-source: stand-ins that attach to functions, where there are any */
	bool kprobes; /* --probe-source: kprobes in place of these, where no tracepoint is there */
	const char *classic; /* why classic tracepoints take the place of typed ones; NULL: they do not */
	struct opener *opener; /* opens them once rights are given up; NULL: nobody does */
};

struct image;
struct opener;

/* A loaded object: what is attached and what is not. */
struct family_object {
	struct bpf_object *object;
	struct probe *probes;
	size_t n_probes;
	int loss_fd;
	uint64_t *loss_values; /* room for one counter of all possible CPUs */
	uint64_t loss[LOSS_KINDS]; /* those of the programs, as object_loss read them last */
	int cpus;
	const struct image *image; /* what image_open has opened; NULL: a skeleton owns object */
	char why[WHY_LEN]; /* why it is not the first build */
	char partly[WHY_LEN]; /* what it does not count here, and why: a note for its panels */
};

struct probe {
	struct bpf_program *program; /* NULL when it was left out before loading */
	struct bpf_link *link; /* NULL: not attached */
	bool optional; /* the family works without it */
	bool attached; /* it is or has been: the family does not come back without it */
	bool wanted; /* without it something is worse, although another one is there */
	uint64_t missed; /* runs that the kernel skipped, as object_loss read it last */
	char why[WHY_LEN]; /* why it is not attached; empty: it is, or need not be (iter, test run) */
};

struct family {
	const char *name;
	const struct family *after; /* whose maps it uses; NULL: none but those that all share */
	uint32_t streams; /* STREAM_BIT of all it feeds */
	/* Loads, attaches; 0, or negative errno with ctx->why set.  *ret_state is passed to all others. */
	int (*open)(struct family_context *ctx, void **ret_state);
	/* Reads the maps into f's samples and sets their gen and loss.  A steady call allocates nothing. */
	void (*read)(void *state, struct frame *f);
	/* An event of head.kind != 0 of one of its streams: adds what it means to the frame's sample.
	 * NULL: has none. */
	void (*event)(void *state, const struct event_head *e, size_t size, struct frame *f);
	/* Other tasks are to be counted from now on; config says which.  NULL: programs see to it. */
	void (*select)(void *state);
	/* One in n of the events that cost most is to be counted from now on, and to stand for n; 1: all.
	 * NULL: all that it counts is needed. */
	void (*sample)(struct family_context *ctx, uint32_t n);
	/* Its programs are detached, for a while: forgets what was under way, which nobody sees end.
	 * Called before the next reads, and just before they are attached again.  NULL: nothing. */
	void (*settle)(void *state);
	/* They are attached again: what open did after that.  As open.  NULL: nothing. */
	int (*begin)(void *state, struct family_context *ctx);
	const struct family_object *(*object)(void *state);
	void (*close)(void *state); /* detaches, frees; state may be half made */
};

/*
 * Prepares (shared maps, sizes), loads and attaches all programs of a skeleton's object.  Programs
 * named in `optional` (space separated) are left out where the kernel lacks their tracepoint, and may
 * fail to attach.  *o is zeroed first.  0, or negative errno with ctx->why naming program and reason.
 */
int object_open(struct family_object *o, struct bpf_object *object, const char *optional,
		struct family_context *ctx);

/* One build of an object that is built in more than once. */
struct image {
	const char *name; /* NULL: the first and best, "basic": the last one, for kernels that lack most */
	const void *(*bytes)(size_t *ret_size);
	int helper; /* BPF_FUNC_..., the newest that it cannot do without; 0: any kernel with BTF has all */
	const char *helper_name;
	const char *function; /* of the kernel, which it calls; NULL: none */
	/* Why it must not be this one, whatever the kernel has; NULL: it may.  No such function: always */
	const char *(*unfit)(const struct family_context *ctx);
};

/* As object_open, with the first of n builds that this kernel takes.  prepare sets what is to be set
 * between opening and loading; it is called for each build that is tried. */
int image_open(struct family_object *o, const struct image *images, size_t n,
	       void (*prepare)(struct family_object *o, struct family_context *ctx), const char *optional,
	       struct family_context *ctx);
/* A constant of the programs, to be set by prepare; NULL: this object has none of that name. */
void *object_constant(const struct family_object *o, const char *name);
struct bpf_program *object_program(const struct family_object *o, const char *name);
/* The same once object_open knows what became of it; NULL: there is none. */
const struct probe *object_probe(const struct family_object *o, const char *name);

bool image_is_basic(const struct family_object *o);

/* Takes the loaded programs off their hooks, and puts them back: 0, or negative errno with ctx->why. */
void object_detach(const struct family_object *o);
int object_attach(const struct family_object *o, struct family_context *ctx);
/* Tells it of the kprobes and classic tracepoints that are attached.  Returns how many there are, or
 * negative errno. */
int object_allow_events(const struct family_object *o, struct opener *k);
/* Detaches; closes nothing else unless image_open has opened it (a skeleton owns its object). */
void object_close(struct family_object *o);
/* Adds the object's loss counters to loss[LOSS_KINDS]: its per-CPU `loss` map, and what the kernel
 * itself skipped (recursion_misses).  Once for each sample: it is some dozens of system calls. */
void object_loss(struct family_object *o, uint64_t *loss);
int object_map_fd(const struct family_object *o, const char *name);

/*
 * Reader of a map made by COUNTERS() (bpf/probe.h).  Records are key and value in one; what found
 * the map full comes as one record per CPU whose task_key has tgid TASK_OTHER and tid = CPU.
 * When the map is half full, the next read retires it: counting goes on in a new one, the old one is
 * read a last time, and the sample after it has another generation.
 */
struct counters;
int counters_open(struct counters **ret, const struct family_object *o, const char *name,
		  struct family_context *ctx);
void counters_read(struct counters *c, struct sample *s, enum stream_id id);
void counters_close(struct counters *c);

/*
 * Reader of a plain hash whose keys the programs abandon (value has a `dead` flag at dead_offset
 * that is set after the last write): a dead key is given once more and then removed.
 */
struct mortals;
int mortals_open(struct mortals **ret, int map_fd, size_t dead_offset, size_t dead_size);
void mortals_read(struct mortals *m, struct sample *s, enum stream_id id);
/* Removes all keys; nobody writes to the map. */
void mortals_clear(struct mortals *m);
void mortals_close(struct mortals *m);

/* Opens an iterator program and gives fn (NULL: it writes none) every record of `size` bytes. */
int iterator_run(const struct family_object *o, const char *program, size_t size,
		 void (*fn)(void *data, const void *rec), void *data);
/* Runs one that goes over the elements of a map and writes nothing. */
int iterator_run_map(const struct family_object *o, const char *program, int map_fd);

#define FAMILY(name) extern const struct family family_##name;
#include "families.def"
#undef FAMILY

#endif
