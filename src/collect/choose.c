/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "choose.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "classic.h"
#include "libbpf_log.h"
#include "trial.h"

/* What sections name, and what that is in the kernel's BTF. */
static const struct target_kind {
	const char *section, *btf_prefix, *what;
	uint32_t btf_kind;
	enum bpf_attach_type trial; /* 0: none is needed */
} target_kinds[] = {
	{ "tp_btf/", "btf_trace_", "tracepoint", BTF_KIND_TYPEDEF, 0 },
	{ "fentry/", "", "function", BTF_KIND_FUNC, BPF_TRACE_FENTRY },
	{ "fexit/", "", "function", BTF_KIND_FUNC, BPF_TRACE_FEXIT },
	{ "kprobe/", "", "function", BTF_KIND_FUNC, 0 },
	{ "kretprobe/", "", "function", BTF_KIND_FUNC, 0 },
};


/* How a program is attached; the better first. */
enum way {
	WAY_NONE,
	WAY_TRACEPOINT,
	WAY_FENTRY, /* and fexit */
	WAY_KPROBE, /* and kretprobe */
	WAY_CLASSIC, /* a tracepoint, only where family_context.classic says why */
};

void probe_leave_out(struct probe *p, const char *format, ...)
{
	va_list args;

	bpf_program__set_autoload(p->program, false);
	va_start(args, format);
	vsnprintf(p->why, sizeof(p->why), format, args);
	va_end(args);
	p->optional = true;
}

static const char *section(const struct probe *p)
{
	return bpf_program__section_name(p->program);
}

static const struct target_kind *target_kind(const struct probe *p)
{
	for (size_t i = 0; i < sizeof(target_kinds) / sizeof(*target_kinds); i++)
		if (!strncmp(section(p), target_kinds[i].section, strlen(target_kinds[i].section)))
			return &target_kinds[i];
	return NULL;
}

static enum way way_of(const struct probe *p)
{
	const struct target_kind *kind = target_kind(p);

	if (!strncmp(section(p), CLASSIC, strlen(CLASSIC)))
		return WAY_CLASSIC;
	if (!kind || kind->btf_kind != BTF_KIND_FUNC)
		return WAY_TRACEPOINT;
	return kind->trial ? WAY_FENTRY : WAY_KPROBE;
}

/* Why the running kernel does not let the program onto its hook, as far as can be found out before the
 * object is loaded; false: it does.  One that cannot be there would spoil the load of all. */
static bool is_impossible(const struct probe *p, char *why, size_t size)
{
	const struct target_kind *kind = target_kind(p);
	const struct btf *btf = kind ? libbpf_vmlinux_btf() : NULL;
	const char *target;
	char name[128];
	int r;

	if (way_of(p) == WAY_CLASSIC)
		return classic_trial(section(p) + strlen(CLASSIC), why, size);
	if (!btf)
		return false;
	target = section(p) + strlen(kind->section);
	snprintf(name, sizeof(name), "%s%s", kind->btf_prefix, target);
	if (btf__find_by_name_kind(btf, name, kind->btf_kind) <= 0) {
		snprintf(why, size, "this kernel has no %s %s", kind->what, target);
		return true;
	}
	r = kind->trial ? function_trial(target, kind->trial) : 0;
	if (r)
		snprintf(why, size, "%s is refused: %s", section(p), strerror(-r));
	return r;
}

/* NAME__ANYTHING stands in for NAME on kernels without what NAME attaches to. */
static bool stands_in(const struct probe *p, const struct probe *for_whom)
{
	const char *name = bpf_program__name(p->program), *first = bpf_program__name(for_whom->program);
	size_t len = strlen(first);

	return !strncmp(name, first, len) && !strncmp(name + len, "__", 2);
}

