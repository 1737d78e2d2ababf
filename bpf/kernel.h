/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's types as far as they are read: relocated at load time against the running kernel's
 * BTF, so order and neighbours do not matter here, names and types do.  tests/btf checks every
 * member against kernels' BTF files, since a misspelt one compiles.  What changed between kernels
 * is a ___flavour here and a getter in drift.h.
 */
#ifndef PROBETOP_KERNEL_H
#define PROBETOP_KERNEL_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#define KERNEL __attribute__((preserve_access_index))

struct kernfs_node {
	__u64 id;
} KERNEL;

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
} KERNEL;

struct cgroup_root {
	int hierarchy_id;
} KERNEL;

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
} KERNEL;

struct css_set {
	struct cgroup *dfl_cgrp;
	struct cgroup_subsys_state *subsys[1];
} KERNEL;

typedef struct {
	__u32 val;
} kuid_t;

struct cred {
	kuid_t euid;
} KERNEL;

struct qstr {
	__u64 hash_len; /* both */
	__u32 hash, len;
	const unsigned char *name;
} KERNEL;

struct file_system_type {
	const char *name;
} KERNEL;

struct super_block {
	__u32 s_dev;
	struct file_system_type *s_type;
	unsigned long s_magic;
} KERNEL;

struct inode {
	__u16 i_mode;
	unsigned long i_ino;
	unsigned int i_nlink;
	__u32 i_generation;
	struct super_block *i_sb;
} KERNEL;

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
} KERNEL;

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
} KERNEL;

struct vfsmount {
	struct dentry *mnt_root;
} KERNEL;

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
} KERNEL;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} KERNEL;

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
} KERNEL;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} KERNEL;

struct files_struct {
	struct fdtable *fdt;
} KERNEL;

struct rq;

struct cfs_rq {
	struct rq *rq;
} KERNEL;

/* since 6.12: threads that sleep, but are left queued for a while, are in h_nr_queued only */
struct cfs_rq___runnable {
	unsigned int h_nr_queued;
	unsigned int h_nr_runnable;
} KERNEL;

struct rq {
	unsigned int nr_running;
	struct cfs_rq cfs;
	__u64 clock;
} KERNEL;

struct sched_entity {
	struct cfs_rq *cfs_rq;
} KERNEL;

struct sched_info {
	unsigned long long last_arrival;
	unsigned long long last_queued;
} KERNEL;

struct thread_info {
	unsigned long flags;
	__u32 cpu;
	__u32 status;
} KERNEL;

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	unsigned int on_cpu; /* one byte since 7.0; libbpf fits loads of unsigned members alone */
	int pid;
	int tgid;
	__u64 start_boottime;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	const struct cred *cred;
	char comm[16];
	struct css_set *cgroups;
	struct files_struct *files;
	struct sched_entity se;
	struct sched_info sched_info;
} KERNEL;

/* until 5.13 */
struct task_struct___cpu {
	unsigned int cpu;
} KERNEL;

/* 5.14 renamed it, so that nobody reads the old one by mistake */
struct task_struct___state {
	unsigned int __state;
} KERNEL;

struct task_struct___oldstate {
	long state;
} KERNEL;

struct list_head {
	struct list_head *next;
} KERNEL;

struct blk_flush_queue {
	unsigned int flush_running_idx : 1;
	struct list_head flush_queue[2];
} KERNEL;

struct blk_mq_hw_ctx {
	struct blk_flush_queue *fq;
} KERNEL;

struct blkcg {
	struct cgroup_subsys_state css;
} KERNEL;

struct blkcg_gq {
	struct blkcg *blkcg;
} KERNEL;

struct bio {
	struct blkcg_gq *bi_blkg;
} KERNEL;

enum mq_rq_state {
	MQ_RQ_IDLE,
	MQ_RQ_IN_FLIGHT,
};

enum cgroup_subsys_id {
	io_cgrp_id,
};

enum req_flag_bits {
	__REQ_FUA,
	__REQ_PREFLUSH,
};

struct gendisk {
	int major;
	int first_minor;
	char disk_name[32];
} KERNEL;

struct request_queue {
	struct gendisk *disk;
} KERNEL;

/* until 5.16 */
struct request___disk {
	struct gendisk *rq_disk;
} KERNEL;

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	unsigned int rq_flags;
	unsigned int __data_len;
	__u64 __sector;
	struct bio *bio;
	struct blk_mq_hw_ctx *mq_hctx;
	struct list_head queuelist;
	enum mq_rq_state state;
} KERNEL;

/* until 6.5 requests that wait for a flush were linked by this */
struct request___flush {
	struct {
		struct list_head list;
	} flush;
} KERNEL;

struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
} KERNEL;

typedef struct {
	__s64 counter;
} atomic64_t;

struct sock_common {
	__u32 skc_daddr;
	__u32 skc_rcv_saddr;
	__u16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
} KERNEL;

struct socket {
	struct sock *sk;
	struct file *file;
} KERNEL;

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
	struct socket *sk_socket;
} KERNEL;

struct tcp_sock {
	__u32 write_seq;
	__u32 srtt_us;
	__u32 snd_cwnd;
	__u32 total_retrans;
} KERNEL;

struct request_sock;

struct sk_buff {
	char cb[48];
	unsigned char *head;
	__u16 transport_header;
} KERNEL;

/* in sk_buff.cb of a segment in the send queue */
struct tcp_skb_cb {
	__u16 tcp_gso_segs;
} KERNEL;

/* records of classic tracepoints */
struct trace_event_raw_sys_enter {
	long id;
} KERNEL;

struct trace_event_raw_sys_exit {
	long id, ret;
} KERNEL;

struct trace_event_raw_sock_msg_length {
	void *sk;
	__u16 protocol;
	int ret, flags;
} KERNEL;

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
} KERNEL;

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
} KERNEL;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} KERNEL;

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
} KERNEL;

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
	unsigned int uid;
} KERNEL;

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long bx, cx, dx, si, di, r8, r9, r10, ax, orig_ax;
} KERNEL;
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
	__s32 syscallno;
} KERNEL;
#else
#error "probetop: no pt_regs for this architecture; add them here and in drift.h"
#endif

#endif
