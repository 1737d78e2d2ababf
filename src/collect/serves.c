/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which programs a column is made from, and what became of those here. */
#include <stdio.h>
#include <string.h>

#include "collect.h"
#include "core/words.h"
#include "serves.h"

/* A program stands for those, too, that stand in for it (NAME__OTHER).  Programs of one row in the order in
 * which they are preferred, where one of them is enough. */
static const struct serves {
	const char *panel, *columns, *family, *programs;
	const char *file; /* not from a program; then family and programs are NULL */
} serves[] = {
	{ "all", "pid,tid,ppid,comm,user,cgroup,container", "task",
	  "on_fork on_exec on_exit on_rename on_cgroup_attach on_cgroup_mkdir all_tasks", NULL },
	{ "runq", "cpu_ns,cpu_pct,cpu,vol_switches,invol_switches", "sched", "on_switch", NULL },
	{ "runq",
	  "wait_ns,wait_pct,waits,wait_avg_ns,wait_p50_ns,wait_p99_ns,wait_max_ns,preempted_by,"
	  "preempted_by_pid",
	  "sched", "on_switch on_wakeup on_wakeup_new", NULL },
	{ "runq", "migrations", "sched", "on_migrate", NULL },
	{ "cpus", "cpu,busy_pct,user_pct,sys_pct,irq_pct,softirq_pct,steal_pct,iowait_pct", NULL, NULL,
	  "/proc/stat" },
	{ "cpus", "switches", "sched", "on_switch", NULL },
	{ "cpus", "runq_len_avg,runq_len_max,wait_avg_ns,wait_p50_ns,wait_p99_ns,wait_max_ns", "sched",
	  "on_switch on_wakeup on_wakeup_new", NULL },
	{ "biotop", "disk,dir,ios,bytes,errors", "block", "on_complete on_io_done on_merge", NULL },
	{ "biotop", "queue_avg_ns,avg_ns,p50_ns,p99_ns,max_ns", "block", "on_io_start on_insert", NULL },
	{ "biotop", "dev_avg_ns,seq_pct", "block", "on_issue on_requeue", NULL },
	{ "disks",
	  "disk,reads,writes,read_bytes,write_bytes,discards,discard_bytes,flushes,errors", "block",
	  "on_complete on_io_done on_merge", NULL },
	{ "disks", "queue_avg_ns,avg_ns,p50_ns,p99_ns,max_ns,queued,oldest_ns", "block",
	  "on_io_start on_insert", NULL },
	{ "disks", "dev_avg_ns,util_pct,inflight,inflight_avg,inflight_max", "block",
	  "on_issue on_requeue", NULL },
	{ "filetop",
	  "file,type,fs,dev,inode,reads,writes,read_bytes,write_bytes,bytes,syncs,errors", "sys",
	  "on_sys_exit", NULL },
	{ "filetop", "avg_ns,p50_ns,p99_ns,max_ns", "sys", "on_sys_enter on_thread_end", NULL },
	{ "syscount", "syscall,count,errors,errno", "sys", "on_sys_exit", NULL },
	{ "syscount", "total_ns,avg_ns,p50_ns,p99_ns,max_ns", "sys", "on_sys_enter on_thread_end", NULL },
	{ "tcptop", "tx_bytes,tx_calls,bytes", "tcp", "on_send", NULL },
	{ "tcptop", "rx_bytes,rx_calls", "tcp", "on_receive", NULL },
	{ "tcptop", "rx_bytes,rx_calls", "sys", "on_sys_exit", NULL },
	{ "tcptop", "cookie,family,laddr,lport,raddr,rport,state,dir,age_s", "tcp",
	  "on_set_state on_destroy all_listeners all_sockets all_socket_files", NULL },
	{ "tcptop", "srtt_ns,cwnd", "tcp", "on_send on_receive on_retransmit", NULL },
	{ "tcptop", "retrans", "tcp", "on_retransmit on_retransmit_synack", NULL },
	{ "tcptop", "resets,resets_in,resets_out", "tcp",
	  "on_send_reset on_refuse4 on_refuse6 on_receive_reset", NULL },
	{ "self", "object,program,state,hook,runs,run_ns,cpu_pct,lost", NULL, NULL,
	  "bpf_prog_info of each program" },
	{ "self", "map_bytes", NULL, NULL, "/proc/self/fdinfo" },
	{ "self", "rss_bytes", NULL, NULL, "/proc/self/statm" },
};

struct listing {
	const struct serves *row;
	FILE *out;
	unsigned int n; /* printed so far */
	bool known; /* somebody asked for the family */
};

/* The length of a program's name without the __OTHER of one that stands in. */
static size_t name_length(const char *program)
{
	const char *other = strstr(program, "__");

	return other ? (size_t)(other - program) : strlen(program);
}

static bool is_served(const struct serves *row, const struct probe_state *p)
{
	return !strcmp(p->family, row->family) && p->program &&
	       words_have_bytes(row->programs, p->program, name_length(p->program));
}

static void family_seek(void *data, const struct probe_state *p)
{
	struct listing *l = data;

	l->known = l->known || !strcmp(p->family, l->row->family);
}

static void used_print(void *data, const struct probe_state *p)
{
	struct listing *l = data;

	if (!is_served(l->row, p) || p->kind != PROBE_WORKS)
		return;
	fprintf(l->out, "%s%s", l->n++ ? ", " : "", p->hook);
}

/* The family is not open, and that is why. */
static void failed_print(void *data, const struct probe_state *p)
{
	struct listing *l = data;

	if (p->program || strcmp(p->family, l->row->family))
		return;
	fprintf(l->out, "nothing: %s", p->state);
	l->n++;
}

static void others_print(void *data, const struct probe_state *p)
{
	const struct listing *l = data;

	if (is_served(l->row, p) && p->kind != PROBE_WORKS)
		fprintf(l->out, "%-8s     not %s: %s\n", l->row->panel, p->hook, p->state);
}

static void row_list(struct source *s, struct listing *l)
{
	collect_each_probe(s, family_seek, l);
	if (!l->known)
		return;
	fprintf(l->out, "%-8s %s: ", l->row->panel, l->row->columns);
	collect_each_probe(s, used_print, l);
	collect_each_probe(s, failed_print, l);
	fputs(l->n ? "\n" : "nothing\n", l->out);
	collect_each_probe(s, others_print, l);
}

void serves_list(struct source *s, FILE *out)
{
	for (size_t i = 0; i < sizeof(serves) / sizeof(*serves); i++) {
		struct listing l = { .row = &serves[i], .out = out };

		if (l.row->file)
			fprintf(out, "%-8s %s: %s\n", l.row->panel, l.row->columns, l.row->file);
		else
			row_list(s, &l);
	}
}
