/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP connections: bytes by thread, and the connections themselves, also those open before start. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "core/mem.h"
#include "family.h"
#include "helper.h"
#include "tcp.skel.h"
#include "tcp_basic.skel.h"
#include "trial.h"

struct tcp {
	struct family_object object;
	const struct probe_config *config; /* borrowed */
	struct counters *connio;
	struct mortals *conns;
};

/* The ports that connect picks from tell who connected in connections open before start. */
static void ports_read(struct family_object *o)
{
	uint16_t *ephemeral_low = object_constant(o, "ephemeral_low");
	uint16_t *ephemeral_high = object_constant(o, "ephemeral_high");
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	unsigned low, high;

	if (!f)
		return;
	if (fscanf(f, "%u %u", &low, &high) == 2 && low <= high && high <= UINT16_MAX) {
		*ephemeral_low = (uint16_t)low;
		*ephemeral_high = (uint16_t)high;
	}
	fclose(f);
}

/* After attaching, so that no socket is missed in between; the programs do not mind which of them
 * saw a socket first. */
static int sockets_learn(void *state, struct family_context *ctx)
{
	struct tcp *s = state;
	static const char *const passes[] = { "all_listeners", "all_sockets", "all_socket_files" };

	for (size_t i = 0; i < sizeof(passes) / sizeof(*passes); i++) {
		int r = iterator_run(&s->object, passes[i], 1, NULL, NULL);

		if (!r)
			continue;
		snprintf(ctx->why, sizeof(ctx->why), "iterator %s cannot run: %s", passes[i],
			 strerror(-r));
		return r;
	}
	return 0;
}

/* Cookie 0: what belongs to no known connection. */
static int none_add(struct tcp *s)
{
	struct conn_val none = { .flags = s->config && s->config->filtering ? CONN_HIDDEN : 0 };
	uint64_t cookie = 0;

	return bpf_map_update_elem(object_map_fd(&s->object, "conns"), &cookie, &none, BPF_ANY);
}

/* The program for the arguments that tcp_recvmsg has here. */
static void receive_prepare(struct family_object *o)
{
	static const struct {
		const char *program;
		int args;
	} recvmsgs[] = {
		{ "on_receive__recvmsg4", 4 }, { "on_receive__recvmsg", 5 }, { "on_receive__recvmsg6", 6 }
	};
	int args = function_args("tcp_recvmsg");
	uint32_t *told = object_constant(o, "recvmsg_args");

	for (size_t i = 0; i < sizeof(recvmsgs) / sizeof(*recvmsgs); i++)
		bpf_program__set_autoload(object_program(o, recvmsgs[i].program), recvmsgs[i].args == args);
	if (told && args > 0)
		*told = (uint32_t)args;
}

/* By IP version; the second is for where the first is refused. */
static const char *const refuse_programs[2][2] = {
	{ "on_refuse4", "on_refuse4__kprobe" },
	{ "on_refuse6", "on_refuse6__kprobe" },
};

/* Since the tracepoint tells the reason of a reset (6.10), it tells of all. */
static bool resets_all_told(void)
{
	return tracepoint_args("tcp_send_reset") >= 3;
}

static void resets_prepare(struct family_object *o)
{
	bool needed = !resets_all_told();

	for (int i = 0; i < 4; i++)
		bpf_program__set_autoload(object_program(o, refuse_programs[i / 2][i % 2]), needed);
}

static void resets_explain(struct family_object *o)
{
	for (int i = 0; i < 2 && !resets_all_told(); i++) {
		const struct probe *first = object_probe(o, refuse_programs[i][0]);

		if (!first->link && !object_probe(o, refuse_programs[i][1])->link)
			snprintf(o->partly, sizeof(o->partly),
				 "resets for closed ports are not counted: %.150s", first->why);
	}
}

static void tcp_prepare(struct family_object *o, struct family_context *ctx)
{
	ports_read(o);
	receive_prepare(o);
	resets_prepare(o);
	/* one more for cookie 0 */
	if (ctx->max_entries)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(o->object, "conns"),
					 ctx->max_entries + 1);
}

