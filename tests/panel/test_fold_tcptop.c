/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/panel.h"
#include "fold.h"

extern const struct panel panel_tcptop;

#define S 1000000000ull

enum { ESTABLISHED = 1, CLOSE = 7, LISTEN = 10 };

static const struct table *rows;

static void setup(void)
{
	struct host_rec *host;

	fold_setup(&panel_tcptop, 5 * S, 6 * S);
	host = sample_add(&cur->s[STREAM_HOST], STREAM_HOST);
	host->boot_ns = 100 * S;
}

TestSuite(fold_tcptop, .init = setup, .fini = fold_teardown);

static struct task_key task(uint32_t tid, uint32_t tgid)
{
	return (struct task_key){ .tid = tid, .tgid = tgid, .start_ns = tgid };
}

/* IPv4, from 10.0.0.1:cookie to 10.0.0.2:80, of process 7 */
static struct conn_val *conn(struct frame *f, uint64_t cookie)
{
	struct conn_rec *r = sample_add(&f->s[STREAM_CONN], STREAM_CONN);

	r->cookie = cookie;
	r->v.owner = task(7, 7);
	r->v.family = 4;
	r->v.state = ESTABLISHED;
	memcpy(r->v.laddr, (uint8_t[]){ 10, 0, 0, 1 }, 4);
	memcpy(r->v.raddr, (uint8_t[]){ 10, 0, 0, 2 }, 4);
	r->v.lport = (uint16_t)cookie;
	r->v.rport = 80;
	return &r->v;
}

static void moved(struct frame *f, struct task_key who, uint64_t cookie, uint64_t tx, uint64_t rx)
{
	struct connio_rec *r = sample_add(&f->s[STREAM_CONNIO], STREAM_CONNIO);

	r->key.task = who;
	r->key.cookie = cookie;
	r->v = (struct connio_val){ tx, rx, tx / 10, rx / 10 };
}

static void task_named(uint32_t pid, const char *comm)
{
	struct task_rec *t = sample_add(&cur->s[STREAM_TASK], STREAM_TASK);

	t->key = task(pid, pid);
	t->leader_start_ns = pid;
	snprintf(t->comm, sizeof(t->comm), "%s", comm);
}

static void fold(const char *group, const char *filter)
{
	struct filter_error bad;

	cr_assert_eq(query_set_filter(&query, filter, &bad), 0, "%s", bad.text);
	rows = rows_by(group);
}

static double cell(size_t row, const char *name)
{
	const struct column *c = panel_column(&panel_tcptop, name);

	cr_assert_not_null(c, "%s", name);
	cr_assert_lt(row, rows->n, "there are %zu rows", rows->n);
	return column_number(c, table_row(rows, row));
}

static const char *cell_text(size_t row, const char *name)
{
	const char *s;

	cr_assert_lt(row, rows->n, "there are %zu rows", rows->n);
	s = column_str(panel_column(&panel_tcptop, name), table_row(rows, row));
	return s ? s : "(null)";
}

Test(fold_tcptop, counts_of_the_interval)
{
	task_named(7, "client");
	conn(prev, 4000);
	conn(cur, 4000)->dir = CONN_OUT;
	moved(prev, task(7, 7), 4000, 1000, 500);
	moved(cur, task(7, 7), 4000, 1730, 520);
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_str_eq(cell_text(0, "comm"), "client");
	cr_expect_eq(cell(0, "pid"), 7);
	cr_expect_eq(cell(0, "tx_bytes"), 730);
	cr_expect_eq(cell(0, "rx_bytes"), 20);
	cr_expect_eq(cell(0, "bytes"), 750);
	cr_expect_eq(cell(0, "tx_calls"), 73);
	cr_expect_eq(cell(0, "rx_calls"), 2);
	cr_expect_str_eq(cell_text(0, "laddr"), "10.0.0.1");
	cr_expect_str_eq(cell_text(0, "raddr"), "10.0.0.2");
	cr_expect_eq(cell(0, "family"), 4);
	cr_expect_eq(cell(0, "lport"), 4000);
	cr_expect_eq(cell(0, "rport"), 80);
	cr_expect_str_eq(cell_text(0, "state"), "ESTABLISHED");
	cr_expect_str_eq(cell_text(0, "dir"), "out");
}

/* A connection that both intervals have, with this many bytes sent in between, by no call. */
static void moved_by(uint64_t bytes)
{
	conn(prev, 4000);
	conn(cur, 4000);
	moved(prev, task(7, 7), 4000, 1000, 500);
	moved(cur, task(7, 7), 4000, 1000 + bytes, 500);
	fold(NULL, NULL);
}

Test(fold_tcptop, bytes_of_a_call_that_another_interval_has)
{
	moved_by(5);
	cr_assert_eq(rows->n, 1);
	cr_expect_eq(cell(0, "tx_bytes"), 5);
	cr_expect_eq(cell(0, "tx_calls"), 0);
}

