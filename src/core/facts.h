/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts: who and what the numbers in the records mean.  Fed by the DICT streams of every frame,
 * kept for some time after a thread has exited or a file was last seen.
 */
#ifndef PROBETOP_FACTS_H
#define PROBETOP_FACTS_H

#include "sample.h"

/* The note of a stream whose probes nobody asked for: it says more in a recording than no rows. */
#define NOTE_NOT_RECORDED "not in this recording"

struct facts;

struct facts *facts_new(void);
void facts_free(struct facts *f);
void facts_reset(struct facts *f); /* forgets all, also what pointers were given to */
/* Takes in all dictionary records of a frame.  Pointers that the look-ups gave before stay valid
 * until facts_expire. */
void facts_apply(struct facts *f, const struct frame *frame);
/* Makes to, whatever it held, the same as from. */
void facts_copy(struct facts *to, const struct facts *from);
/* Takes in one record, told at mono_ns. */
void facts_add(struct facts *f, enum stream_id id, const void *rec, uint64_t mono_ns);
/* Drops what has exited long ago and what is over the bound (tasks, paths: 64 Ki each) and was not
 * looked up since the last call but one.  After a frame, when no table is in use. */
void facts_expire(struct facts *f);

/* All look-ups: NULL when not known. */
const struct task_rec *facts_task(const struct facts *f, const struct task_key *key);
/* The frame time (made odd) at which facts were told that a thread has exited; 0: it lives or is not
 * known. */
uint64_t facts_exited(const struct facts *f, const struct task_key *key);
/* Calls fn for every thread that is known, also for those that have exited lately (exited_ns: as of
 * facts_exited). */
void facts_each_task(const struct facts *f,
		     void (*fn)(void *data, const struct task_rec *task, uint64_t exited_ns),
		     void *data);
/* Leader of the process that the thread belongs to. */
const struct task_rec *facts_leader(const struct facts *f, const struct task_key *thread);
/* The process that has this pid now or had it last. */
const struct task_rec *facts_pid(const struct facts *f, uint32_t pid);
/* Only the bytes up to the NUL of path are there: read it, do not copy the struct. */
const struct path_rec *facts_path(const struct facts *f, const struct file_id *file);
/* path is NULL when it is not known; below the mount: of the v2 hierarchy, and where that is the
 * root, of v1.  container is container_name of it, or NULL where that is empty. */
struct cgroup_name {
	const char *path, *container;
};
struct cgroup_name facts_cgroup(const struct facts *f, const struct task_rec *task);
struct cgroup_name facts_cgroup_id(const struct facts *f, uint64_t id, uint32_t hierarchy);
/* Command line of the process that began then, as it was when it was first seen or began to run its
 * program; NULL also for what has none, such as kernel threads. */
const char *facts_cmdline(const struct facts *f, uint32_t pid, uint64_t start_ns);
const char *facts_user(const struct facts *f, uint32_t uid);
const char *facts_note(const struct facts *f, enum stream_id stream);
size_t facts_count(const struct facts *f, enum stream_id id);
/* Calls fn for each record of a DICT stream, in the order in which they were told last; size: its
 * bytes, up to the NUL of the text at its end. */
void facts_each(const struct facts *f, enum stream_id id,
		void (*fn)(void *data, const void *rec, size_t size), void *data);
/* Writes all facts as dictionary records into an empty frame: the start of a recording. */
void facts_dump(const struct facts *f, struct frame *frame);

#endif
