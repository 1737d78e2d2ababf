/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem */
/* Nothing that names somebody is left in a frame, and what was the same still is. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/anonymise.h"

static struct anonymiser *a;
static struct frame *f;

static void setup(void)
{
	a = anonymiser_new();
	f = frame_new();
}

static void teardown(void)
{
	anonymiser_free(a);
	frame_free(f);
}

TestSuite(anonymise, .init = setup, .fini = teardown);

static bool frame_has(const char *bytes, size_t len)
{
	for (int id = 0; id < STREAM_COUNT; id++) {
		const struct sample *s = &f->s[id];

		if (s->count &&
		    memmem(s->recs, (size_t)s->count * streams[id].rec_size, bytes, len))
			return true;
	}
	return false;
}

static void path_is(const char *from, const char *to)
{
	char buf[PATH_LEN];

	anonymiser_path(a, buf, sizeof(buf), from);
	cr_assert_str_eq(buf, to, "%s became %s, not %s", from, buf, to);
}

static void cgroup_is(const char *from, const char *to)
{
	char buf[496];

	anonymiser_cgroup(a, buf, sizeof(buf), from);
	cr_assert_str_eq(buf, to, "%s became %s, not %s", from, buf, to);
}

Test(anonymise, no_secret_is_left)
{
	static const char *const secrets[] = { "payroll",	   "wiley",
					       "acme-db",	   "merger",
					       "\xcb\x00\x71\x07", "\x20\x01\x48\x60\x48\x60" };
	struct host_rec *h = sample_add(&f->s[STREAM_HOST], STREAM_HOST);
	struct task_rec *t = sample_add(&f->s[STREAM_TASK], STREAM_TASK);
	struct cgroup_rec *g = sample_add(&f->s[STREAM_CGROUP], STREAM_CGROUP);
	struct user_rec *u = sample_add(&f->s[STREAM_USER], STREAM_USER);
	struct path_rec *p = sample_add(&f->s[STREAM_PATH], STREAM_PATH);
	struct conn_rec *c4 = sample_add(&f->s[STREAM_CONN], STREAM_CONN);
	struct conn_rec *c6;

	strcpy(h->name, "acme-db");
	strcpy(h->filter, "cgroup /payroll.slice");
	strcpy(t->comm, "payroll");
	strcpy(g->path, "/system.slice/payroll.service");
	u->uid = 1000;
	strcpy(u->name, "wiley");
	strcpy(p->path, "/home/wiley/merger.txt");
	c4->v.family = 4;
	memcpy(c4->v.raddr, "\xcb\x00\x71\x07", 4);
	memcpy(c4->v.laddr, "\x7f\x00\x00\x01", 4);
	c6 = sample_add(&f->s[STREAM_CONN], STREAM_CONN);
	c6->v.family = 6;
	memcpy(c6->v.raddr, "\x20\x01\x48\x60\x48\x60", 6);
	anonymiser_apply(a, f);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		size_t len = i < 4 ? strlen(secrets[i]) : i == 4 ? 4 : 6;

		cr_assert(!frame_has(secrets[i], len), "secret %zu is still there", i);
	}
	c4 = (void *)f->s[STREAM_CONN].recs;
	cr_assert_eq(memcmp(c4->v.laddr, "\x7f\x00\x00\x01", 4), 0, "127.0.0.1 is no secret");
	cr_assert_str_eq(((struct host_rec *)f->s[STREAM_HOST].recs)->filter,
			 "cgroup /unit-1.slice");
	cr_assert_str_eq(((struct cgroup_rec *)f->s[STREAM_CGROUP].recs)->path,
			 "/system.slice/unit-1.service", "the same word, the same alias");
}

Test(anonymise, paths_keep_their_shape)
{
	path_is("/home/wiley/merger.txt", "/home/file-1/file-2.txt");
	path_is("/home/wiley/merger.txt", "/home/file-1/file-2.txt");
	path_is("/srv/wiley/plan", "/srv/file-1/file-3");
	path_is("/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libc.so.6");
	path_is("/proc/1234/stat", "/proc/1234/stat");
	path_is("/", "/");
	path_is("socket:[123]", "socket:[123]");
	path_is("anon_inode:[eventfd]", "anon_inode:[eventfd]");
	path_is("/memfd:plans", "/memfd:file-4");
	path_is("/a.verylongext/b.42", "/file-5/file-6");
	path_is("/plan.bob", "/file-7");
	path_is("x:[wiley]", "file-8");
}

Test(anonymise, a_path_that_grows_is_cut)
{
	char path[PATH_LEN], buf[PATH_LEN];

	for (size_t i = 0; i + 3 < sizeof(path); i += 2)
		memcpy(path + i, "/x", 3);
	anonymiser_path(a, buf, sizeof(buf), path);
	cr_assert_eq(strlen(buf), sizeof(buf) - 1);
}

Test(anonymise, containers_still_look_like_some)
{
	char buf[496];

	cgroup_is("/user.slice/user-1000.slice/session-3.scope",
		  "/user.slice/user-1000.slice/session-3.scope");
	anonymiser_cgroup(
		a, buf, sizeof(buf),
		"/system.slice/"
		"docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope");
	cr_assert_eq(strlen(buf), strlen("/system.slice/docker-.scope") + 64);
	cr_assert_eq(strncmp(buf, "/system.slice/docker-", 21), 0);
	cr_assert_eq(strspn(buf + 21, "0123456789abcdef"), 64);
	cr_assert_neq(strncmp(buf + 21, "0123456789abcdef", 16), 0);
}

/* What listens on both families shows the same machine in both. */
Test(anonymise, mapped_addresses_are_those_of_ip4)
{
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff };
	struct conn_rec *c = sample_add(&f->s[STREAM_CONN], STREAM_CONN);

	c->v.family = 4;
	memcpy(c->v.raddr, "\xcb\x00\x71\x07", 4);
	c = sample_add(&f->s[STREAM_CONN], STREAM_CONN);
	c->v.family = 6;
	memcpy(c->v.laddr, mapped, 12);
	memcpy(c->v.laddr + 12, "\x7f\x00\x00\x01", 4);
	memcpy(c->v.raddr, mapped, 12);
	memcpy(c->v.raddr + 12, "\xcb\x00\x71\x07", 4);
	anonymiser_apply(a, f);
	c = (struct conn_rec *)f->s[STREAM_CONN].recs;
	cr_assert(!frame_has("\xcb\x00\x71\x07", 4));
	cr_assert_arr_eq(c[1].v.raddr, mapped, 12);
	cr_assert_arr_eq(c[1].v.raddr + 12, c[0].v.raddr, 4);
	cr_assert_arr_eq(c[1].v.laddr + 12, "\x7f\x00\x00\x01", 4);
}

