/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the kernel was built, where it says so. */
#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/mem.h"
#include "doctor/check.h"

#define CONFIG_SIZE_MAX (2u << 20)

/* Plain or packed; NULL: it cannot be read.  The caller frees. */
static char *config_read(const char *path)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	char *text = NULL;
	size_t len = 0;
	ssize_t n;

	archive_read_support_filter_gzip(a);
	archive_read_support_format_raw(a);
	if (!archive_read_open_filename(a, path, 16384) && !archive_read_next_header(a, &entry)) {
		text = xmalloc(CONFIG_SIZE_MAX + 1);
		while (len < CONFIG_SIZE_MAX &&
		       (n = archive_read_data(a, text + len, CONFIG_SIZE_MAX - len)) > 0)
			len += (size_t)n;
		text[len] = '\0';
	}
	archive_read_free(a);
	return text;
}

static bool is_set(const char *text, const char *name)
{
	char line[80];
	const char *at;

	snprintf(line, sizeof(line), "\nCONFIG_%s=", name);
	at = strstr(text, line);
	return at && (at[strlen(line)] == 'y' || at[strlen(line)] == 'm');
}

void kernel_config_check(struct checks *to)
{
	static const char *const wanted[] = { "BPF_SYSCALL", "DEBUG_INFO_BTF", "BPF_EVENTS",
					      "PERF_EVENTS", "BPF_JIT",	       "CGROUPS" };
	char boot[128], missing[200] = "";
	const char *path = "/proc/config.gz";
	CLEANUP(free_ptr) char *text = config_read(path);
	struct utsname u;

	uname(&u);
	snprintf(boot, sizeof(boot), "/boot/config-%.100s", u.release);
	if (!text)
		text = config_read(path = boot);
	for (size_t i = 0; text && i < sizeof(wanted) / sizeof(*wanted); i++) {
		size_t len = strlen(missing);

		if (!is_set(text, wanted[i]))
			snprintf(missing + len, sizeof(missing) - len, " CONFIG_%s", wanted[i]);
	}
	if (!text)
		check_add(to, "kernel", "config", CHECK_INFO, NULL,
			  "not known: neither /proc/config.gz nor %s", boot);
	else if (missing[0])
		check_add(to, "kernel", "config", CHECK_LESS,
			  "boot a kernel that is built with them", "%s: not set:%s", path, missing);
	else
		check_add(to, "kernel", "config", CHECK_OK, NULL, "%s: all that is needed is set",
			  path);
}
