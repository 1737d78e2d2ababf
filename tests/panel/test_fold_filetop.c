/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <sys/stat.h>

#include "collect/path.h"
#include "fold.h"

extern const struct panel panel_filetop;


static void setup(void)
{
	fold_setup(&panel_filetop, 1000000000, 2000000000);
}

TestSuite(fold_filetop, .init = setup, .fini = fold_teardown);

static struct file_val *file(struct frame *f, uint32_t tid, uint32_t tgid, uint64_t ino, uint32_t type)
{
	struct file_rec *r = sample_add(&f->s[STREAM_FILE], STREAM_FILE);

	r->key = (struct file_key){ .task = { .tid = tid, .tgid = tgid, .start_ns = tid },
				    .file = { .ino = ino, .dev = 254u << 20 | 1 } };
	r->v.type = type;
	return &r->v;
}

static struct path_rec *path(uint64_t ino, const char *name)
{
	struct path_rec *p = sample_add(&cur->s[STREAM_PATH], STREAM_PATH);

	p->file = (struct file_id){ .ino = ino, .dev = 254u << 20 | 1 };
	snprintf(p->fs, sizeof(p->fs), "ext4");
	snprintf(p->path, sizeof(p->path), "%s", name);
	return p;
}

Test(fold_filetop, counts_what_came_since)
{
	const struct table *t;
	struct file_val *v = file(prev, 7, 7, 11, S_IFREG);

	v->reads = 4;
	v->read_bytes = 400;
	v = file(cur, 7, 7, 11, S_IFREG);
	v->reads = 6;
	v->read_bytes = 450;
	v->writes = 1;
	v->write_bytes = 9;
	v->syncs = 2;
	v->errors = 1;
	v->lat.n[lat_bucket(800)] = 5;
	v->lat.total_ns = 4000;
	v->lat.max_ns = 800;
	path(11, "/a/b c");
	t = rows_by(NULL);
	cr_assert_eq(t->n, 1);
	cr_expect_str_eq(text(t, 0, "file"), "/a/b c");
	cr_expect_str_eq(text(t, 0, "type"), "R");
	cr_expect_str_eq(text(t, 0, "fs"), "ext4");
	cr_expect_str_eq(text(t, 0, "dev"), "254:1");
	cr_expect_eq(number(t, 0, "inode"), 11);
	cr_expect_eq(number(t, 0, "reads"), 2);
	cr_expect_eq(number(t, 0, "read_bytes"), 50);
	cr_expect_eq(number(t, 0, "writes"), 1);
	cr_expect_eq(number(t, 0, "write_bytes"), 9);
	cr_expect_eq(number(t, 0, "bytes"), 59);
	cr_expect_eq(number(t, 0, "syncs"), 2);
	cr_expect_eq(number(t, 0, "errors"), 1);
	cr_expect_eq(number(t, 0, "avg_ns"), 800);
}

Test(fold_filetop, leaves_out_what_did_not_move)
{
	file(prev, 7, 7, 11, S_IFREG)->reads = 4;
	file(cur, 7, 7, 11, S_IFREG)->reads = 4;
	cr_expect_eq(rows_by(NULL)->n, 0);
}

Test(fold_filetop, marks_what_is_cut_and_what_is_deleted)
{
	struct file_val *v = file(cur, 1, 1, 21, S_IFREG);
	const struct table *t;

	v->reads = v->unlinked = 1;
	path(21, "/x")->flags = PATH_CUT;
	t = rows_by(NULL);
	cr_expect_str_eq(text(t, 0, "file"), ".../x (deleted)");
}

Test(fold_filetop, types)
{
	static const struct {
		uint32_t type;
		const char *letter;
	} cases[] = { { S_IFREG, "R" }, { S_IFDIR, "D" }, { S_IFSOCK, "S" }, { S_IFIFO, "P" },
		      { S_IFCHR, "C" }, { S_IFBLK, "B" }, { 0, "O" } };
	size_t n = sizeof(cases) / sizeof(*cases);
	const struct table *t;

	for (size_t i = 0; i < n; i++)
		file(cur, 1, 1, i + 1, cases[i].type)->reads = 1;
	query.all = true;
	t = rows_by(NULL);
	cr_assert_eq(t->n, n);
	for (size_t i = 0; i < n; i++)
		cr_expect_str_eq(text(t, i, "type"), cases[number(t, i, "inode") - 1].letter);
}

