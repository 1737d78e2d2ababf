/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iostat, sar DEV and sar TCP. */
#include <stdlib.h>
#include <string.h>

#include "checklist_part.h"
#include "core/anonymise.h"
#include "procfs.h"

/* Documentation/admin-guide/iostats.rst, from the fourth field on; sectors of 512 bytes, times in
 * ms. */
enum {
	READS,
	READS_MERGED,
	READ_SECTORS,
	READ_MS,
	WRITES,
	WRITES_MERGED,
	WRITE_SECTORS,
	WRITE_MS,
	IN_FLIGHT,
	BUSY_MS,
	WAIT_MS,
	DISK_FIELDS
};

/* The line whose third word is the name. */
static bool disk_fields(const char *text, const char *name, uint64_t *ret)
{
	char word[64];

	for (; *text; text = procfs_next_line(text)) {
		int n = 0;

		if (sscanf(text, " %*u %*u %63s%n", word, &n) != 1 || strcmp(word, name))
			continue;
		text += n;
		return procfs_line_numbers(&text, ret, DISK_FIELDS) == DISK_FIELDS;
	}
	return false;
}

static void disk_write(const struct checklist *c, FILE *out, const char *name, const uint64_t *from,
		       const uint64_t *to)
{
	double v[DISK_FIELDS], ios;

	for (int i = 0; i < DISK_FIELDS; i++)
		v[i] = rate(c, from[i], to[i]);
	ios = v[READS] + v[WRITES];
	if (!(ios > 0) && !to[IN_FLIGHT])
		return;
	fprintf(out, "%-16s %9.1f %9.1f %11.1f %11.1f %9.2f %9.2f %7.1f\n", name, v[READS],
		v[WRITES], v[READ_SECTORS] / 2, v[WRITE_SECTORS] / 2,
		ios > 0 ? (v[READ_MS] + v[WRITE_MS]) / ios : 0, v[WAIT_MS] / 1000, v[BUSY_MS] / 10);
}

void iostat_write(const struct checklist *c, FILE *out)
{
	const char *text = c->after.files[LOOK_DISKSTATS];
	uint64_t from[DISK_FIELDS], to[DISK_FIELDS];
	char name[64];

	fprintf(out, "%-16s %9s %9s %11s %11s %9s %9s %7s\n", "disk", "reads/s", "writes/s",
		"read KiB/s", "write KiB/s", "await ms", "in queue", "util %");
	for (; *text; text = procfs_next_line(text))
		if (sscanf(text, " %*u %*u %63s", name) == 1 &&
		    disk_fields(c->before.files[LOOK_DISKSTATS], name, from) &&
		    disk_fields(c->after.files[LOOK_DISKSTATS], name, to))
			disk_write(c, out, name, from, to);
}

enum {
	RX_BYTES,
	RX_PACKETS,
	RX_ERRORS,
	RX_DROPS,
	RX_FIFO,
	RX_FRAME,
	RX_COMPRESSED,
	RX_MULTICAST,
	TX_BYTES,
	TX_PACKETS,
	TX_ERRORS,
	TX_DROPS,
	DEV_FIELDS
};

/* "  eth0: 1 2 3": false for the two lines of headings. */
static bool dev_fields(const char *line, char name[32], uint64_t *ret)
{
	size_t len;

	line += strspn(line, " ");
	len = strcspn(line, ":\n");
	if (line[len] != ':' || len >= 32)
		return false;
	memcpy(name, line, len);
	name[len] = '\0';
	line += len + 1;
	return procfs_line_numbers(&line, ret, DEV_FIELDS) == DEV_FIELDS;
}

static bool dev_find(const char *text, const char *name, uint64_t *ret)
{
	char other[32];

	for (; *text; text = procfs_next_line(text))
		if (dev_fields(text, other, ret) && !strcmp(other, name))
			return true;
	return false;
}

