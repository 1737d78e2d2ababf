/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "container.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define ID_DIGITS 64
#define ID_SHOWN 12
#define UID_DIGITS 32
#define UID_SHOWN 8

/* A component of the path, or a piece of one. */
struct part {
	const char *s;
	size_t len;
};

enum id_kind {
	ID_HEX, /* 64 hexadecimal digits */
	ID_NAME, /* whatever the administrator chose */
};

/* The first that fits counts; of the components of a path it is the last one. */
struct rule {
	const char *parent; /* the component above; NULL: any */
	const char *prefix, *suffix; /* around the id; NULL: nothing */
	const char *engine; /* shown before the id */
	enum id_kind id;
	bool beside; /* not in the container but about it */
};

static const struct rule rules[] = {
	{ .prefix = "docker-", .suffix = ".scope", .engine = "docker" },
	{ .parent = "docker", .engine = "docker" },
	{ .prefix = "libpod-conmon-", .suffix = ".scope", .engine = "conmon", .beside = true },
	{ .prefix = "libpod-payload-", .engine = "podman" },
	{ .prefix = "libpod-", .suffix = ".scope", .engine = "podman" },
	{ .prefix = "libpod-", .engine = "podman" },
	{ .prefix = "cri-containerd-", .suffix = ".scope", .engine = "containerd" },
	{ .parent = "cri-containerd", .engine = "containerd" },
	{ .prefix = "crio-conmon-", .suffix = ".scope", .engine = "conmon", .beside = true },
	{ .prefix = "crio-conmon-", .engine = "conmon", .beside = true },
	{ .prefix = "crio-", .suffix = ".scope", .engine = "crio" },
	{ .prefix = "crio-", .engine = "crio" },
	{ .prefix = "nerdctl-", .suffix = ".scope", .engine = "nerdctl" },
	{ .prefix = "lxc.payload.", .id = ID_NAME, .engine = "lxc" },
	{ .parent = "lxc.payload", .id = ID_NAME, .engine = "lxc" },
	{ .prefix = "lxc.monitor.", .id = ID_NAME, .engine = "lxc-monitor", .beside = true },
	{ .parent = "lxc.monitor", .id = ID_NAME, .engine = "lxc-monitor", .beside = true },
	{ .parent = "lxc", .id = ID_NAME, .engine = "lxc" },
	{ .prefix = "machine-", .suffix = ".scope", .id = ID_NAME, .engine = "machine" },
	{ .prefix = "systemd-nspawn@", .suffix = ".service", .id = ID_NAME, .engine = "machine" },
	{ .engine = "container" },
};

/* Slices only hold units together. */
static const char *const unit_suffixes[] = { ".service", ".scope", ".socket", ".mount", ".swap" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool part_is(struct part p, const char *s)
{
	return p.len == strlen(s) && !memcmp(p.s, s, p.len);
}

static bool prefix_take(struct part *p, const char *prefix)
{
	size_t len = prefix ? strlen(prefix) : 0;

	if (p->len < len || (len && memcmp(p->s, prefix, len)))
		return false;
	p->s += len;
	p->len -= len;
	return true;
}

static bool suffix_take(struct part *p, const char *suffix)
{
	size_t len = suffix ? strlen(suffix) : 0;

	if (p->len < len || (len && memcmp(p->s + p->len - len, suffix, len)))
		return false;
	p->len -= len;
	return true;
}

static bool is_hex(struct part p)
{
	for (size_t i = 0; i < p.len; i++)
		if (!isdigit((unsigned char)p.s[i]) && (p.s[i] < 'a' || p.s[i] > 'f'))
			return false;
	return p.len == ID_DIGITS;
}

/* systemd writes what its names must not contain as \x2d; a NUL would end ours. */
static size_t unescape(char *to, size_t size, struct part p)
{
	size_t n = 0;

	for (size_t i = 0; i < p.len && n + 1 < size; n++) {
		char digits[3] = "";
		unsigned int c;

		if (i + 3 < p.len && p.s[i] == '\\' && p.s[i + 1] == 'x') {
			memcpy(digits, p.s + i + 2, 2);
			if (isxdigit((unsigned char)digits[0]) &&
			    isxdigit((unsigned char)digits[1]) && sscanf(digits, "%x", &c) == 1 &&
			    c) {
				to[n] = (char)c;
				i += 4;
				continue;
			}
		}
		to[n] = p.s[i++];
	}
	to[n] = '\0';
	return n;
}

static const struct rule *rule_find(struct part parent, struct part *p)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		const struct rule *r = &rules[i];
		struct part id = *p;

		if ((r->parent && !part_is(parent, r->parent)) || !prefix_take(&id, r->prefix) ||
		    !suffix_take(&id, r->suffix) || !id.len || (r->id == ID_HEX && !is_hex(id)))
			continue;
		*p = id;
		return r;
	}
	return NULL;
}

