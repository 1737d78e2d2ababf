/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file half of the system call programs: which calls move bytes of files, which file a
 * descriptor is, and its path when that is not yet known.
 */
#ifndef PROBETOP_FILES_H
#define PROBETOP_FILES_H

#include <asm/unistd.h>

#include "counted.h"
#include "file_walk.h"
#include "tcp_splice.h"

#define S_IFIFO 0010000

enum file_op {
	FILE_NONE,
	FILE_READ, /* from the first argument */
	FILE_WRITE, /* to the first argument */
	FILE_SYNC,
	FILE_SENDFILE, /* out, in */
	FILE_COPY, /* in, offset, out */
	FILE_SPLICE, /* as FILE_COPY */
	FILE_ACCEPT, /* no bytes: gives a socket */
};

static const __u8 file_ops[SYS_NRS] = {
	[__NR_read] = FILE_READ,
	[__NR_pread64] = FILE_READ,
	[__NR_readv] = FILE_READ,
	[__NR_preadv] = FILE_READ,
	[__NR_preadv2] = FILE_READ,
	[__NR_getdents64] = FILE_READ,
#ifdef __NR_getdents
	[__NR_getdents] = FILE_READ,
#endif
	[__NR_write] = FILE_WRITE,
	[__NR_pwrite64] = FILE_WRITE,
	[__NR_writev] = FILE_WRITE,
	[__NR_pwritev] = FILE_WRITE,
	[__NR_pwritev2] = FILE_WRITE,
	[__NR_fsync] = FILE_SYNC,
	[__NR_fdatasync] = FILE_SYNC,
	[__NR_sync_file_range] = FILE_SYNC,
	[__NR_syncfs] = FILE_SYNC,
	[__NR_sendfile] = FILE_SENDFILE,
	[__NR_copy_file_range] = FILE_COPY,
	[__NR_splice] = FILE_SPLICE,
	[__NR_accept] = FILE_ACCEPT,
	[__NR_accept4] = FILE_ACCEPT,
};

#if defined(__TARGET_ARCH_x86)
/* arch/x86/entry/syscalls/syscall_32.tbl: no header that a 64-bit program can include has these */
static const __u8 file_ops_compat[SYS_NRS] = {
	[3] = FILE_READ, /* read */
	[4] = FILE_WRITE, /* write */
	[118] = FILE_SYNC, /* fsync */
	[141] = FILE_READ, /* getdents */
	[145] = FILE_READ, /* readv */
	[146] = FILE_WRITE, /* writev */
	[148] = FILE_SYNC, /* fdatasync */
	[180] = FILE_READ, /* pread64 */
	[181] = FILE_WRITE, /* pwrite64 */
	[187] = FILE_SENDFILE, /* sendfile */
	[220] = FILE_READ, /* getdents64 */
	[239] = FILE_SENDFILE, /* sendfile64 */
	[313] = FILE_SPLICE, /* splice */
	[314] = FILE_SYNC, /* sync_file_range */
	[333] = FILE_READ, /* preadv */
	[334] = FILE_WRITE, /* pwritev */
	[344] = FILE_SYNC, /* syncfs */
	[364] = FILE_ACCEPT, /* accept4 */
	[377] = FILE_COPY, /* copy_file_range */
	[378] = FILE_READ, /* preadv2 */
	[379] = FILE_WRITE, /* pwritev2 */
};
#endif

static __always_inline __u32 file_op(__u32 nr)
{
#if defined(__TARGET_ARCH_x86)
	if (nr & SYS_COMPAT)
		return file_ops_compat[nr & (SYS_NRS - 1)];
#endif
	return file_ops[nr & (SYS_NRS - 1)];
}

/* A call that has returned, and one end of it.  On the stack, of which there are 512 bytes for all
 * functions that call each other. */
struct file_io {
	__u32 op; /* FILE_READ, FILE_WRITE or FILE_SYNC */
	__u32 bucket; /* of ns; LAT_BUCKETS: its beginning was not seen */
	__s64 ret;
	__u64 ns;
	__u64 files; /* the thread's struct files_struct *, a number behind a global function */
	union {
		struct sys_key key;
		struct syserr_key failed;
	};
	__u32 hint; /* the slot of its counters of the file, or any other */
	__u32 weight; /* how many calls it stands for */
};

