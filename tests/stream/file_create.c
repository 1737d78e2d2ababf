/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file_create.h"

/* We are in it; shared/ is a directory as /tmp, own/ one as /root. */
static char where[] = "/tmp/probetop-files-XXXXXX";

static void files_init(void)
{
	umask(0);
	cr_assert(mkdtemp(where));
	cr_assert_eq(chdir(where), 0);
	cr_assert_eq(mkdir("own", 0755), 0);
	cr_assert_eq(mkdir("own/sub", 0755), 0);
	cr_assert_eq(mkdir("shared", 01777), 0);
	cr_assert_eq(mkdir("shared/mine", 0755), 0);
}

static void files_done(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", where);
	cr_expect_eq(system(command), 0);
}

static int create(const char *path)
{
	int fd = file_create(path);

	return fd < 0 ? fd : close(fd);
}

TestSuite(file_create, .init = files_init, .fini = files_done);

Test(file_create, makes_files_for_their_owner_alone)
{
	char whole[200];
	struct stat st;

	snprintf(whole, sizeof(whole), "%s/own/whole", where);
	cr_expect_eq(create(whole), 0);
	cr_expect_eq(create("own/../own//sub/./x"), 0);
	cr_expect_eq(create("shared/mine/x"), 0, "a directory of ours in a shared one");
	cr_expect_eq(create("shared/x"), 0);
	cr_assert_eq(stat("own/sub/x", &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600);
}

Test(file_create, overwrites_nothing)
{
	cr_expect_eq(create("own/x"), 0);
	cr_expect_eq(create("own/x"), -EEXIST);
	cr_expect_eq(create("own/sub"), -EEXIST);
	cr_assert_eq(symlink("/nonexistent", "own/dangling"), 0);
	cr_expect_eq(create("own/dangling"), -EEXIST, "nor through a link");
	cr_expect_eq(file_creatable("own/x"), -EEXIST);
	cr_expect_eq(file_creatable("own/dangling"), -EEXIST);
	cr_expect_eq(file_save("own/x", "new", 3), -EEXIST);
	cr_expect_eq(access("own/x", F_OK), 0, "what was there stays");
}

Test(file_create, follows_no_link_that_anybody_may_have_made)
{
	cr_assert_eq(symlink("../own", "shared/out"), 0);
	cr_assert_eq(symlink("../shared/out", "own/around"), 0);
	cr_assert_eq(symlink("file", "shared/link"), 0);
	cr_expect_eq(create("shared/out/x"), -ELOOP);
	cr_expect_eq(create("shared/out/sub/x"), -ELOOP);
	cr_expect_eq(create("own/around/x"), -ELOOP, "nor where a good one leads to it");
	cr_expect_eq(create("shared/link"), -EEXIST);
	cr_expect_eq(file_creatable("shared/out/x"), -ELOOP);
	cr_expect_eq(file_overwrite("shared/out/x"), -ELOOP);
	cr_expect_eq(file_overwrite("shared/link"), -ELOOP);
	cr_expect_neq(access("own/x", F_OK), 0);
	cr_expect_neq(access("shared/file", F_OK), 0);
}

Test(file_create, follows_links_in_directories_of_ours)
{
	cr_assert_eq(symlink("sub", "own/link"), 0);
	cr_assert_eq(symlink("link/../link", "own/link2"), 0);
	cr_assert_eq(symlink("loop", "own/loop"), 0);
	cr_expect_eq(create("own/link/a"), 0);
	cr_expect_eq(create("own/link2/b"), 0);
	cr_expect_eq(access("own/sub/a", F_OK), 0);
	cr_expect_eq(access("own/sub/b", F_OK), 0);
	cr_expect_eq(create("own/loop/x"), -ELOOP);
}

Test(file_create, says_what_is_wrong_with_the_path)
{
	char name[300], deep[5000];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(deep, '/', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	cr_expect_eq(create(""), -ENOENT);
	cr_expect_eq(create("/"), -EISDIR);
	cr_expect_eq(create("own/"), -EISDIR);
	cr_expect_eq(create("own/x/"), -ENOENT);
	cr_expect_eq(create("nowhere/x"), -ENOENT);
	cr_expect_eq(create(name), -ENAMETOOLONG);
	cr_expect_eq(create(deep), -ENAMETOOLONG);
	cr_expect_eq(create("own/x"), 0);
	cr_expect_eq(create("own/x/y"), -ENOTDIR);
	cr_expect_eq(file_creatable("own/new"), 0);
	cr_expect_eq(file_creatable("nowhere/new"), -ENOENT);
}

Test(file_create, output_goes_where_it_always_went)
{
	int fd = file_overwrite("own/x"), pipes[2];
	char path[40];
	struct stat st;

	cr_assert_geq(fd, 0);
	cr_expect_eq(write(fd, "old", 3), 3);
	close(fd);
	cr_assert_eq(symlink("x", "own/link"), 0);
	fd = file_overwrite("own/link");
	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(stat("own/x", &st), 0);
	cr_expect_eq(st.st_size, 0);
	cr_expect_eq(st.st_mode & 0777, 0644);
	cr_assert_eq(pipe(pipes), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", pipes[1]);
	fd = file_overwrite(path);
	cr_expect_geq(fd, 0, "%s: %s", path, strerror(-fd));
	cr_expect_eq(write(fd, "x", 1), 1);
}

Test(file_create, leaves_all_or_nothing)
{
	struct rlimit limit = { .rlim_cur = 1000, .rlim_max = 1000 };
	char data[4000] = { 0 };

	cr_expect_eq(file_save("own/whole", data, 1000), 0);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	cr_expect_eq(file_save("own/half", data, sizeof(data)), -EFBIG);
	cr_expect_neq(access("own/half", F_OK), 0);
	cr_expect_eq(access("own/whole", F_OK), 0);
}
