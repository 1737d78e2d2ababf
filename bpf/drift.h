/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One getter for each thing that kernels or architectures have in different places. */
#ifndef PROBETOP_DRIFT_H
#define PROBETOP_DRIFT_H

#include "kernel.h"

/*
 * Some objects are built twice: once for kernels that have all they want, and with BASIC for those
 * that have what Linux 5.10 has and no more.  Which one is loaded is found out at start, so the first
 * costs nothing for the sake of the second.
 */

/* The task that runs.  A pointer that programs may follow since 3ca1032ab7ab (5.11), before a number. */
static __always_inline struct task_struct *current_task(void)
{
#ifdef BASIC
	return (struct task_struct *)bpf_get_current_task();
#else
	return bpf_get_current_task_btf();
#endif
}

/* A member behind a pointer that comes from current_task. */
#ifdef BASIC
#define MEMBER(pointer, member) BPF_CORE_READ(pointer, member)
#else
#define MEMBER(pointer, member) ((pointer)->member)
#endif

/* The CPU that a task runs or is queued on; thread_info since 5.16 on x86 (bcf9033e5449). */
static __always_inline __u32 task_cpu(struct task_struct *t)
{
	if (bpf_core_field_exists(t->thread_info.cpu))
		return t->thread_info.cpu;
	return BPF_CORE_READ((struct task_struct___cpu *)t, cpu);
}

/* TASK_RUNNING is 0; renamed by 2f064a59a11f (5.14). */
static __always_inline __u32 task_state(struct task_struct *t)
{
	struct task_struct___state *now = (void *)t;

	if (bpf_core_field_exists(now->__state))
		return now->__state;
	return (__u32)((struct task_struct___oldstate *)t)->state;
}

/* The run queue that a task is queued on; NULL on kernels without group scheduling. */
static __always_inline struct rq *task_rq(struct task_struct *t)
{
	if (!bpf_core_field_exists(t->se.cfs_rq))
		return NULL;
	return t->se.cfs_rq->rq;
}

/* Runnable threads, the running one included.  Since 152e11f6df29 (6.12) threads that went to sleep
 * may stay queued, and nr_running counts them. */
static __always_inline __u32 rq_runnable(struct rq *rq)
{
	struct cfs_rq___runnable *cfs = (void *)&rq->cfs;
	__u32 n = rq->nr_running, asleep = 0;

	if (bpf_core_field_exists(cfs->h_nr_runnable))
		asleep = cfs->h_nr_queued - cfs->h_nr_runnable;
	return n > asleep ? n - asleep : 0;
}

/* Moved from the request to its queue by f3fa33acca9f (5.16). */
static __always_inline struct gendisk *request_disk(struct request *rq)
{
	struct request___disk *old = (void *)rq;

	if (bpf_core_field_exists(old->rq_disk))
		return old->rq_disk;
	return rq->q->disk;
}

/* The first of the requests that a flush command is being sent for; NULL when not known.  They are
 * linked by queuelist since 81ada09cc25e (6.6). */
static __always_inline struct request *flush_first_request(struct request *flush)
{
	struct request___flush *old = NULL;
	struct blk_flush_queue *fq = BPF_CORE_READ(flush, mq_hctx, fq);
	struct list_head *head, *first;
	__u32 offset;

	if (!fq)
		return NULL;
	head = (void *)fq + bpf_core_field_offset(fq->flush_queue);
	if (BPF_CORE_READ_BITFIELD_PROBED(fq, flush_running_idx))
		head = (void *)head + bpf_core_type_size(struct list_head);
	first = BPF_CORE_READ(head, next);
	if (!first || first == head)
		return NULL;
	offset = bpf_core_field_exists(old->flush.list) ? bpf_core_field_offset(old->flush.list) :
							  bpf_core_field_offset(flush->queuelist);
	return (void *)first - offset;
}

/*
 * Arguments of a system call, still in the registers at its end (the result went to another one
 * than the first argument, or the first was kept).  compat: the 32-bit convention.
 */
static __always_inline __u64 syscall_arg(struct pt_regs *regs, int i, bool compat)
{
#if defined(__TARGET_ARCH_x86)
	if (compat)
		return (__u32)(i == 0 ? regs->bx : i == 1 ? regs->cx : i == 2 ? regs->dx :
			       i == 3 ? regs->si : regs->di);
	return i == 0 ? regs->di : i == 1 ? regs->si : i == 2 ? regs->dx : i == 3 ? regs->r10 :
	       i == 4 ? regs->r8 : regs->r9;
#elif defined(__TARGET_ARCH_arm64)
	__u64 v = i == 0 ? regs->orig_x0 : regs->regs[i];

	return compat ? (__u32)v : v;
#endif
}

/* Argument i (up to 4) of the function whose beginning is traced by a kprobe. */
static __always_inline __u64 function_arg(struct pt_regs *regs, int i)
{
#if defined(__TARGET_ARCH_x86)
	return i == 0 ? regs->di : i == 1 ? regs->si : i == 2 ? regs->dx : i == 3 ? regs->cx : regs->r8;
#elif defined(__TARGET_ARCH_arm64)
	return regs->regs[i];
#endif
}

/* The number of the current system call; what the call itself may have overwritten. */
static __always_inline long syscall_number(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return (int)regs->orig_ax;
#elif defined(__TARGET_ARCH_arm64)
	return regs->syscallno;
#endif
}

/* Is the current system call a 32-bit one?  x86: TS_COMPAT; arm64: TIF_32BIT of the task. */
static __always_inline bool syscall_is_compat(struct task_struct *t)
{
#if defined(__TARGET_ARCH_x86)
	return MEMBER(t, thread_info.status) & 2;
#else
	return MEMBER(t, thread_info.flags) & 1ul << 22;
#endif
}

#endif