Test(fold_tcptop, what_is_not_known_is_empty)
{
	conn(cur, 4000);
	moved(cur, task(7, 7), 4000, 10, 0);
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_str_eq(cell_text(0, "dir"), "(null)");
	cr_expect(isnan(cell(0, "age_s")));
	cr_expect(isnan(cell(0, "srtt_ns")));
	cr_expect(isnan(cell(0, "cwnd")));
}

Test(fold_tcptop, gauges)
{
	struct conn_val *c = conn(cur, 4000);

	c->opened_ns = 97 * S + S / 2;
	c->srtt_ns = 125000;
	c->cwnd = 10;
	c->dir = CONN_IN;
	moved(cur, task(7, 7), 4000, 10, 0);
	fold(NULL, NULL);
	cr_expect_float_eq(cell(0, "age_s"), 2.5, 1e-9);
	cr_expect_eq(cell(0, "srtt_ns"), 125000);
	cr_expect_eq(cell(0, "cwnd"), 10);
	cr_expect_str_eq(cell_text(0, "dir"), "in");
}

Test(fold_tcptop, ipv6_addresses)
{
	struct conn_val *c = conn(cur, 4000);

	c->family = 6;
	inet_pton(AF_INET6, "2001:db8::7", c->laddr);
	inet_pton(AF_INET6, "::1", c->raddr);
	moved(cur, task(7, 7), 4000, 10, 0);
	fold(NULL, NULL);
	cr_expect_str_eq(cell_text(0, "laddr"), "2001:db8::7");
	cr_expect_str_eq(cell_text(0, "raddr"), "::1");
	cr_expect_eq(cell(0, "family"), 6);
}

/* Two processes on one socket: each its bytes, the retransmits once. */
Test(fold_tcptop, shared_connection_counts_retransmits_once)
{
	conn(prev, 4000)->retrans = 5;
	conn(cur, 4000)->retrans = 8;
	moved(cur, task(7, 7), 4000, 100, 0);
	moved(cur, task(9, 9), 4000, 0, 300);
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 2);
	cr_expect_eq(cell(0, "pid"), 9);
	cr_expect_eq(cell(0, "retrans"), 0);
	cr_expect_eq(cell(1, "pid"), 7);
	cr_expect_eq(cell(1, "tx_bytes"), 100);
	cr_expect_eq(cell(1, "retrans"), 3);
	fold("raddr", NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_eq(cell(0, "retrans"), 3);
	cr_expect_eq(cell(0, "bytes"), 400);
	cr_expect_eq(cell(0, "lport"), 4000);
}

Test(fold_tcptop, threads_of_a_process_are_one_row)
{
	task_named(7, "server");
	conn(cur, 4000)->changes = 1;
	moved(cur, task(7, 7), 4000, 100, 0);
	moved(cur, task(8, 7), 4000, 50, 0);
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_eq(cell(0, "tx_bytes"), 150);
	cr_expect_eq(cell(0, "tid"), 0);
	fold("tid,cookie", NULL);
	cr_expect_eq(rows->n, 2);
}

Test(fold_tcptop, idle_connections_only_when_asked)
{
	moved_by(0);
	cr_expect_eq(rows->n, 0);
	query.all = true;
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_eq(cell(0, "pid"), 7);
	cr_expect_eq(cell(0, "bytes"), 0);
}

Test(fold_tcptop, a_change_alone_is_shown)
{
	struct conn_val *c = conn(cur, 4000);

	c->changes = 2;
	c->state = CLOSE;
	conn(prev, 4000)->changes = 1;
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_str_eq(cell_text(0, "state"), "CLOSE");
	cr_expect_eq(cell(0, "bytes"), 0);
}

/* New in this frame: all of it is of this interval. */
Test(fold_tcptop, opened_used_and_closed)
{
	struct conn_val *c = conn(cur, 4000);

	c->changes = 4;
	c->state = CLOSE;
	c->dead = 1;
	c->retrans = 1;
	moved(cur, task(7, 7), 4000, 70, 30);
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_eq(cell(0, "bytes"), 100);
	cr_expect_eq(cell(0, "retrans"), 1);
}

/* Counted between the reads of bytes and of connections: the next frame has only the bytes. */
Test(fold_tcptop, connection_gone_before_its_last_bytes)
{
	conn(prev, 4000)->dead = 1;
	moved(cur, task(7, 7), 4000, 70, 0);
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_str_eq(cell_text(0, "raddr"), "10.0.0.2");
}