void net_dev_write(const struct checklist *c, FILE *out)
{
	const char *text = c->after.files[LOOK_NET_DEV];
	uint64_t from[DEV_FIELDS], to[DEV_FIELDS];
	char name[32], other[32];

	fprintf(out, "%-16s %12s %12s %12s %12s %10s %10s %10s %10s\n", "interface", "rx packets/s",
		"tx packets/s", "rx KiB/s", "tx KiB/s", "rx errors", "tx errors", "rx drops",
		"tx drops");
	for (; *text; text = procfs_next_line(text)) {
		if (!dev_fields(text, name, to) ||
		    !dev_find(c->before.files[LOOK_NET_DEV], name, from))
			continue;
		/* tun-CUSTOMER, br-PROJECT */
		if (c->anonymiser)
			anonymiser_interface(c->anonymiser, other, sizeof(other), name);
		fprintf(out, "%-16s %12.1f %12.1f %12.1f %12.1f", c->anonymiser ? other : name,
			rate(c, from[RX_PACKETS], to[RX_PACKETS]),
			rate(c, from[TX_PACKETS], to[TX_PACKETS]),
			rate(c, from[RX_BYTES], to[RX_BYTES]) / 1024,
			rate(c, from[TX_BYTES], to[TX_BYTES]) / 1024);
		fprintf(out, " %10.1f %10.1f %10.1f %10.1f\n",
			rate(c, from[RX_ERRORS], to[RX_ERRORS]),
			rate(c, from[TX_ERRORS], to[TX_ERRORS]),
			rate(c, from[RX_DROPS], to[RX_DROPS]),
			rate(c, from[TX_DROPS], to[TX_DROPS]));
	}
}

/* A field of /proc/net/snmp and netstat: two lines that begin with the group, names and then
 * values. */
static uint64_t net_field(const char *text, const char *group, const char *field)
{
	size_t len = strlen(group);

	for (; *text; text = procfs_next_line(text)) {
		const char *names = text, *values = procfs_next_line(text);
		int at = 0;

		if (strncmp(names, group, len) || names[len] != ':' || strncmp(values, group, len))
			continue;
		names += len + 1;
		values += len + 1;
		for (; *names && *names != '\n' && *values && *values != '\n'; at++) {
			names += strspn(names, " ");
			values += strspn(values, " ");
			if (strcspn(names, " \n") == strlen(field) &&
			    !strncmp(names, field, strlen(field)))
				return strtoull(values, NULL, 10);
			names += strcspn(names, " \n");
			values += strcspn(values, " \n");
		}
	}
	return UINT64_MAX;
}

void tcp_write(const struct checklist *c, FILE *out)
{
	static const struct {
		enum look_file file;
		const char *group, *field, *label;
	} rows[] = {
		{ LOOK_SNMP, "Tcp", "ActiveOpens", "connections opened" },
		{ LOOK_SNMP, "Tcp", "PassiveOpens", "connections accepted" },
		{ LOOK_SNMP, "Tcp", "AttemptFails", "attempts that failed" },
		{ LOOK_SNMP, "Tcp", "EstabResets", "connections reset" },
		{ LOOK_SNMP, "Tcp", "InSegs", "segments received" },
		{ LOOK_SNMP, "Tcp", "OutSegs", "segments sent" },
		{ LOOK_SNMP, "Tcp", "RetransSegs", "segments sent again" },
		{ LOOK_SNMP, "Tcp", "InErrs", "bad segments" },
		{ LOOK_SNMP, "Tcp", "OutRsts", "resets sent" },
		{ LOOK_NETSTAT, "TcpExt", "ListenOverflows", "accept queue overflows" },
		{ LOOK_NETSTAT, "TcpExt", "ListenDrops", "connections dropped while listening" },
		{ LOOK_NETSTAT, "TcpExt", "TCPTimeouts", "timeouts" },
		{ LOOK_NETSTAT, "TcpExt", "TCPBacklogDrop", "segments dropped, backlog full" },
		{ LOOK_NETSTAT, "TcpExt", "TCPAbortOnMemory",
		  "connections dropped for lack of memory" },
		{ LOOK_SNMP, "Udp", "InErrors", "UDP datagrams with errors" },
		{ LOOK_SNMP, "Udp", "RcvbufErrors", "UDP datagrams dropped, buffer full" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double v = rate(
			c, net_field(c->before.files[rows[i].file], rows[i].group, rows[i].field),
			net_field(c->after.files[rows[i].file], rows[i].group, rows[i].field));

		if (!isnan(v))
			fprintf(out, "%-40s %12.1f /s\n", rows[i].label, v);
	}
}
