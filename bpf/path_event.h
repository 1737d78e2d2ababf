/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file's path on its way through the ring: its names, leaf first, as the walk up finds them. */
#ifndef PROBETOP_PATH_EVENT_H
#define PROBETOP_PATH_EVENT_H

#include "rec_file.h"
#include "shared.h"

#define PATH_EVENT 1 /* event_head.kind of STREAM_PATH */
#define PATH_FLOATING 0x100u /* in flags: hangs below no mount (memfd, eventfd, ...): one name */

struct path_event {
	struct event_head head;
	struct file_id file;
	__u32 type; /* S_IFMT bits */
	__u32 flags; /* enum path_flag, PATH_FLOATING */
	char fs[16];
	__u32 used; /* bytes of names that count; never more than PATH_LEN */
	__u32 pad;
	char names[PATH_LEN + 256]; /* NUL after each; one more longest name fits behind PATH_LEN */
};
REC_SIZE(struct path_event, 8 + 16 + 8 + 16 + 8 + 1256);

#endif
