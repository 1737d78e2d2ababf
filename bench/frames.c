/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frames [-n FRAMES] [-a ACTIVE_PERCENT]: what history and recording make of the frames of a machine
 * with 1,000 processes, 10,000 files and 10,000 connections, of which so many do something in a
 * second.  CPU per frame is that of this thread.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/frame_code.h"
#include "core/history.h"

#define PROCESSES 1000
#define FILES 10000
#define CONNECTIONS 10000
#define SECOND 1000000000ull

static uint64_t seed = 1;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % below;
}

static struct task_key task_of(uint32_t i)
{
	return (struct task_key){ 1000 + i, 1000 + i, SECOND * (i + 1) + i * 7919 };
}

static void lat_add(struct lat_rec *l, uint32_t n)
{
	for (; n; n--) {
		uint64_t ns = (uint64_t)(exp((double)any(1000) / 250) * 3000);

		l->total_ns += ns;
		l->max_ns = ns > l->max_ns ? ns : l->max_ns;
		l->n[lat_bucket(ns)]++;
	}
}

static void facts_fill(struct frame *f)
{
	for (uint32_t i = 0; i < PROCESSES; i++) {
		struct task_rec *t = sample_add(&f->s[STREAM_TASK], STREAM_TASK);

		t->key = task_of(i);
		t->leader_start_ns = t->key.start_ns;
		t->cgroup_id = 4000 + i % 50;
		t->ppid = 1;
		t->uid = i % 20;
		snprintf(t->comm, sizeof(t->comm), "worker-%u", i % 200);
	}
	for (uint32_t i = 0; i < FILES; i++) {
		struct path_rec *p = sample_add(&f->s[STREAM_PATH], STREAM_PATH);

		p->file = (struct file_id){ .ino = 100000 + i * 3, .dev = 254 << 20 | 1 };
		p->type = 0100000;
		snprintf(p->fs, sizeof(p->fs), "ext4");
		snprintf(p->path, sizeof(p->path), "/srv/data/tenant%02u/base/%u/%u.%x", i % 40,
			 i % 300, i, i * 2654435761u);
	}
}

static void keys_fill(struct frame *f)
{
	for (uint32_t i = 0; i < PROCESSES; i++) {
		struct sched_rec *r = sample_add(&f->s[STREAM_SCHED], STREAM_SCHED);

		r->key = task_of(i);
	}
	for (uint32_t i = 0; i < FILES; i++) {
		struct file_rec *r = sample_add(&f->s[STREAM_FILE], STREAM_FILE);

		r->key = (struct file_key){ task_of(i % PROCESSES),
					    { .ino = 100000 + i * 3, .dev = 254 << 20 | 1 } };
		r->v.type = 0100000;
		lat_add(&r->v.lat, 200);
	}
	for (uint32_t i = 0; i < CONNECTIONS; i++) {
		struct conn_rec *c = sample_add(&f->s[STREAM_CONN], STREAM_CONN);
		struct connio_rec *io = sample_add(&f->s[STREAM_CONNIO], STREAM_CONNIO);

		c->cookie = io->key.cookie = 70000 + i;
		c->v.owner = io->key.task = task_of(i % PROCESSES);
		c->v.opened_ns = SECOND * i;
		c->v.rport = (uint16_t)(30000 + any(30000));
		c->v.lport = 443;
		for (int k = 0; k < 4; k++)
			c->v.raddr[k] = (uint8_t)any(256);
		c->v.family = 4;
		c->v.state = 1;
	}
}

static void sched_work(struct sched_rec *r, uint64_t now)
{
	uint32_t n = 1 + any(50);

	r->v.cpu_ns += any(20000000);
	r->v.vol_switches += n;
	r->v.invol_switches += any(5);
	r->v.by[any(2)] = (struct sched_by){ 1000 + any(8), (uint32_t)(now >> 30), any(5000000) };
	lat_add(&r->v.wait, n);
}

static void file_work(struct file_rec *r)
{
	uint32_t n = 1 + any(20);

	r->v.reads += n;
	r->v.read_bytes += (uint64_t)n * 4096;
	lat_add(&r->v.lat, n);
}

