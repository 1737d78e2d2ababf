/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stamp.h"

#include <stdio.h>
#include <time.h>

#include "core/format.h"

const char *const loss_names[LOSS_KINDS] = {
	[LOSS_RING] = "ring",
	[LOSS_MAP_FULL] = "map_full",
	[LOSS_UNMATCHED] = "unmatched",
	[LOSS_MISSED] = "missed",
	[LOSS_UNATTRIBUTED] = "unattributed",
};

const char *stamp_time(char buf[STAMP_LEN], const struct table *t)
{
	time_t s = (time_t)(t->wall_ns / 1000000000);
	unsigned int ms = (unsigned int)(t->wall_ns / 1000000 % 1000);
	char date[24] = "";
	struct tm tm;

	if (gmtime_r(&s, &tm))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf, STAMP_LEN, "%s.%03uZ", date, ms);
	return buf;
}

const char *stamp_interval(char buf[STAMP_LEN], const struct table *t)
{
	format_fixed(buf, STAMP_LEN, t->interval_s, 4);
	return buf;
}