/* "pod<uid>" or "kubepods-burstable-pod<uid>.slice": the uid with - or _ or neither. */
static bool pod_take(struct part p, struct part *ret_uid)
{
	size_t digits = 0;

	if (suffix_take(&p, ".slice")) {
		const char *at = memmem(p.s, p.len, "-pod", 4);

		if (!at || !memmem(p.s, (size_t)(at - p.s), "kubepods", 8))
			return false;
		p.len -= (size_t)(at + 1 - p.s);
		p.s = at + 1;
	}
	if (!prefix_take(&p, "pod"))
		return false;
	for (size_t i = 0; i < p.len; i++) {
		if (p.s[i] == '-' || p.s[i] == '_')
			continue;
		if (!isxdigit((unsigned char)p.s[i]))
			return false;
		digits++;
	}
	*ret_uid = (struct part){ p.s, UID_SHOWN };
	return digits == UID_DIGITS;
}

static bool unit_is(struct part p)
{
	for (size_t i = 0; i < COUNT(unit_suffixes); i++) {
		struct part name = p;

		if (suffix_take(&name, unit_suffixes[i]) && name.len)
			return true;
	}
	return false;
}

struct naming {
	char *buf;
	size_t size, len;
	struct part pod; /* len 0: not in a pod, or in a container of it already */
	bool contained; /* buf is about a container */
};

static void name_container(struct naming *n, const struct rule *r, struct part id)
{
	int len;

	/* what watches a container of a pod belongs to the pod */
	if (n->pod.len && r->beside)
		return;
	n->contained = true;
	if (r->id == ID_NAME) {
		len = snprintf(n->buf, n->size, "%s:", r->engine);
		n->len = (size_t)len + unescape(n->buf + len, n->size - (size_t)len, id);
	} else if (n->pod.len) {
		n->len = (size_t)snprintf(n->buf, n->size, "pod:%.*s/%.*s", UID_SHOWN, n->pod.s,
					  ID_SHOWN, id.s);
	} else {
		n->len = (size_t)snprintf(n->buf, n->size, "%s:%.*s", r->engine, ID_SHOWN, id.s);
	}
	n->pod.len = 0;
}

static void name_part(struct naming *n, struct part parent, struct part p)
{
	const struct rule *r;

	if (pod_take(p, &n->pod)) {
		n->contained = true;
		n->len = (size_t)snprintf(n->buf, n->size, "pod:%.*s", UID_SHOWN, n->pod.s);
		return;
	}
	r = rule_find(parent, &p);
	if (r) {
		name_container(n, r, p);
	} else if (!n->contained && unit_is(p) && !(n->len && part_is(p, "init.scope"))) {
		/* the init.scope of a user's manager is user@1000.service; a name that could be
		 * taken for one of the kernel's own files has a _ before it */
		prefix_take(&p, "_");
		n->len = unescape(n->buf, n->size, p);
	}
}

/* Some drivers put what is a path elsewhere into one component: SLICE:ENGINE:ID. */
static size_t part_length(const char *s)
{
	size_t len = strcspn(s, "/");
	const char *slice = memmem(s, len, ".slice:", 7);
	size_t piece = strcspn(s, "/:");

	if (slice)
		return (size_t)(slice - s) + strlen(".slice");
	if (piece < len && is_hex((struct part){ s + piece + 1, len - piece - 1 }))
		return piece;
	return len;
}

size_t container_name(char *buf, size_t size, const char *path)
{
	struct naming n = { .buf = buf, .size = size };
	struct part parent = { "", 0 };

	buf[0] = '\0';
	while (*path) {
		struct part p = { path, part_length(path) };

		if (p.len) {
			name_part(&n, parent, p);
			parent = p;
		}
		path += p.len + (path[p.len] != '\0');
	}
	return n.len;
}