static void frame_work(struct frame *f, uint32_t percent)
{
	f->mono_ns += SECOND;
	f->wall_ns += SECOND;
	for (uint32_t i = 0; i < PROCESSES; i++)
		if (any(100) < percent)
			sched_work((struct sched_rec *)f->s[STREAM_SCHED].recs + i, f->mono_ns);
	for (uint32_t i = 0; i < FILES; i++)
		if (any(100) < percent)
			file_work((struct file_rec *)f->s[STREAM_FILE].recs + i);
	for (uint32_t i = 0; i < CONNECTIONS; i++) {
		struct connio_rec *io = (struct connio_rec *)f->s[STREAM_CONNIO].recs + i;

		if (any(100) >= percent)
			continue;
		io->v.tx_bytes += any(100000);
		io->v.rx_bytes += any(2000);
		io->v.tx_calls += 1 + any(20);
		io->v.rx_calls += 1 + any(20);
		((struct conn_rec *)f->s[STREAM_CONN].recs + i)->v.srtt_ns = 100000 + any(900000);
	}
}

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void history_measure(struct frame *f, struct facts *facts, int frames, uint32_t percent)
{
	struct history *h = history_new(HISTORY_BYTES, HISTORY_AGE_NS);
	struct timeline *t = history_timeline(h);
	struct frame *prev = frame_new();
	uint64_t spent = 0, most = 0, start;
	struct moment m;

	for (int i = 0; i < frames; i++) {
		uint64_t took;

		frame_copy(prev, f);
		frame_work(f, percent);
		start = cpu_ns();
		frame_index(f);
		history_add(h, i ? prev : NULL, f, facts);
		took = cpu_ns() - start;
		spent += took;
		most = took > most ? took : most;
	}
	printf("history: %.2f ms a frame, at most %.1f ms; %.1f MiB reach back %llu frames\n",
	       (double)spent / frames / 1e6, (double)most / 1e6,
	       (double)history_bytes(h) / (1 << 20), (unsigned long long)(t->end - t->begin));
	moment_init(&m);
	start = cpu_ns();
	moment_goto(&m, t, t->end - 2);
	printf("back: %.1f ms", (double)(cpu_ns() - start) / 1e6);
	start = cpu_ns();
	moment_goto(&m, t, t->end - 1);
	printf(", one forward: %.1f ms\n", (double)(cpu_ns() - start) / 1e6);
	moment_done(&m);
	frame_free(prev);
	history_free(h);
}

static void code_measure(struct frame *f, struct facts *facts, int frames, uint32_t percent)
{
	struct frame_encoder *e = frame_encoder_new();
	struct frame *prev = frame_new();
	uint64_t bytes[2] = { 0 }, ns[2] = { 0 }, n[2] = { 0 };
	double minute;

	for (int i = 0; i < frames; i++) {
		bool key = i % CODE_CHUNK == 0;
		struct frame_blob b;
		uint64_t start;

		frame_copy(prev, f);
		frame_work(f, percent);
		frame_index(f);
		start = cpu_ns();
		if (frame_encode(e, key ? NULL : prev, f, facts, &b))
			exit(1);
		ns[key] += cpu_ns() - start;
		bytes[key] += b.len;
		n[key]++;
	}
	for (int key = 0; key < 2; key++)
		printf("%s: %.1f KiB, %.2f ms\n", key ? "key frame" : "frame",
		       (double)bytes[key] / (double)n[key] / 1024,
		       (double)ns[key] / (double)n[key] / 1e6);
	minute = (double)(bytes[0] + bytes[1]) / frames * 60;
	printf("%.2f MiB a minute, whole frames: %.1f MiB\n", minute / (1 << 20),
	       60 * (double)(PROCESSES * sizeof(struct sched_rec) +
			     FILES * sizeof(struct file_rec) +
			     CONNECTIONS * (sizeof(struct conn_rec) + sizeof(struct connio_rec))) /
		       (1 << 20));
	frame_encoder_free(e);
	frame_free(prev);
}

int main(int argc, char **argv)
{
	struct frame *f = frame_new();
	struct facts *facts = facts_new();
	int frames = 300, percent = 5, c;

	while ((c = getopt(argc, argv, "n:a:")) != -1)
		*(c == 'n' ? &frames : &percent) = atoi(optarg);
	if (frames < 2 || percent < 0 || percent > 100)
		return 2;
	f->mono_ns = SECOND;
	f->wall_ns = 1700000000 * SECOND;
	facts_fill(f);
	facts_apply(facts, f);
	frame_reset(f);
	f->mono_ns = SECOND;
	f->wall_ns = 1700000000 * SECOND;
	keys_fill(f);
	frame_index(f);
	code_measure(f, facts, frames, (uint32_t)percent);
	history_measure(f, facts, frames, (uint32_t)percent);
	facts_free(facts);
	frame_free(f);
	return 0;
}