Test(anonymise, kernel_threads_and_root_keep_their_names)
{
	struct task_rec *t = sample_add(&f->s[STREAM_TASK], STREAM_TASK);
	struct user_rec *u = sample_add(&f->s[STREAM_USER], STREAM_USER);

	t->flags = TASK_KTHREAD;
	strcpy(t->comm, "kswapd0");
	strcpy(u->name, "root");
	anonymiser_apply(a, f);
	cr_assert_str_eq(((struct task_rec *)f->s[STREAM_TASK].recs)->comm, "kswapd0");
	cr_assert_str_eq(((struct user_rec *)f->s[STREAM_USER].recs)->name, "root");
}

Test(anonymise, a_group_that_is_named_without_a_slash_is_a_name_too)
{
	struct host_rec *h = sample_add(&f->s[STREAM_HOST], STREAM_HOST);

	strcpy(h->filter, "pid 1,2 cgroup payroll.slice/merger.service");
	anonymiser_apply(a, f);
	h = (void *)f->s[STREAM_HOST].recs;
	cr_expect_str_eq(h->filter, "pid 1,2 cgroup unit-1.slice/unit-2.service");
}

Test(anonymise, forgets_the_oldest_names_and_never_takes_one_for_another)
{
	char name[16], first[16], last[16];

	anonymiser_program(a, first, sizeof(first), "first");
	for (int i = 0; i < 300000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		anonymiser_program(a, last, sizeof(last), name);
	}
	cr_expect_str_eq(first, "prog-1");
	cr_expect_str_eq(last, "prog-300001");
	anonymiser_program(a, name, sizeof(name), "n299998");
	cr_expect_str_eq(name, "prog-300000", "it is known");
	anonymiser_program(a, name, sizeof(name), "first");
	cr_expect_str_eq(name, "prog-300002", "it is not known any more");
}
