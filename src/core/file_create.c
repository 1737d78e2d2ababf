/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* O_PATH */
#include "file_create.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as in the kernel */
#define NEW_FLAGS (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)

/* On the way along a path: a directory that is open, and the names that are still to come. */
struct walk {
	int dir;
	char name[NAME_MAX + 1]; /* the last one, once there */
	bool kernel_follows;	 /* the name is a link of procfs: its text is not where it leads */
	int links;
	char rest[PATH_MAX];
};

static void walk_done(struct walk *w)
{
	if (w->dir >= 0)
		close(w->dir);
	w->dir = -1;
}

static int dir_enter(struct walk *w, int from, const char *name, int flags)
{
	int dir = openat(from, name, O_PATH | O_DIRECTORY | O_CLOEXEC | flags);

	if (dir < 0)
		return -errno;
	walk_done(w);
	w->dir = dir;
	return 0;
}

static bool anybody_writes(int dir)
{
	struct stat st;

	return fstat(dir, &st) || st.st_mode & S_IWOTH;
}

static bool is_procfs(int dir)
{
	struct statfs fs;

	return !fstatfs(dir, &fs) && fs.f_type == PROC_SUPER_MAGIC;
}

/* Puts what the link says in front of the rest. */
static int link_splice(struct walk *w)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(w->dir, w->name, target, sizeof(target));
	size_t rest = strlen(w->rest);

	if (n < 0)
		return -errno;
	if (!n)
		return -ENOENT;
	if ((size_t)n + 1 + rest >= sizeof(w->rest))
		return -ENAMETOOLONG;
	memmove(w->rest + n + (rest > 0), w->rest, rest + 1);
	memcpy(w->rest, target, (size_t)n);
	if (rest)
		w->rest[n] = '/';
	return target[0] == '/' ? dir_enter(w, AT_FDCWD, "/", 0) : 0;
}

/* 1: the name is the last one after all. */
static int link_follow(struct walk *w, bool last)
{
	if (anybody_writes(w->dir) || ++w->links > LINKS_MAX)
		return -ELOOP;
	w->kernel_follows = is_procfs(w->dir);
	if (!w->kernel_follows)
		return link_splice(w);
	return last ? 1 : dir_enter(w, w->dir, w->name, 0);
}

/* Moves the next name of the rest to w->name; *last: no other follows. */
static int name_take(struct walk *w, bool *last)
{
	const char *from = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(from, "/");

	if (!n)
		return -EISDIR;
	if (n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(w->name, from, n);
	w->name[n] = '\0';
	*last = !from[n];
	memmove(w->rest, from + n, strlen(from + n) + 1);
	return 0;
}

/* 1: w->dir and w->name are where the path ends; follow: also through a link in its last place. */
static int walk_step(struct walk *w, bool follow)
{
	struct stat st;
	bool last;
	int r = name_take(w, &last);

	if (r || (last && !follow))
		return r ? r : 1;
	if (fstatat(w->dir, w->name, &st, AT_SYMLINK_NOFOLLOW))
		return last && errno == ENOENT ? 1 : -errno;
	if (S_ISLNK(st.st_mode))
		return link_follow(w, last);
	return last ? 1 : dir_enter(w, w->dir, w->name, O_NOFOLLOW);
}

/* Call walk_done in both cases. */
static int walk_to(struct walk *w, const char *path, bool follow)
{
	size_t len = strlen(path);
	int r;

	*w = (struct walk){ .dir = -1 };
	if (!len)
		return -ENOENT;
	if (len >= sizeof(w->rest))
		return -ENAMETOOLONG;
	memcpy(w->rest, path, len + 1);
	r = dir_enter(w, AT_FDCWD, *path == '/' ? "/" : ".", 0);
	while (!r)
		r = walk_step(w, follow);
	return r < 0 ? r : 0;
}

int file_create(const char *path)
{
	struct walk w;
	int r = walk_to(&w, path, false);

	if (!r) {
		r = openat(w.dir, w.name, NEW_FLAGS, 0600);
		r = r < 0 ? -errno : r;
	}
	walk_done(&w);
	return r;
}

int file_creatable(const char *path)
{
	struct stat st;
	struct walk w;
	int r = walk_to(&w, path, false);

	if (!r && !fstatat(w.dir, w.name, &st, AT_SYMLINK_NOFOLLOW))
		r = -EEXIST;
	else if (!r && errno != ENOENT)
		r = -errno;
	if (!r && faccessat(w.dir, ".", W_OK | X_OK, AT_EACCESS))
		r = -errno;
	walk_done(&w);
	return r;
}

int file_overwrite(const char *path)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY;
	struct walk w;
	int r = walk_to(&w, path, true);

	if (!r) {
		r = openat(w.dir, w.name, flags | (w.kernel_follows ? 0 : O_NOFOLLOW), 0644);
		r = r < 0 ? -errno : r;
	}
	walk_done(&w);
	return r;
}

static int data_write(int fd, const char *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = write(fd, data + done, len - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Takes the file away again, unless something else has its name by now. */
static void file_drop(const struct walk *w, const struct stat *made)
{
	struct stat st;

	if (!fstatat(w->dir, w->name, &st, AT_SYMLINK_NOFOLLOW) && st.st_dev == made->st_dev &&
	    st.st_ino == made->st_ino)
		unlinkat(w->dir, w->name, 0);
}

int file_save(const char *path, const void *data, size_t len)
{
	struct stat made = { 0 };
	struct walk w;
	int r = walk_to(&w, path, false), fd = -1;

	if (!r) {
		fd = openat(w.dir, w.name, NEW_FLAGS, 0600);
		r = fd < 0 ? -errno : 0;
	}
	if (!r) {
		fstat(fd, &made);
		r = data_write(fd, data, len);
		/* some file systems tell only now that the disk is full */
		if (close(fd) && !r)
			r = -errno;
		if (r)
			file_drop(&w, &made);
	}
	walk_done(&w);
	return r;
}

const char *file_error(int r)
{
	if (r == -EEXIST)
		return "exists already; nothing is overwritten";
	if (r == -ELOOP)
		return "a symbolic link in a directory where everybody may write is not followed";
	if (r == -ETIMEDOUT)
		return "the disk does not answer; what came last is not written";
	return strerror(-r);
}