/* No room for the connection: its bytes stay with the process. */
Test(fold_tcptop, unknown_connection)
{
	moved(cur, task(7, 7), 4000, 70, 0);
	moved(cur, (struct task_key){ .tid = 1, .tgid = TASK_OTHER }, 0, 0, 90);
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 2);
	cr_expect_str_eq(cell_text(0, "comm"), "(other)");
	cr_expect_eq(cell(0, "rx_bytes"), 90);
	cr_expect(isnan(cell(0, "cookie")));
	cr_expect_eq(cell(1, "pid"), 7);
	cr_expect_str_eq(cell_text(1, "raddr"), "(null)");
	cr_expect(isnan(cell(1, "rport")));
	fold("pid", NULL);
	cr_expect_eq(rows->n, 2);
}

Test(fold_tcptop, same_addresses_again_are_another_connection)
{
	conn(cur, 4000)->dead = 1;
	conn(cur, 4001)->lport = 4000;
	moved(cur, task(7, 7), 4000, 100, 0);
	moved(cur, task(7, 7), 4001, 200, 0);
	fold(NULL, NULL);
	cr_expect_eq(rows->n, 2);
	fold("pid,laddr,lport,raddr,rport", NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_eq(cell(0, "tx_bytes"), 300);
}

Test(fold_tcptop, owner_that_the_filter_hides)
{
	struct conn_val *c = conn(cur, 4000);

	c->flags = CONN_HIDDEN;
	c->retrans = 3;
	moved(cur, task(9, 9), 4000, 100, 0);
	query.all = true;
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_eq(cell(0, "pid"), 9);
	cr_expect_eq(cell(0, "retrans"), 0);
}

Test(fold_tcptop, resets_without_a_connection)
{
	struct conn_val *none = conn(cur, 0);

	memset(none, 0, sizeof(*none));
	none->resets_out = 4;
	conn(prev, 4000)->resets_in = 1;
	conn(cur, 4000)->resets_in = 3;
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 2);
	query_set_sort(&query, "resets", NULL, 0);
	fold(NULL, NULL);
	cr_expect_str_eq(cell_text(0, "comm"), "(kernel)");
	cr_expect_eq(cell(0, "resets"), 4);
	cr_expect_eq(cell(0, "resets_out"), 4);
	cr_expect_str_eq(cell_text(0, "laddr"), "(null)");
	cr_expect_eq(cell(1, "pid"), 7);
	cr_expect_eq(cell(1, "resets"), 2);
}

Test(fold_tcptop, listening_socket)
{
	struct conn_val *c = conn(cur, 4000);

	c->state = LISTEN;
	c->retrans = 2;
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_str_eq(cell_text(0, "state"), "LISTEN");
	cr_expect_str_eq(cell_text(0, "raddr"), "(null)");
	cr_expect(isnan(cell(0, "rport")));
}

/* A connection of which nobody knows whose it is, as long as the kernel keeps it for accept. */
Test(fold_tcptop, unknown_owner)
{
	struct conn_val *c = conn(cur, 4000);

	memset(&c->owner, 0, sizeof(c->owner));
	c->changes = 1;
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect_eq(cell(0, "pid"), 0);
	cr_expect_str_eq(cell_text(0, "comm"), "(null)");
}

Test(fold_tcptop, filters_and_groups)
{
	task_named(7, "client");
	task_named(9, "server");
	conn(cur, 4000);
	conn(cur, 4001);
	moved(cur, task(7, 7), 4000, 100, 0);
	moved(cur, task(7, 7), 4001, 20, 0);
	moved(cur, task(9, 9), 4001, 0, 20);
	fold(NULL, "rport=80 and comm=client");
	cr_expect_eq(rows->n, 2);
	fold("pid", NULL);
	cr_assert_eq(rows->n, 2);
	cr_expect_eq(cell(0, "tx_bytes"), 120);
	cr_expect_str_eq(cell_text(0, "raddr"), "10.0.0.2");
	cr_expect(isnan(cell(0, "lport")));
	fold("lport", "family=4");
	cr_assert_eq(rows->n, 2);
	cr_expect_eq(cell(0, "bytes"), 100);
	cr_expect_eq(cell(1, "bytes"), 40);
}

Test(fold_tcptop, a_port_not_yet_chosen_is_empty)
{
	conn(cur, 4000)->lport = 0;
	moved(cur, task(7, 7), 4000, 10, 0);
	fold(NULL, NULL);
	cr_assert_eq(rows->n, 1);
	cr_expect(isnan(cell(0, "lport")));
	cr_expect_eq(cell(0, "rport"), 80);
}

Test(fold_tcptop, state_that_the_kernel_may_invent)
{
	conn(cur, 4000)->state = 200;
	moved(cur, task(7, 7), 4000, 10, 0);
	fold(NULL, NULL);
	cr_expect_str_eq(cell_text(0, "state"), "(null)");
}

/* Texts name columns that are there. */
Test(fold_tcptop, texts_name_columns)
{
	char word[64];

	for (const char *p = panel_tcptop.screen; sscanf(p, "%63s", word) == 1;) {
		cr_expect_not_null(panel_column(&panel_tcptop, word), "%s", word);
		p = strstr(p, word) + strlen(word);
	}
}
