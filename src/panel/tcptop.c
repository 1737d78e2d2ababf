/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP by process and connection.  Bytes belong to the thread that moved them.  Retransmits, resets and
 * state changes belong to the connection: they stand on its owner's row alone, so that sums stay
 * right where processes share a connection.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "core/panel.h"

#define STATE_LISTEN 10

struct tcptop_row {
	struct row_who who;
	uint64_t cookie;
	const char *laddr, *raddr, *state, *dir;
	uint32_t family, lport, rport, cwnd;
	uint64_t bytes, tx_bytes, rx_bytes, tx_calls, rx_calls;
	uint64_t retrans, resets, resets_in, resets_out;
	uint64_t srtt_ns;
	double age_s;
};

static const char *state_name(uint8_t state)
{
	static const char *const names[] = {
		[1] = "ESTABLISHED", [2] = "SYN_SENT",	 [3] = "SYN_RECV",   [4] = "FIN_WAIT1",
		[5] = "FIN_WAIT2",   [6] = "TIME_WAIT",	 [7] = "CLOSE",	     [8] = "CLOSE_WAIT",
		[9] = "LAST_ACK",    [10] = "LISTEN",	 [11] = "CLOSING",   [12] = "NEW_SYN_RECV",
	};

	return state < sizeof(names) / sizeof(*names) ? names[state] : NULL;
}

static const char *address_str(struct table *t, uint8_t family, const uint8_t *address)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(family == 6 ? AF_INET6 : AF_INET, address, text, sizeof(text)))
		return NULL;
	return table_str(t, text);
}

static double conn_age(const struct fold_in *in, const struct conn_val *c)
{
	const struct sample *s = &in->cur->s[STREAM_HOST];
	const struct host_rec *host = s->count ? sample_rec(s, STREAM_HOST, 0) : NULL;

	if (!host || !c->opened_ns || host->boot_ns < c->opened_ns)
		return NAN;
	return (double)(host->boot_ns - c->opened_ns) / 1e9;
}

static const char *dir_name(uint8_t dir)
{
	return dir == CONN_IN ? "in" : dir == CONN_OUT ? "out" : NULL;
}

static void row_clear_conn(struct tcptop_row *r)
{
	r->family = r->lport = r->rport = r->cwnd = UINT32_MAX;
	r->srtt_ns = NA_U64;
	r->age_s = NAN;
}

static void row_set_conn(struct tcptop_row *r, const struct fold_in *in, struct table *t,
			 const struct conn_val *c)
{
	if (c->family != 4 && c->family != 6)
		return;
	r->family = c->family;
	r->laddr = address_str(t, c->family, c->laddr);
	/* a socket that connects is given its port a moment after its state */
	if (c->lport)
		r->lport = c->lport;
	if (c->state != STATE_LISTEN) {
		r->raddr = address_str(t, c->family, c->raddr);
		r->rport = c->rport;
	}
	r->state = table_str(t, state_name(c->state));
	r->dir = table_str(t, dir_name(c->dir));
	r->srtt_ns = c->srtt_ns ? c->srtt_ns : NA_U64;
	r->cwnd = c->cwnd ? c->cwnd : UINT32_MAX;
	r->age_s = conn_age(in, c);
}

static struct tcptop_row *row_add(const struct fold_in *in, struct table *t,
				  const struct task_key *task, uint64_t cookie)
{
	struct tcptop_row *r = table_add(t);

	row_clear_conn(r);
	who_fill(&r->who, in, t, task);
	r->cookie = cookie ? cookie : NA_U64;
	return r;
}

/* A connection is gone from the frame after its socket was; bytes counted just before that are
 * still to come. */
static const struct conn_val *conn_find(const struct fold_in *in, uint64_t cookie)
{
	const struct conn_rec *c = sample_find(&in->cur->s[STREAM_CONN], STREAM_CONN, &cookie);

	if (!c && in->prev)
		c = sample_find(&in->prev->s[STREAM_CONN], STREAM_CONN, &cookie);
	return c && cookie ? &c->v : NULL;
}

