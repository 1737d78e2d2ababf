/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hashes whose keys die.  Readers must not delete what may still be counted; a key that says of
 * itself that its last write was made is different: nothing can be lost by removing it after it
 * was read once more.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "core/mem.h"
#include "family.h"

struct mortals {
	int fd;
	size_t key_size, dead_offset, dead_size; /* dead_offset: in the value */
	struct batch *batch;
	uint8_t *value; /* room for one */
	uint8_t *dead; /* keys seen dead by the last read */
	uint32_t n_dead, cap_dead;
};

int mortals_open(struct mortals **ret, int map_fd, size_t dead_offset, size_t dead_size)
{
	struct bpf_map_info info;
	int r = batch_map_info(map_fd, &info);

	if (r)
		return r;
	*ret = xcalloc(1, sizeof(**ret));
	**ret = (struct mortals){ .fd = map_fd,
				  .key_size = info.key_size,
				  .dead_offset = dead_offset,
				  .dead_size = dead_size,
				  .batch = batch_new(info.key_size, info.value_size),
				  .value = xmalloc(info.value_size) };
	return 0;
}

static bool is_dead(const struct mortals *m, const uint8_t *value)
{
	static const uint8_t alive[8];

	return memcmp(value + m->dead_offset, alive, m->dead_size);
}

/* exec by another thread than the leader gives it the key of the leader, which is dead then. */
static void risen_drop(struct mortals *m)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n_dead; i++) {
		const uint8_t *key = m->dead + i * m->key_size;

		if (bpf_map_lookup_elem(m->fd, key, m->value) || !is_dead(m, m->value))
			continue;
		memmove(m->dead + n++ * m->key_size, key, m->key_size);
	}
	m->n_dead = n;
}

static void bury(struct mortals *m)
{
	uint32_t done = 0;

	risen_drop(m);
	/* stops at a key that is not there (never, as nobody else deletes): go on behind it */
	while (done < m->n_dead) {
		uint32_t n = m->n_dead - done;
		int r = bpf_map_delete_batch(m->fd, m->dead + done * m->key_size, &n, NULL);

		done += n;
		if (r && r != -ENOENT)
			break;
		done += r == -ENOENT;
	}
	m->n_dead = 0;
}

static void remember(struct mortals *m, const uint8_t *key)
{
	if (m->n_dead == m->cap_dead) {
		m->cap_dead = m->cap_dead ? 2 * m->cap_dead : 256;
		m->dead = xreallocarray(m->dead, m->cap_dead, m->key_size);
	}
	memcpy(m->dead + m->n_dead++ * m->key_size, key, m->key_size);
}

void mortals_read(struct mortals *m, struct sample *s, enum stream_id id)
{
	uint32_t first = s->count;

	bury(m);
	batch_read(m->batch, m->fd, s, id);
	for (uint32_t i = first; i < s->count; i++) {
		const uint8_t *rec = sample_rec(s, id, i);

		if (is_dead(m, rec + m->key_size))
			remember(m, rec);
	}
}

void mortals_clear(struct mortals *m)
{
	batch_clear(m->batch, m->fd);
	m->n_dead = 0;
}

void mortals_close(struct mortals *m)
{
	if (!m)
		return;
	batch_free(m->batch);
	free(m->dead);
	free(m->value);
	free(m);
}
