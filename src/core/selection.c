/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "selection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_node.h"
#include "mem.h"

#define PID_MAX (1 << 22) /* what the kernel can have */

void selection_done(struct selection *s)
{
	free(s->pids);
	free(s->cgroup);
	*s = (struct selection){ 0 };
}

void selection_copy(struct selection *to, const struct selection *from)
{
	*to = (struct selection){ .n_pids = from->n_pids, .as_shown = from->as_shown };
	if (from->n_pids) {
		to->pids = xreallocarray(NULL, from->n_pids, sizeof(*to->pids));
		memcpy(to->pids, from->pids, from->n_pids * sizeof(*to->pids));
	}
	to->cgroup = from->cgroup ? xstrdup(from->cgroup) : NULL;
}

bool selection_is_all(const struct selection *s)
{
	return !s->n_pids && !s->cgroup;
}

static bool pid_is_selected(const struct selection *s, uint32_t pid)
{
	for (size_t i = 0; i < s->n_pids; i++)
		if (s->pids[i] == pid)
			return true;
	return false;
}

/* False: there are too many. */
static bool pid_add(struct selection *s, uint32_t pid)
{
	if (pid_is_selected(s, pid))
		return true;
	if (s->n_pids == SELECTION_PIDS)
		return false;
	s->pids = xreallocarray(s->pids, s->n_pids + 1, sizeof(*s->pids));
	s->pids[s->n_pids++] = pid;
	return true;
}

int selection_add_pids(struct selection *s, const char *text, size_t *ret_at, char *error,
		       size_t size)
{
	for (const char *p = text; *p; p += *p == ',') {
		size_t len = strspn(p, "0123456789");
		unsigned long pid = strtoul(p, NULL, 10);

		*ret_at = (size_t)(p - text);
		if (!len || (p[len] && p[len] != ',') || len > 7 || !pid || pid > PID_MAX) {
			snprintf(error, size, "process ids with commas between, such as 1,42");
			return -EINVAL;
		}
		if (!pid_add(s, (uint32_t)pid)) {
			snprintf(error, size, "at most %d processes can be named", SELECTION_PIDS);
			return -EINVAL;
		}
		p += len;
	}
	return 0;
}

/* Adds a part, or the mark that it has no room for, and still has when more follows. */
static bool part_add(char *buf, size_t size, const char *part)
{
	static const char more[] = "...";
	size_t at = strlen(buf), len = strlen(part);
	bool fits = at + len + sizeof(more) <= size;

	snprintf(buf + at, size - at, "%s", fits ? part : more);
	return fits;
}

void selection_text(char *buf, size_t size, const struct selection *s)
{
	CLEANUP(free_ptr) char *group = s->cgroup ? xasprintf("cgroup %s", s->cgroup) : NULL;
	char pid[32];

	buf[0] = '\0';
	for (size_t i = 0; i < s->n_pids; i++) {
		snprintf(pid, sizeof(pid), "%s%u", i ? "," : "pid ", s->pids[i]);
		if (!part_add(buf, size, pid))
			return;
	}
	if (group && (!s->n_pids || part_add(buf, size, " ")))
		part_add(buf, size, group);
}

static bool node_pids(struct selection *s, const struct filter_node *n)
{
	if (n->type == NODE_OR)
		return node_pids(s, n->left) && node_pids(s, n->right);
	return n->type == NODE_COMPARE && n->op == OP_EQ && !strcmp(n->column->name, "pid") &&
	       n->number >= 1 && n->number <= PID_MAX && n->number == (uint32_t)n->number &&
	       pid_add(s, (uint32_t)n->number);
}

/* One group, named once or twice. */
static bool node_cgroup(struct selection *s, const struct filter_node *n)
{
	size_t len;
	bool same;
	char *path;

	if (n->type == NODE_OR)
		return node_cgroup(s, n->left) && node_cgroup(s, n->right);
	if (n->type != NODE_COMPARE || strcmp(n->column->name, "cgroup") != 0 || n->text[0] != '/')
		return false;
	len = strlen(n->text);
	if (n->op != OP_EQ && !(n->op == OP_PREFIX && n->text[len - 1] == '/'))
		return false;
	while (len && n->text[len - 1] == '/')
		len--;
	/* below the root is everything */
	if (!len)
		return false;
	path = xstrndup(n->text, len);
	same = !s->cgroup || !strcmp(s->cgroup, path);
	free(s->cgroup);
	s->cgroup = path;
	s->as_shown = true;
	return same;
}

bool selection_from_filter(struct selection *ret, const struct filter *f)
{
	*ret = (struct selection){ 0 };
	if (f && node_pids(ret, f->root))
		return true;
	selection_done(ret);
	if (f && node_cgroup(ret, f->root))
		return true;
	selection_done(ret);
	return false;
}

void cgroup_path_shown(char *buf, size_t size, const char *path)
{
	static const char *const mounts[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };
	size_t len;

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		len = strlen(mounts[i]);
		if (!strncmp(path, mounts[i], len) && (!path[len] || path[len] == '/')) {
			path += len;
			break;
		}
	}
	path += strspn(path, "/");
	snprintf(buf, size, "%s%s", *path ? "/" : "", path);
	for (len = strlen(buf); len && buf[len - 1] == '/'; len--)
		buf[len - 1] = '\0';
}

static bool is_below(const struct selection_keep *k, const void *row)
{
	const char *path = column_is_known(k->cgroup, row) ? column_str(k->cgroup, row) : "";
	size_t len = strlen(k->path);

	return !strncmp(path, k->path, len) && (!path[len] || path[len] == '/') && *path;
}

static bool is_other(const struct selection_keep *k, const void *row)
{
	return k->pid && k->comm && !column_u64(k->pid, row) && column_is_known(k->comm, row) &&
	       !strcmp(column_str(k->comm, row), "(other)");
}

static bool selection_passes(struct row_keep *keep, const struct panel *p, const void *row)
{
	struct selection_keep *k = (struct selection_keep *)keep;

	if (k->panel != p) {
		k->panel = p;
		k->pid = panel_column(p, "pid");
		k->cgroup = panel_column(p, "cgroup");
		k->comm = panel_column(p, "comm");
	}
	if (k->selection->n_pids && k->pid &&
	    !pid_is_selected(k->selection, (uint32_t)column_u64(k->pid, row)))
		return is_other(k, row);
	return !k->groups || !k->selection->cgroup || !k->cgroup || is_below(k, row) || is_other(k, row);
}

void selection_keep_init(struct selection_keep *k, const struct selection *s, bool groups)
{
	*k = (struct selection_keep){
		.keep = { .passes = selection_passes, .changes = k->keep.changes + 1 },
		.selection = s,
		.groups = groups,
	};
	cgroup_path_shown(k->path, sizeof(k->path), s->cgroup ? s->cgroup : "");
}