/* Kprobes may not ask for a socket's cookie, so they are in the basic build alone. */
static const char *kprobes_needed(const struct family_context *ctx)
{
	if (kernel_has_tracepoint("sock_send_length"))
		return NULL;
	if (ctx->kprobes)
		return "kprobes were asked for";
	return function_trial("tcp_sendmsg", BPF_TRACE_FEXIT) ?
		       "kprobes are all that this kernel lets onto functions" :
		       NULL;
}

static const struct image tcp_images[] = {
	{ .bytes = tcp_bpf__elf_bytes,
	  .helper = BPF_FUNC_get_current_task_btf,
	  .helper_name = "bpf_get_current_task_btf",
	  .unfit = kprobes_needed },
	{ .name = "basic", .bytes = tcp_basic_bpf__elf_bytes },
};

static int tcp_open(struct family_context *ctx, void **ret_state)
{
	struct tcp *s = xcalloc(1, sizeof(*s));
	int r;

	*ret_state = s;
	s->config = ctx->config;
	r = image_open(&s->object, tcp_images, 2, tcp_prepare,
		       "on_retransmit on_retransmit_synack on_send_reset on_receive_reset "
		       "on_refuse4 on_refuse6 on_refuse4__kprobe on_refuse6__kprobe "
		       "on_receive__copied2 on_receive__splice on_receive__zerocopy",
		       ctx);
	if (!r)
		r = counters_open(&s->connio, &s->object, "connio", ctx);
	if (!r)
		r = mortals_open(&s->conns, object_map_fd(&s->object, "conns"),
				 offsetof(struct conn_val, dead),
				 sizeof(((struct conn_val *)NULL)->dead));
	if (!r)
		r = none_add(s);
	if (!r)
		r = sockets_learn(s, ctx);
	if (r)
		return r;
	resets_explain(&s->object);
	ctx->conns_fd = object_map_fd(&s->object, "conns");
	ctx->connio_fd = object_map_fd(&s->object, "connio");
	ctx->connio_other_fd = object_map_fd(&s->object, "connio_other");
	ctx->sock_ids_fd = image_is_basic(&s->object) ? object_map_fd(&s->object, "sock_ids") : -1;
	return 0;
}

/* Bytes before connections: whose bytes are in the sample has a connection there, or had one in the
 * sample before. */
static void tcp_read(void *state, struct frame *f)
{
	struct tcp *s = state;

	counters_read(s->connio, &f->s[STREAM_CONNIO], STREAM_CONNIO);
	mortals_read(s->conns, &f->s[STREAM_CONN], STREAM_CONN);
	object_loss(&s->object, f->s[STREAM_CONNIO].loss);
}

static void tcp_select(void *state)
{
	struct tcp *s = state;

	iterator_run_map(&s->object, "select_conns", object_map_fd(&s->object, "conns"));
	iterator_run(&s->object, "select_socket_files", 1, NULL, NULL);
}

/* Sockets are closed unseen meanwhile. */
static void tcp_settle(void *state)
{
	struct tcp *s = state;
	int fd = object_map_fd(&s->object, "conns");
	struct conn_val none;
	uint64_t cookie = 0;
	bool counted = !bpf_map_lookup_elem(fd, &cookie, &none);

	mortals_clear(s->conns);
	if (image_is_basic(&s->object)) {
		batch_clear_map(object_map_fd(&s->object, "sock_ids"));
		batch_clear_map(object_map_fd(&s->object, "insides"));
	}
	/* of no socket: its counters go on */
	if (counted)
		bpf_map_update_elem(fd, &cookie, &none, BPF_ANY);
}

static const struct family_object *tcp_object(void *state)
{
	return &((struct tcp *)state)->object;
}

static void tcp_close(void *state)
{
	struct tcp *s = state;

	counters_close(s->connio);
	mortals_close(s->conns);
	object_close(&s->object);
	free(s);
}

const struct family family_tcp = {
	.name = "tcp",
	.streams = 1u << STREAM_CONN | 1u << STREAM_CONNIO,
	.open = tcp_open,
	.read = tcp_read,
	.select = tcp_select,
	.settle = tcp_settle,
	.begin = sockets_learn,
	.object = tcp_object,
	.close = tcp_close,
};
