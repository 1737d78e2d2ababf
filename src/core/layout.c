/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout.h"

void layout_init(struct layout *l)
{
	*l = (struct layout){ .n_streams = STREAM_COUNT, .n_loss = LOSS_KINDS };
	for (int i = 0; i < STREAM_COUNT; i++)
		l->s[i] = (struct layout_stream){ .id = i, .rec_size = streams[i].rec_size };
}

void record_text_end(enum stream_id id, void *rec)
{
	static const struct {
		enum stream_id id;
		size_t offset, size;
	} texts[] = {
#define TEXT(stream, type, field)                                                                  \
	{ STREAM_##stream, offsetof(struct type, field), sizeof(((struct type *)0)->field) }
		TEXT(HOST, host_rec, name),	TEXT(HOST, host_rec, release),
		TEXT(HOST, host_rec, arch),	TEXT(HOST, host_rec, filter),
		TEXT(NOTE, note_rec, text),	TEXT(TASK, task_rec, comm),
		TEXT(CGROUP, cgroup_rec, path), TEXT(USER, user_rec, name),
		TEXT(PATH, path_rec, fs),	TEXT(PATH, path_rec, path),
		TEXT(DISK, disk_rec, name),	TEXT(CMDLINE, cmdline_rec, text),
#undef TEXT
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].id == id)
			((uint8_t *)rec)[texts[i].offset + texts[i].size - 1] = 0;
}
