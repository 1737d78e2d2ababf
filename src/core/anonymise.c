/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "anonymise.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "words.h"

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

#define ALIASES_MAX (1u << 18) /* some 30 MB; files with names of their own come for ever */

/* What is counted separately: the fourth program is prog-4, whatever files there are. */
enum alias_kind {
	ALIAS_PROGRAM,
	ALIAS_USER,
	ALIAS_HOST,
	ALIAS_UNIT,
	ALIAS_FILE,
	ALIAS_IP4,
	ALIAS_IP6,
	ALIAS_INTERFACE,
	ALIAS_KINDS
};

struct alias {
	UT_hash_handle hh;
	uint32_t n;    /* from 1 on */
	uint8_t key[]; /* kind, then the bytes that are replaced */
};

struct anonymiser {
	struct alias *aliases;
	uint32_t last[ALIAS_KINDS];
};

struct anonymiser *anonymiser_new(void)
{
	return xcalloc(1, sizeof(struct anonymiser));
}

void anonymiser_free(struct anonymiser *a)
{
	struct alias *alias, *next;

	if (!a)
		return;
	HASH_ITER(hh, a->aliases, alias, next) {
		HASH_DEL(a->aliases, alias);
		free(alias);
	}
	free(a);
}

/* The number that stands for these bytes. */
static uint32_t alias_number(struct anonymiser *a, enum alias_kind kind, const void *bytes,
			     size_t len)
{
	uint8_t key[1100];
	struct alias *alias;

	if (len > sizeof(key) - 1)
		len = sizeof(key) - 1;
	key[0] = kind;
	memcpy(key + 1, bytes, len);
	HASH_FIND(hh, a->aliases, key, len + 1, alias);
	if (alias)
		return alias->n;
	if (HASH_COUNT(a->aliases) == ALIASES_MAX) {
		/* the oldest; should it come again, it gets another number, and nobody else its old one */
		alias = a->aliases;
		HASH_DEL(a->aliases, alias);
		free(alias);
	}
	alias = xmalloc(sizeof(*alias) + len + 1);
	alias->n = ++a->last[kind];
	memcpy(alias->key, key, len + 1);
	HASH_ADD_KEYPTR(hh, a->aliases, alias->key, len + 1, alias);
	return alias->n;
}

/* Names that say nothing about who runs the machine. */
static const char known_dirs[] =
	"bin boot cache dev etc home lib lib64 libexec local log mnt opt proc root run sbin "
	"self share shm srv sys task tmp usr var stat status cmdline maps fd net fs cgroup "
	"kernel null zero urandom random tty ptmx pts passwd group hosts resolv.conf "
	"nsswitch.conf ld.so.cache libc.so.6 journal meminfo loadavg uptime cpuinfo "
	"diskstats locale x86_64-linux-gnu aarch64-linux-gnu memory.dmp";

/* What a file is, and not whose. */
static const char known_endings[] =
	"a bak bin bz2 c cc cfg class conf cpp crt csv dat data db deb frm gz h html ibd idx img ini "
	"iso jar java journal jpg js json key ko ldb lock log map md mo mp4 myd myi o old out pack pdf "
	"pem php pid pm png ptrec py pyc pyi qcow2 rb rdb rpm rs sh so sock socket sql sqlite sst svg "
	"swp tar temp tgz "
	"tmp toml ts txt wal war xml xz yaml yml zip zst";

static const char known_units[] =
	"system.slice user.slice machine.slice init.scope app.slice session.slice "
	"background.slice kubepods kubepods.slice besteffort burstable guaranteed "
	"kubepods-besteffort.slice kubepods-burstable.slice docker lxc podman libpod_parent";

/* What a control group's name begins with and may keep: it says which engine made it. */
static const char *const unit_prefixes[] = {
	"docker-",
	"libpod-conmon-",
	"libpod-",
	"cri-containerd-",
	"crio-conmon-",
	"crio-",
	"nerdctl-",
	"kubepods-besteffort-pod",
	"kubepods-burstable-pod",
	"kubepods-pod",
	"pod",
	"lxc.payload.",
	"lxc.monitor.",
	"machine-",
	"user-",
	"user@",
	"session-",
	"systemd-nspawn@",
	NULL,
};

static const char *const unit_suffixes[] = {
	".service", ".scope", ".slice", ".mount", ".socket", ".swap", NULL,
};

static bool is_hex_like(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)text[i]) && text[i] != '-' && text[i] != '_')
			return false;
	return len >= 12;
}

static bool is_number(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return len > 0;
}

struct text_out {
	char *buf;
	size_t at, size;
};

static void out_put(struct text_out *o, const char *text, size_t len)
{
	if (o->size - o->at <= len)
		len = o->size - o->at - 1;
	memcpy(o->buf + o->at, text, len);
	o->at += len;
	o->buf[o->at] = '\0';
}

static void out_alias(struct text_out *o, const char *what, uint32_t n)
{
	char text[32];

	out_put(o, text, (size_t)snprintf(text, sizeof(text), "%s-%u", what, n));
}