static void fold_io(const struct fold_in *in, struct table *t, const struct connio_rec *cur)
{
	static const struct connio_rec none;
	const struct connio_rec *was = frame_before(in->prev, in->cur, STREAM_CONNIO, cur);
	const struct conn_val *conn;
	struct tcptop_row *r;

	if (!was)
		was = &none;
	/* bytes may come in another interval than the call that they are of */
	if (!memcmp(&cur->v, &was->v, sizeof(cur->v)))
		return;
	r = row_add(in, t, &cur->key.task, cur->key.cookie);
	conn = conn_find(in, cur->key.cookie);
	if (conn)
		row_set_conn(r, in, t, conn);
	r->tx_bytes = cur->v.tx_bytes - was->v.tx_bytes;
	r->rx_bytes = cur->v.rx_bytes - was->v.rx_bytes;
	r->tx_calls = cur->v.tx_calls - was->v.tx_calls;
	r->rx_calls = cur->v.rx_calls - was->v.rx_calls;
	r->bytes = r->tx_bytes + r->rx_bytes;
}

/* Adds a row, which grouping merges with the bytes of the same process and connection. */
static void fold_conn(const struct fold_in *in, struct table *t, const struct conn_rec *cur)
{
	static const struct task_key kernel = { .tgid = TASK_KERNEL };
	static const struct conn_rec none;
	const struct conn_rec *was = frame_before(in->prev, in->cur, STREAM_CONN, cur);
	bool eventful, idle = in->all && cur->cookie && !cur->v.dead;
	struct tcptop_row *r;

	if (!was)
		was = &none;
	eventful = cur->v.retrans != was->v.retrans || cur->v.changes != was->v.changes ||
		   cur->v.resets_in != was->v.resets_in || cur->v.resets_out != was->v.resets_out;
	if (cur->v.flags & CONN_HIDDEN || (!eventful && !idle))
		return;
	r = row_add(in, t, cur->cookie ? &cur->v.owner : &kernel, cur->cookie);
	row_set_conn(r, in, t, &cur->v);
	r->retrans = cur->v.retrans - was->v.retrans;
	r->resets_in = cur->v.resets_in - was->v.resets_in;
	r->resets_out = cur->v.resets_out - was->v.resets_out;
	r->resets = r->resets_in + r->resets_out;
}

static void tcptop_fold(const struct fold_in *in, struct table *out)
{
	const struct sample *io = &in->cur->s[STREAM_CONNIO], *conns = &in->cur->s[STREAM_CONN];
	struct fold_range r = fold_records(in, STREAM_CONNIO, 0);

	for (size_t i = r.from; i < r.to; i++)
		fold_io(in, out, sample_rec(io, STREAM_CONNIO, i));
	r = fold_records(in, STREAM_CONN, io->count);
	for (size_t i = r.from; i < r.to; i++)
		fold_conn(in, out, sample_rec(conns, STREAM_CONN, i));
}