/* Leaves out the stand-ins for p that go another way. */
static void stand_ins_leave_out(struct family_object *o, const struct probe *p, enum way way)
{
	for (size_t i = 0; i < o->n_probes; i++) {
		struct probe *other = &o->probes[i];

		if (!stands_in(other, p) || other->why[0] || way_of(other) == way)
			continue;
		if (way == WAY_KPROBE)
			probe_leave_out(other, "kprobes were asked for");
		else
			probe_leave_out(other, "not needed: %s is there",
					way == WAY_NONE	   ? section(p) :
					way == WAY_CLASSIC ? "a classic tracepoint" :
							     "fexit");
	}
}

/* Leaves out those stand-ins for p that are impossible; is there one left that goes that way? */
static bool stand_ins_try(struct family_object *o, const struct probe *p, enum way way)
{
	char why[WHY_LEN];
	bool any = false;

	for (size_t i = 0; i < o->n_probes; i++) {
		struct probe *other = &o->probes[i];

		if (!stands_in(other, p) || other->why[0] || way_of(other) != way)
			continue;
		if (is_impossible(other, why, sizeof(why)))
			probe_leave_out(other, "%s", why);
		else
			any = true;
	}
	return any;
}

/* The best way, from `first` on, that stand-ins for p go. */
static enum way stand_ins_way(struct family_object *o, const struct probe *p, enum way first)
{
	for (enum way way = first; way <= WAY_KPROBE; way++)
		if (stand_ins_try(o, p, way))
			return way;
	return WAY_NONE;
}

/* Typed ones stay, although the others are wanted: says so. */
static void classic_miss(struct family_object *o, const struct probe *p, const char *classic)
{
	for (size_t i = 0; i < o->n_probes; i++) {
		struct probe *other = &o->probes[i];

		if (!stands_in(other, p) || way_of(other) != WAY_CLASSIC || !other->why[0])
			continue;
		other->wanted = true;
		snprintf(o->partly, sizeof(o->partly), "%s: %s %.90s", classic, section(other), other->why);
	}
}

/* The way that is to be gone where it is possible, and why.  Kprobes are for functions: a tracepoint that
 * is there they do not replace, as functions are not there for them, and change (tcp_release_cb is not
 * always called in 7.2). */
static enum way way_asked(struct family_object *o, const struct probe *p, const struct family_context *ctx,
			  const char **ret_why)
{
	char why[WHY_LEN];

	*ret_why = "functions were asked for";
	if (ctx->functions && stand_ins_try(o, p, WAY_FENTRY))
		return WAY_FENTRY;
	*ret_why = "kprobes were asked for";
	if (ctx->kprobes && (way_of(p) != WAY_TRACEPOINT || is_impossible(p, why, sizeof(why))) &&
	    stand_ins_try(o, p, WAY_KPROBE))
		return WAY_KPROBE;
	*ret_why = ctx->classic;
	if (!ctx->classic || is_impossible(p, why, sizeof(why)))
		return WAY_NONE;
	if (stand_ins_try(o, p, WAY_CLASSIC))
		return WAY_CLASSIC;
	classic_miss(o, p, ctx->classic);
	return WAY_NONE;
}

static void probe_choose(struct family_object *o, struct probe *p, const struct family_context *ctx)
{
	char impossible[WHY_LEN];
	const char *why;
	enum way way = way_asked(o, p, ctx, &why);

	if (!way) {
		why = impossible;
		if (!is_impossible(p, impossible, sizeof(impossible))) {
			stand_ins_leave_out(o, p, WAY_NONE);
			return;
		}
		way = stand_ins_way(o, p, WAY_TRACEPOINT);
	}
	stand_ins_leave_out(o, p, way);
	/* without it and without another way the load fails, and says why */
	if (p->optional || way)
		probe_leave_out(p, "%s", why);
}

void probes_choose(struct family_object *o, const struct family_context *ctx)
{
	for (size_t i = 0; i < o->n_probes; i++)
		if (!o->probes[i].why[0] && !strstr(bpf_program__name(o->probes[i].program), "__"))
			probe_choose(o, &o->probes[i], ctx);
}
