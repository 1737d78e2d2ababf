/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP connections: bytes by thread, and the connections themselves, also those open before start. */
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "core/mem.h"
#include "family.h"
#include "libbpf_log.h"
#include "tcp.skel.h"
#include "tcp_basic.skel.h"

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

/* Of tcp_recvmsg in this kernel; 0: not known. */
static uint32_t recvmsg_args(void)
{
	const struct btf *btf = libbpf_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, "tcp_recvmsg", BTF_KIND_FUNC) : 0;
	const struct btf_type *proto;

	if (id <= 0)
		return 0;
	proto = btf__type_by_id(btf, btf__type_by_id(btf, id)->type);
	return proto ? btf_vlen(proto) : 0;
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

static void tcp_prepare(struct family_object *o, struct family_context *ctx)
{
	static const struct {
		const char *program;
		uint32_t args;
	} recvmsgs[] = {
		{ "on_receive__recvmsg4", 4 }, { "on_receive__recvmsg", 5 }, { "on_receive__recvmsg6", 6 }
	};
	uint32_t args = recvmsg_args();

	ports_read(o);
	for (size_t i = 0; i < sizeof(recvmsgs) / sizeof(*recvmsgs); i++)
		bpf_program__set_autoload(object_program(o, recvmsgs[i].program), recvmsgs[i].args == args);
	/* one more for cookie 0 */
	if (ctx->max_entries)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(o->object, "conns"),
					 ctx->max_entries + 1);
}

static const struct image tcp_images[] = {
	{ .bytes = tcp_bpf__elf_bytes,
	  .helper = BPF_FUNC_get_current_task_btf,
	  .helper_name = "bpf_get_current_task_btf" },
	{ .name = "basic", .bytes = tcp_basic_bpf__elf_bytes },
};

static int tcp_open(struct family_context *ctx, void **ret_state)
{
	struct tcp *s = xcalloc(1, sizeof(*s));
	int r;

	*ret_state = s;
	s->config = ctx->config;
	r = image_open(&s->object, tcp_images, 2, tcp_prepare,
		       "on_retransmit on_retransmit_synack on_send_reset on_receive_reset", ctx);
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
	if (image_is_basic(&s->object))
		batch_clear_map(object_map_fd(&s->object, "sock_ids"));
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