/* What is read of a file for every call. */
struct file_seen {
	struct file *file;
	struct inode *inode;
	struct dentry *dentry, *parent;
	__u64 ino;
	__u64 path_tag; /* changes when the file is renamed or moved; never 0 */
	__u32 dev, gen, mode;
	__u32 hashed; /* 0: its name is gone, or it never had one */
};

static __always_inline __u64 path_tag(__u64 parent, __u64 hash_len)
{
	return (parent * 0x9e3779b97f4a7c15ull ^ hash_len) | 1;
}

#ifdef TYPED
/* Any address as a pointer that programs may follow without a helper: a35b9af4ec2c (6.2). */
extern void *bpf_rdonly_cast(void *pointer, __u32 btf_id) __ksym;
#define POINTER_TO(type, address)                                                                  \
	((struct type *)bpf_rdonly_cast((void *)(address), bpf_core_type_id_kernel(struct type)))
#endif

/*
 * Where the thread's files are, kept by a typed object before the ways part: for every pointer that is
 * read behind the task, each time that the verifier comes by, it looks through the names of all types of
 * the kernel (6.4 and later), a millisecond or more.
 */
static __always_inline void io_see_task(struct file_io *io, struct task_struct *t)
{
#ifdef TYPED
	io->files = (__u64)MEMBER(t, files);
#endif
}

/* The files of the thread whose call this is. */
static __always_inline struct files_struct *io_files(const struct file_io *io)
{
#if defined(TYPED)
	return POINTER_TO(files_struct, io->files);
#elif defined(BASIC)
	return (struct files_struct *)io->files;
#else
	return current_task()->files;
#endif
}

static __always_inline struct file *file_at(struct files_struct *files, __u32 fd)
{
	struct fdtable *fdt = files ? MEMBER(files, fdt) : NULL;
	struct file **fds, *file = NULL;

	if (!fdt || fd >= MEMBER(fdt, max_fds))
		return NULL;
	fds = MEMBER(fdt, fd);
#ifdef TYPED
	/* an array of pointers: any struct does that begins with one */
	file = (void *)POINTER_TO(list_head, fds + fd)->next;
#else
	bpf_probe_read_kernel(&file, sizeof(file), fds + fd);
#endif
	return file;
}

#ifdef TYPED
static __always_inline void file_see_all(struct file_seen *f, struct file *file)
{
	struct file *at = POINTER_TO(file, file);
	struct dentry *dentry = at->f_path.dentry, *parent = dentry->d_parent;
	struct inode *inode = at->f_inode;

	f->inode = inode;
	f->mode = inode->i_mode;
	f->ino = inode->i_ino;
	f->gen = inode->i_generation;
	f->dev = inode->i_sb->s_dev;
	f->dentry = dentry;
	f->parent = parent;
	/* no arithmetic on pointers that may be followed: by its number */
	f->path_tag = path_tag(parent->d_inode->i_ino,
			       (__u64)dentry->d_name.len << 32 | dentry->d_name.hash);
	f->hashed = dentry->d_hash.pprev != NULL;
}
#else
/*
 * A bpf_probe_read_kernel costs some 20 ns, however little it reads, and eleven of them more than
 * all the rest.  So the beginning of a struct is read as a whole, where all that is wanted is in it.
 */
#define FILE_CHUNK 96
#define INODE_CHUNK 160
#define DENTRY_CHUNK 64
#define CHUNK_HAS(size, type, member)                                                              \
	(bpf_core_field_offset(type, member) + sizeof(((type *)0)->member) <= (size))
#define CHUNK_GET(chunk, type, member)                                                             \
	(*(typeof(((type *)0)->member) *)((void *)(chunk) + bpf_core_field_offset(type, member)))

static __always_inline bool chunks_fit(void)
{
	return CHUNK_HAS(FILE_CHUNK, struct file, f_inode) &&
	       CHUNK_HAS(FILE_CHUNK, struct file, f_path.dentry) &&
	       CHUNK_HAS(INODE_CHUNK, struct inode, i_mode) &&
	       CHUNK_HAS(INODE_CHUNK, struct inode, i_ino) &&
	       CHUNK_HAS(INODE_CHUNK, struct inode, i_generation) &&
	       CHUNK_HAS(INODE_CHUNK, struct inode, i_sb) &&
	       CHUNK_HAS(DENTRY_CHUNK, struct dentry, d_parent) &&
	       CHUNK_HAS(DENTRY_CHUNK, struct dentry, d_name.hash_len) &&
	       CHUNK_HAS(DENTRY_CHUNK, struct dentry, d_hash.pprev);
}

