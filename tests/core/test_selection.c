/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be pushed down of a filter: all rows that match it must be selected. */
#include <criterion/criterion.h>

#include "core/selection.h"
#include "fixture_panel.h"

static bool from(struct selection *s, const char *text)
{
	struct filter *f = NULL;
	struct filter_error error;
	bool ok;

	cr_assert_eq(filter_parse(&f, &fixture_panel, text, &error), 0, "%s: %s", text, error.text);
	ok = selection_from_filter(s, f);
	filter_free(f);
	return ok;
}

Test(selection, filters_of_pids)
{
	struct selection s;
	char text[64];

	cr_expect(from(&s, "pid=1 or (pid=42 or pid=1)"));
	selection_text(text, sizeof(text), &s);
	cr_expect_str_eq(text, "pid 1,42");
	selection_done(&s);
}

Test(selection, other_filters_select_nothing)
{
	static const char *const texts[] = {
		"",	    "pid!=1",	       "pid>1",		       "not pid=1",
		"pid=1 and pid=2", "pid=1 or comm=a", "pid=1 or cgroup=/a", "pid=0",
		"pid=1.5",  "cgroup=/a or cgroup=/b", "cgroup^=/a", "cgroup~/a", "cgroup=a",
		"cgroup=/", "cgroup^=/",       "cgroup!=/a",	       "comm=a",   "a",
		"cgroup=null",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct selection s;

		cr_expect_not(from(&s, texts[i]), "%s", texts[i]);
		cr_expect(selection_is_all(&s), "%s", texts[i]);
	}
}

Test(selection, filters_of_one_group)
{
	static const char *const texts[] = {
		"cgroup=/a/b", "cgroup^=/a/b/", "cgroup=/a/b or cgroup^=/a/b/"
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct selection s;

		cr_assert(from(&s, texts[i]), "%s", texts[i]);
		cr_expect_str_eq(s.cgroup, "/a/b");
		cr_expect(s.as_shown);
		selection_done(&s);
	}
}

Test(selection, pids_as_text)
{
	static const struct {
		const char *text;
		size_t at;
	} wrong[] = { { "x", 0 }, { "1,x", 2 }, { "1 2", 0 }, { "0", 0 }, { "1,,2", 2 },
		      { "5000000", 0 }, { "-1", 0 } };
	struct selection s = { 0 };
	char error[100];
	size_t at;

	cr_expect_eq(selection_add_pids(&s, "7,9,7", &at, error, sizeof(error)), 0);
	cr_expect_eq(s.n_pids, 2);
	selection_done(&s);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_expect(selection_add_pids(&s, wrong[i].text, &at, error, sizeof(error)) < 0,
			  "%s", wrong[i].text);
		cr_expect_eq(at, wrong[i].at, "%s: %zu", wrong[i].text, at);
		selection_done(&s);
	}
}

Test(selection, a_text_is_cut_between_pids)
{
	struct selection s = { 0 };
	char error[100], text[16];
	size_t at;

	selection_add_pids(&s, "1111,2222,3333,4444", &at, error, sizeof(error));
	selection_text(text, sizeof(text), &s);
	cr_expect_str_eq(text, "pid 1111...");
	s.cgroup = strdup("/a");
	s.n_pids = 1;
	selection_text(text, sizeof(text), &s);
	cr_expect_str_eq(text, "pid 1111 ...");
	selection_done(&s);
}