/* Another identifier of the same shape, so that a container still looks like one. */
static void out_hex(struct text_out *o, const char *shape, size_t len, uint32_t n)
{
	uint64_t x = n;

	for (size_t i = 0; i < len; i++) {
		x = x * 6364136223846793005ull + 1442695040888963407ull;
		out_put(o,
			isxdigit((unsigned char)shape[i]) ? &"0123456789abcdef"[x >> 60]
							  : &shape[i],
			1);
	}
}

static size_t prefix_len(const char *text, size_t len)
{
	for (const char *const *p = unit_prefixes; *p; p++)
		if (strlen(*p) < len && !strncmp(text, *p, strlen(*p)))
			return strlen(*p);
	return 0;
}

static size_t suffix_len(const char *text, size_t len)
{
	for (const char *const *s = unit_suffixes; *s; s++)
		if (strlen(*s) < len && !memcmp(text + len - strlen(*s), *s, strlen(*s)))
			return strlen(*s);
	return 0;
}

static void unit_put(struct anonymiser *a, struct text_out *o, const char *text, size_t len)
{
	size_t from, behind;
	uint32_t n;

	if (words_have_bytes(known_units, text, len)) {
		out_put(o, text, len);
		return;
	}
	from = prefix_len(text, len);
	behind = suffix_len(text + from, len - from);
	out_put(o, text, from);
	n = alias_number(a, ALIAS_UNIT, text + from, len - from - behind);
	if (is_number(text + from, len - from - behind))
		out_put(o, text + from, len - from - behind);
	else if (is_hex_like(text + from, len - from - behind))
		out_hex(o, text + from, len - from - behind, n);
	else
		out_alias(o, "unit", n);
	out_put(o, text + len - behind, behind);
}

/* ".log", ".so.6": what kind of file it is; any other ending may be a name. */
static size_t extension_len(const char *text, size_t len)
{
	for (size_t i = 1; i <= 7 && i + 1 < len; i++)
		if (text[len - 1 - i] == '.')
			return words_have_bytes(known_endings, text + len - i, i) ? i + 1 : 0;
	return 0;
}

static void file_put(struct anonymiser *a, struct text_out *o, const char *text, size_t len)
{
	static const char memfd[] = "memfd:";
	size_t behind;

	if (words_have_bytes(known_dirs, text, len) || is_number(text, len)) {
		out_put(o, text, len);
		return;
	}
	if (len > strlen(memfd) && !strncmp(text, memfd, strlen(memfd))) {
		out_put(o, memfd, strlen(memfd));
		text += strlen(memfd);
		len -= strlen(memfd);
	}
	behind = extension_len(text, len);
	out_alias(o, "file", alias_number(a, ALIAS_FILE, text, len));
	out_put(o, text + len - behind, behind);
}

/* Every part of a path by itself: what is in the same directory stays together. */
static void parts_put(struct anonymiser *a, char *buf, size_t size, const char *path,
		      void (*part)(struct anonymiser *, struct text_out *, const char *, size_t))
{
	struct text_out o = { .buf = buf, .size = size };

	buf[0] = '\0';
	while (*path) {
		size_t len = strcspn(path, "/");

		if (len)
			part(a, &o, path, len);
		path += len;
		if (*path)
			out_put(&o, path++, 1);
	}
}

/* "socket:[123]", "anon_inode:[eventfd]": no file can be called that where a path has its slash. */
static bool is_of_kernel(const char *path)
{
	const char *at = strstr(path, ":[");
	size_t len = at ? strlen(at) : 0;

	return len > 3 && at[len - 1] == ']' &&
	       (is_number(at + 2, len - 3) || !strncmp(path, "anon_inode:[", strlen("anon_inode:[")));
}

void anonymiser_path(struct anonymiser *a, char *buf, size_t size, const char *path)
{
	/* what the kernel itself names has no slash in front: socket:[123], anon_inode:[eventfd] */
	if (path[0] != '/') {
		struct text_out o = { .buf = buf, .size = size };

		buf[0] = '\0';
		if (is_of_kernel(path))
			out_put(&o, path, strlen(path));
		else
			parts_put(a, buf, size, path, file_put);
		return;
	}
	parts_put(a, buf, size, path, file_put);
}

void anonymiser_cgroup(struct anonymiser *a, char *buf, size_t size, const char *path)
{
	parts_put(a, buf, size, path, unit_put);
}

void anonymiser_interface(struct anonymiser *a, char *buf, size_t size, const char *name)
{
	if (!strcmp(name, "lo"))
		snprintf(buf, size, "lo");
	else
		snprintf(buf, size, "net-%u",
			 alias_number(a, ALIAS_INTERFACE, name, strlen(name)));
}

void anonymiser_program(struct anonymiser *a, char *buf, size_t size, const char *comm)
{
	snprintf(buf, size, "prog-%u", alias_number(a, ALIAS_PROGRAM, comm, strlen(comm)));
}

static void name_replace(struct anonymiser *a, enum alias_kind kind, const char *what, char *name,
			 size_t size)
{
	uint32_t n = alias_number(a, kind, name, strlen(name));

	memset(name, 0, size);
	snprintf(name, size, "%s-%u", what, n);
}