#define COL(field, k, u, a, fl, w, head, help) \
	COLUMN(tcptop_row, field, k, u, a, fl, w, head, #field, help)
#define TEXT(field, fl, w, head, help) \
	COL(field, COL_STR, UNIT_NONE, AGG_KEY, COL_LEFT | COL_ASCENDING | (fl), w, head, help)
#define PORT(field, head, help) \
	COL(field, COL_U32, UNIT_NONE, AGG_KEY, COL_ASCENDING, 5, head, help)
#define SUM(field, unit, head, help) COL(field, COL_U64, unit, AGG_SUM, 0, 7, head, help)
#define BYTES(field, head, help) COL(field, COL_U64, UNIT_BYTES, AGG_SUM, 0, 6, head, help)

static const struct column tcptop_columns[] = {
	WHO_COLUMNS(tcptop_row),
	{ .name = "cookie", .heading = "COOKIE",
	  .help = "socket cookie: one for each socket, so that a reused address is another connection",
	  .kind = COL_U64, .agg = AGG_KEY, .width = 8, .flags = COL_ASCENDING,
	  .offset = offsetof(struct tcptop_row, cookie),
	  .with = "family laddr lport raddr rport state dir" },
	COL(family, COL_U32, UNIT_NONE, AGG_KEY, COL_ASCENDING, 2, "IP",
	    "4 or 6; 4 for IPv4 through an IPv6 socket as well"),
	TEXT(laddr, COL_CUT_FRONT, 15, "LADDR", "local address"),
	PORT(lport, "LPORT", "local port"),
	TEXT(raddr, COL_CUT_FRONT, 15, "RADDR", "remote address; empty for a listening socket"),
	PORT(rport, "RPORT", "remote port"),
	TEXT(state, 0, 11, "STATE", "state at the end of the interval"),
	TEXT(dir, 0, 3, "DIR", "in: accepted, out: connected; empty where it was open before start and "
	     "the ports do not tell"),
	BYTES(bytes, "BYTES", "sent and received"),
	BYTES(tx_bytes, "TX", "bytes handed to the socket by successful calls, sendfile and "
	    "splice included"),
	BYTES(rx_bytes, "RX", "bytes taken from the socket; looking with MSG_PEEK is not "
	    "counted"),
	SUM(tx_calls, UNIT_COUNT, "TXCALLS", "calls that sent bytes"),
	SUM(rx_calls, UNIT_COUNT, "RXCALLS", "calls that received bytes"),
	SUM(retrans, UNIT_COUNT, "RETRANS", "segments sent again; on the row of the socket's owner; "
	    "those of handshakes on the listening socket's"),
	SUM(resets, UNIT_COUNT, "RESETS", "resets sent and received; those for ports that nobody has "
	    "open are (kernel)'s"),
	SUM(resets_in, UNIT_COUNT, "RSTIN", "resets received"),
	SUM(resets_out, UNIT_COUNT, "RSTOUT", "resets sent"),
	COL(srtt_ns, COL_U64, UNIT_NS, AGG_MAX, 0, 7, "SRTT", "smoothed round trip time when it last "
	    "sent or received; of several connections the largest"),
	COL(cwnd, COL_U32, UNIT_COUNT, AGG_MAX, 0, 6, "CWND", "congestion window in segments then; of "
	    "several connections the largest"),
	COL(age_s, COL_F64, UNIT_SECONDS, AGG_MAX, 0, 7, "AGE", "seconds since connect or accept; not "
	    "known for what was open before start; of several connections the oldest"),
	{ 0 },
};

static const struct summary tcptop_summary[] = {
	{ .kind = SUMMARY_TOTALS, .label = "TCP", .columns = "tx_bytes rx_bytes retrans resets",
	  .rows = 1 },
	{ .kind = SUMMARY_END },
};

static const struct link tcptop_links[] = {
	{ .on = "cookie", .group = "tid,cookie", .label = "threads that use the connection" },
	{ .on = "raddr", .label = "all with the remote address" },
	{ .on = "raddr rport", .label = "all with the remote address and port" },
	{ .on = "lport", .label = "all at the local port" },
	{ .on = "laddr=raddr lport=rport raddr=laddr rport=lport",
	  .label = "the other end, where it is on this machine" },
	{ .on = NULL },
};

static const struct origin origins[] = {
	{ "cookie family laddr lport raddr rport", "the socket" },
	{ "state dir age_s", "inet_sock_set_state" },
	{ "tx_bytes tx_calls", "sock_send_length" },
	{ "rx_bytes rx_calls", "sock_recv_length" },
	{ "bytes", "sock_send_length and sock_recv_length" },
	{ "retrans", "tcp_retransmit_skb, tcp_retransmit_synack" },
	{ "resets_in", "tcp_receive_reset" },
	{ "resets_out", "tcp_send_reset" },
	{ "resets", "tcp_send_reset, tcp_receive_reset" },
	{ "srtt_ns cwnd", "struct tcp_sock when bytes are counted" },
	{ NULL },
};

const struct panel panel_tcptop = {
	.name = "tcptop",
	.title = "TCP connections",
	.help = "What each process sends and receives over TCP, by connection.  A row is shown when "
		"bytes moved, the state changed, or segments were sent again or refused in the "
		"interval; with all, idle connections and listening sockets as well.",
	.columns = tcptop_columns,
	.row_size = sizeof(struct tcptop_row),
	.screen = "pid comm bytes tx_bytes rx_bytes raddr rport lport state retrans srtt_ns dir laddr "
		  "age_s cwnd resets tx_calls rx_calls user container cgroup",
	.group = "pid,cookie",
	.sort = "bytes",
	.origins = origins,
	.summary = tcptop_summary,
	.links = tcptop_links,
	.tags = "state",
	.streams = STREAM_BIT(CONN) | STREAM_BIT(CONNIO),
	.key = '4',
	.fold = tcptop_fold,
};
