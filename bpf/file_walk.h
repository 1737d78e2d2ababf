/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file's path: the names on the walk from it up to the root. */
#ifndef PROBETOP_FILE_WALK_H
#define PROBETOP_FILE_WALK_H

#include "path_event.h"
#include "probe.h"

/* Deeper directories than a path of PATH_LEN bytes can name, with room for as many mounts. */
#ifdef BASIC /* the verifier goes through each of them: deeper ones are cut, and marked */
#define PATH_STEPS 320
#else
#define PATH_STEPS 1024
#endif

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct path_event);
} path_scratch SEC(".maps");

/* The walk from a file up to the root of its mount namespace. */
struct path_walk {
	struct dentry *dentry;
	struct mount *mnt;
	struct path_event *event;
	__u32 used, flags;
};

static long path_step(__u32 i, struct path_walk *w)
{
	struct dentry *dentry = w->dentry, *parent;
	struct mount *mnt = w->mnt, *above;
	__u32 used = w->used;
	long n;

	if (dentry == BPF_CORE_READ(mnt, mnt.mnt_root)) {
		above = BPF_CORE_READ(mnt, mnt_parent);
		if (above == mnt)
			return 1;
		w->dentry = BPF_CORE_READ(mnt, mnt_mountpoint);
		w->mnt = above;
		return 0;
	}
	if (used >= PATH_LEN) {
		w->flags |= PATH_CUT;
		return 1;
	}
	n = bpf_probe_read_kernel_str(w->event->names + used, 256, BPF_CORE_READ(dentry, d_name.name));
	if (n <= 0 || used + n >= PATH_LEN) {
		w->flags |= PATH_CUT;
		return 1;
	}
	w->used = used + n;
	parent = BPF_CORE_READ(dentry, d_parent);
	if (dentry == parent) {
		w->flags |= PATH_FLOATING;
		return 1;
	}
	w->dentry = parent;
	return 0;
}

static __always_inline void path_climb(struct path_walk *w)
{
#ifdef BASIC /* bpf_loop: e6f2dd0f8067 (5.17) */
	_Pragma("clang loop unroll(disable)") for (__u32 i = 0; i < PATH_STEPS; i++)
		if (path_step(i, w))
			return;
#else
	if (bpf_loop(PATH_STEPS, path_step, w, 0) < PATH_STEPS)
		return;
#endif
	w->flags |= PATH_CUT;
}

/* at is a struct file *, and which file it is stands in the scratch.  1 when user space will get it.  A
 * global function, see file_count. */
__noinline int path_find(__u64 at, __u32 type)
{
	struct file *file = (struct file *)at;
	__u32 zero = 0, size;
	struct path_event *e = bpf_map_lookup_elem(&path_scratch, &zero);
	struct path_walk w = { .event = e };
	struct vfsmount *mnt;

	if (!e)
		return false;
	w.dentry = BPF_CORE_READ(file, f_path.dentry);
	mnt = BPF_CORE_READ(file, f_path.mnt);
	w.mnt = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
	path_climb(&w);
	e->head.stream = STREAM_PATH;
	e->head.kind = PATH_EVENT;
	e->type = type;
	e->flags = w.flags;
	e->used = w.used;
	e->pad = 0;
	__builtin_memset(e->fs, 0, sizeof(e->fs));
	bpf_probe_read_kernel_str(e->fs, sizeof(e->fs), BPF_CORE_READ(file, f_inode, i_sb, s_type, name));
	size = offsetof(struct path_event, names) + w.used;
	if (size > sizeof(*e))
		return false;
	if (!bpf_ringbuf_output(&events, e, size, event_wakeup()))
		return true;
	count_loss(LOSS_RING);
	return false;
}

#endif