static __always_inline void file_see_whole(struct file_seen *f, struct file *file, void *chunk)
{
	struct super_block *sb;

	bpf_probe_read_kernel(chunk, FILE_CHUNK, file);
	f->inode = CHUNK_GET(chunk, struct file, f_inode);
	f->dentry = CHUNK_GET(chunk, struct file, f_path.dentry);
	bpf_probe_read_kernel(chunk, INODE_CHUNK, f->inode);
	f->mode = CHUNK_GET(chunk, struct inode, i_mode);
	f->ino = CHUNK_GET(chunk, struct inode, i_ino);
	f->gen = CHUNK_GET(chunk, struct inode, i_generation);
	sb = CHUNK_GET(chunk, struct inode, i_sb);
	f->dev = BPF_CORE_READ(sb, s_dev);
	bpf_probe_read_kernel(chunk, DENTRY_CHUNK, f->dentry);
	f->parent = CHUNK_GET(chunk, struct dentry, d_parent);
	f->path_tag = path_tag((__u64)f->parent >> 6, CHUNK_GET(chunk, struct dentry, d_name.hash_len));
	f->hashed = CHUNK_GET(chunk, struct dentry, d_hash.pprev) != NULL;
}

static __always_inline void file_see_parts(struct file_seen *f, struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	f->inode = inode;
	f->dentry = dentry;
	f->ino = BPF_CORE_READ(inode, i_ino);
	f->gen = BPF_CORE_READ(inode, i_generation);
	f->mode = BPF_CORE_READ(inode, i_mode);
	f->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	f->parent = BPF_CORE_READ(dentry, d_parent);
	f->path_tag = path_tag((__u64)f->parent >> 6, BPF_CORE_READ(dentry, d_name.hash_len));
	f->hashed = BPF_CORE_READ(dentry, d_hash.pprev) != NULL;
}

#ifdef BASIC /* 5.10 has 512 bytes of stack for a program and all that it calls */
struct inode_chunk {
	__u64 words[INODE_CHUNK / sizeof(__u64)];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct inode_chunk);
} chunk_scratch SEC(".maps");
#endif

static __always_inline void file_see_all(struct file_seen *f, struct file *file)
{
#ifdef BASIC
	__u32 zero = 0;
	void *chunk = bpf_map_lookup_elem(&chunk_scratch, &zero);
#else
	__u64 words[INODE_CHUNK / sizeof(__u64)];
	void *chunk = words;
#endif

	if (chunk && chunks_fit())
		file_see_whole(f, file, chunk);
	else
		file_see_parts(f, file);
}
#endif

/* False: there is no such file. */
static __always_inline bool file_see(struct file_seen *f, const struct file_io *io, __u32 fd)
{
	f->file = file_at(io_files(io), fd);
	if (!f->file)
		return false;
	file_see_all(f, f->file);
	return f->inode && f->dentry;
}

/* True when user space will get it. */
static __always_inline bool path_send(const struct file_seen *f, const struct file_id *id, __u32 type)
{
	__u32 zero = 0;
	struct path_event *e = bpf_map_lookup_elem(&path_scratch, &zero);
	__u64 at;

	if (!e)
		return false;
	e->file = *id;
	/* a global function takes numbers, see task_wanted */
	bpf_probe_read_kernel(&at, sizeof(at), &f->file);
	return path_find(at, type);
}

/* All of anon_inodefs is one inode: there the name tells an eventfd from a timerfd. */
static __always_inline __u32 file_generation(const struct file_seen *f)
{
	__u32 type = f->mode & S_IFMT;
	struct dentry *dentry = f->dentry;
	__u64 name[4] = {}, mix;

	if (f->parent != dentry || type == S_IFSOCK || type == S_IFIFO)
		return f->gen;
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
	mix = name[0] * 3 + name[1] * 5 + name[2] * 7 + name[3] * 11;
	return f->gen ^ (__u32)(mix ^ mix >> 32);
}