Test(fold_filetop, hides_what_has_no_path_until_asked_for)
{
	const struct table *t;

	file(cur, 1, 1, 31, S_IFSOCK)->writes = 1;
	file(cur, 1, 1, 32, S_IFIFO)->writes = 1;
	file(cur, 1, 1, 33, 0)->writes = 1;
	path(33, "anon_inode:[eventfd]");
	cr_expect_eq(rows_by(NULL)->n, 0);
	query.all = true;
	t = rows_by(NULL);
	cr_assert_eq(t->n, 3);
	for (size_t i = 0; i < t->n; i++) {
		uint64_t ino = number(t, i, "inode");

		cr_expect_str_eq(text(t, i, "file"), ino == 31 ? "socket:[31]" :
						     ino == 32 ? "pipe:[32]" :
								 "anon_inode:[eventfd]");
	}
}

Test(fold_filetop, one_path_and_two_inodes_are_two_files)
{
	const struct table *t;

	file(cur, 1, 1, 41, S_IFREG)->reads = 1;
	file(cur, 2, 2, 41, S_IFREG)->reads = 1;
	file(cur, 1, 1, 42, S_IFREG)->reads = 1;
	path(41, "/same");
	path(42, "/same");
	t = rows_by("file");
	cr_assert_eq(t->n, 2);
	for (size_t i = 0; i < 2; i++)
		cr_expect_eq(number(t, i, "reads"), number(t, i, "inode") == 41 ? 2 : 1);
}

Test(fold_filetop, path_not_known_yet)
{
	file(cur, 1, 1, 51, S_IFREG)->reads = 1;
	cr_expect_str_eq(text(rows_by(NULL), 0, "file"), "[254:1:51]");
}

Test(fold_filetop, other_is_shown_and_goes_on_over_generations)
{
	const struct table *t;

	file(prev, 0, TASK_OTHER, 0, 0)->reads = 100;
	file(cur, 0, TASK_OTHER, 0, 0)->reads = 103;
	cur->s[STREAM_FILE].gen = 1;
	t = rows_by(NULL);
	cr_assert_eq(t->n, 1);
	cr_expect_str_eq(text(t, 0, "file"), "(other)");
	cr_expect_str_eq(text(t, 0, "comm"), "(other)");
	cr_expect_eq(number(t, 0, "reads"), 3);
}

/* The event as the program sends it: names leaf first, NUL after each. */
static const char *assembled(struct path_rec *ret, const char *fs, uint32_t flags, const char *names,
			     size_t used)
{
	struct path_event e = { .file.ino = 9, .flags = flags, .used = (uint32_t)used };

	snprintf(e.fs, sizeof(e.fs), "%s", fs);
	memcpy(e.names, names, used);
	path_assemble(ret, &e, offsetof(struct path_event, names) + used);
	return ret->path;
}

Test(path, from_leaf_to_root)
{
	struct path_rec p;

	cr_expect_str_eq(assembled(&p, "ext4", 0, "c\0b\0a", 6), "/a/b/c");
	cr_expect_str_eq(assembled(&p, "ext4", 0, "", 0), "/");
	cr_expect_str_eq(assembled(&p, "ext4", PATH_CUT, "c\0b", 4), "/b/c");
	cr_expect_eq(p.flags, PATH_CUT);
}

Test(path, floating)
{
	struct path_rec p;

	cr_expect_str_eq(assembled(&p, "anon_inodefs", PATH_FLOATING, "[eventfd]", 10),
			 "anon_inode:[eventfd]");
	cr_expect_str_eq(assembled(&p, "tmpfs", PATH_FLOATING, "memfd:x", 8), "/memfd:x (deleted)");
	cr_expect_str_eq(assembled(&p, "pidfs", PATH_FLOATING, "", 1), "anon_inode:[pidfd]");
	cr_expect_str_eq(assembled(&p, "nsfs", PATH_FLOATING, "", 1), "nsfs:[9]");
}

Test(path, longest)
{
	char names[PATH_LEN];
	struct path_rec p;

	memset(names, 'x', sizeof(names));
	for (size_t i = 99; i < sizeof(names); i += 100)
		names[i] = '\0';
	/* PATH_LEN - 1 bytes fit, with the slash in front of each name */
	assembled(&p, "ext4", 0, names, 900);
	cr_expect_eq(strlen(p.path), 900);
	cr_expect_eq(p.flags, 0);
	assembled(&p, "ext4", 0, names, 1000);
	cr_expect_eq(p.flags, PATH_CUT);
	cr_expect_eq(strlen(p.path), 900);
	cr_expect_eq(p.path[0], '/');
}