static void host_apply(struct anonymiser *a, void *rec)
{
	struct host_rec *h = rec;
	static const char group[] = "cgroup ";
	char path[sizeof(h->filter)], *at = strstr(h->filter, group);

	name_replace(a, ALIAS_HOST, "host", h->name, sizeof(h->name));
	if (!at)
		return;
	/* "pid 1 cgroup /a/b", or only the name of a group */
	at += strlen(group);
	anonymiser_cgroup(a, path, sizeof(path), at);
	memset(at, 0, sizeof(h->filter) - (size_t)(at - h->filter));
	snprintf(at, sizeof(h->filter) - (size_t)(at - h->filter), "%s", path);
}

static void task_apply(struct anonymiser *a, void *rec)
{
	struct task_rec *t = rec;

	if (!(t->flags & TASK_KTHREAD))
		name_replace(a, ALIAS_PROGRAM, "prog", t->comm, sizeof(t->comm));
}

static void user_apply(struct anonymiser *a, void *rec)
{
	struct user_rec *u = rec;

	if (u->uid)
		name_replace(a, ALIAS_USER, "user", u->name, sizeof(u->name));
}

static void cgroup_apply(struct anonymiser *a, void *rec)
{
	struct cgroup_rec *c = rec;
	char path[sizeof(c->path)];

	anonymiser_cgroup(a, path, sizeof(path), c->path);
	memset(c->path, 0, sizeof(c->path));
	memcpy(c->path, path, strlen(path));
}

static void path_apply(struct anonymiser *a, void *rec)
{
	struct path_rec *p = rec;
	char path[PATH_LEN];

	anonymiser_path(a, path, sizeof(path), p->path);
	memset(p->path, 0, sizeof(p->path));
	memcpy(p->path, path, strlen(path));
}

/* Private addresses go to 10/8, link-local ones stay such, all others to 198.18/15, which nobody
 * owns. */
static void ip4_replace(struct anonymiser *a, uint8_t *addr)
{
	bool private = addr[0] == 10 || (addr[0] == 172 && (addr[1] & 0xf0) == 16) ||
		       (addr[0] == 192 && addr[1] == 168);
	bool local = addr[0] == 169 && addr[1] == 254;
	uint32_t n, base;

	if (addr[0] == 127 || addr[0] >= 224 || !(addr[0] | addr[1] | addr[2] | addr[3]))
		return;
	n = alias_number(a, ALIAS_IP4, addr, 4);
	base = private ? 0x0a000000 | (n & 0xffffff)
	       : local ? 0xa9fe0000 | (n & 0xffff)
		       : 0xc6120000 | (n & 0x1ffff);
	base = htonl(base);
	memcpy(addr, &base, 4);
}

/* Documentation addresses, 2001:db8::/32; link-local ones stay such. */
static void ip6_replace(struct anonymiser *a, uint8_t *addr)
{
	static const uint8_t loopback[16] = { [15] = 1 }, any[16];
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff };
	bool local = addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
	uint32_t n;

	/* ::ffff:192.0.2.1 is the same machine as 192.0.2.1 */
	if (!memcmp(addr, mapped, sizeof(mapped))) {
		ip4_replace(a, addr + sizeof(mapped));
		return;
	}
	if (!memcmp(addr, loopback, 16) || !memcmp(addr, any, 16))
		return;
	n = htonl(alias_number(a, ALIAS_IP6, addr, 16));
	memset(addr, 0, 16);
	memcpy(addr, local ? "\xfe\x80\0\0" : "\x20\x01\x0d\xb8", 4);
	memcpy(addr + 12, &n, sizeof(n));
}

static void conn_apply(struct anonymiser *a, void *rec)
{
	struct conn_rec *c = rec;
	void (*replace)(struct anonymiser *, uint8_t *) =
		c->v.family == 6 ? ip6_replace : ip4_replace;

	replace(a, c->v.laddr);
	replace(a, c->v.raddr);
}

/* Passwords and names may stand anywhere in it. */
static void cmdline_apply(struct anonymiser *a, void *rec)
{
	struct cmdline_rec *c = rec;

	(void)a;
	memset(c->text, 0, sizeof(c->text));
}

/* Streams that are not here have no names in them. */
static void (*const appliers[STREAM_COUNT])(struct anonymiser *a, void *rec) = {
	[STREAM_HOST] = host_apply,	[STREAM_TASK] = task_apply, [STREAM_USER] = user_apply,
	[STREAM_CGROUP] = cgroup_apply, [STREAM_PATH] = path_apply, [STREAM_CONN] = conn_apply,
	[STREAM_CMDLINE] = cmdline_apply,
};

void anonymiser_apply(struct anonymiser *a, struct frame *f)
{
	for (int id = 0; id < STREAM_COUNT; id++) {
		struct sample *s = &f->s[id];

		for (uint32_t i = 0; i < s->count && appliers[id]; i++)
			appliers[id](a, s->recs + (size_t)i * streams[id].rec_size);
	}
}