/* Sockets and pipes need none: /proc/PID/fd names them by their inode as well. */
static __always_inline bool file_has_path(const struct file_seen *f, __u32 type)
{
	if (type == S_IFSOCK)
		return false;
	return type != S_IFIFO || f->parent != f->dentry;
}

static __always_inline void file_add(struct file_val *v, const struct file_io *io)
{
	__u32 n = io->weight;
	__u64 bytes = io->ret > 0 ? (__u64)io->ret * n : 0;

	if (io->op == FILE_READ) {
		v->reads += n;
		v->read_bytes += bytes;
	} else if (io->op == FILE_WRITE) {
		v->writes += n;
		v->write_bytes += bytes;
	} else {
		v->syncs += n;
	}
	if (io->ret < 0)
		v->errors += n;
	if (io->bucket < LAT_BUCKETS)
		lat_count_in(&v->lat, io->ns, io->bucket, n);
}

/* Counts one end of a call of the current thread that has returned; 0: there is no such file any
 * more.  Global, so that the verifier looks at it once and not at each of the three uses. */
#ifdef BASIC
static __always_inline
#else
__noinline
#endif
int file_count(__u32 fd, struct file_io *io)
{
	struct file_key key = {};
	struct file_seen f;
	struct file_val *v;
	__u32 zero = 0;

	if (!io || !file_see(&f, io, fd))
		return false;
	key.task = io->key.task;
	key.file.ino = f.ino;
	key.file.gen = file_generation(&f);
	key.file.dev = f.dev;
	v = file_counters(&key, &io->hint);
	if (!v)
		return false;
	file_add(v, io);
	v->unlinked = !f.hashed && f.parent != f.dentry;
	if (v->path_tag == f.path_tag)
		return true;
	/* the record of all files that found no room has no path */
	if (v == bpf_map_lookup_elem(&files_other, &zero))
		return true;
	v->type = f.mode & S_IFMT;
	if (!file_has_path(&f, v->type) || path_send(&f, &key.file, v->type))
		v->path_tag = f.path_tag;
	return true;
}

#ifdef BASIC /* no pointers to such functions before e5069b9c23b3 (5.12): what io is stands in the map */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct file_io);
} io_scratch SEC(".maps");

__noinline int file_count_scratch(__u32 fd)
{
	__u32 zero = 0;
	struct file_io *io = bpf_map_lookup_elem(&io_scratch, &zero);

	return io ? file_count(fd, io) : 0;
}

static __always_inline int file_count_by_numbers(__u32 fd, const struct file_io *io)
{
	__u32 zero = 0;

	bpf_map_update_elem(&io_scratch, &zero, io, BPF_ANY);
	return file_count_scratch(fd);
}
#define file_count(fd, io) file_count_by_numbers(fd, io)
#endif

static __always_inline void file_end(__u32 fd, __u32 op, struct file_io *io, struct call *c)
{
	int counted;

	io->op = op;
	io->hint = file_slot(c, fd);
	counted = file_count(fd, io);
	file_slot_keep(c, fd, io->hint);
	/* a descriptor that was none is an error of the caller; one closed meanwhile is our loss */
	if (!counted && io->ret >= 0)
		count_loss(LOSS_UNATTRIBUTED);
}

/* A call that has returned: both its ends. */
static __always_inline void files_count(struct task_struct *t, struct pt_regs *regs, __u32 nr,
					struct file_io *io, struct call *c)
{
	bool compat = nr & SYS_COMPAT;
	__u32 op = file_op(nr), first, second;

	if (op == FILE_NONE)
		return;
#ifndef TYPED
	io->files = (__u64)MEMBER(t, files);
#endif
	if (op == FILE_ACCEPT) {
		if (io->ret >= 0)
			tcp_accepted(file_at(io_files(io), io->ret));
		return;
	}
	first = syscall_arg(regs, 0, compat);
	if (op <= FILE_SYNC) {
		file_end(first, op, io, c);
		return;
	}
	if (op == FILE_SPLICE && io->ret > 0)
		tcp_splice_received(file_at(io_files(io), first), io->ret);
	second = syscall_arg(regs, op == FILE_SENDFILE ? 1 : 2, compat);
	file_end(op == FILE_SENDFILE ? second : first, FILE_READ, io, c);
	file_end(op == FILE_SENDFILE ? first : second, FILE_WRITE, io, c);
}

#endif
