/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/record.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/file_create.h"
#include "core/mem.h"
#include "ui/app.h"

void file_name(const struct ui *ui, const char *panel, const char *suffix, char *buf, size_t size)
{
	const struct frame *f = ui_frame(ui);
	time_t now = f ? (time_t)(f->wall_ns / 1000000000) : 0;
	const struct host_rec *host = NULL;
	char when[32], name[65];
	struct tm tm;

	if (f && f->s[STREAM_HOST].count)
		host = sample_rec(&f->s[STREAM_HOST], STREAM_HOST, 0);
	snprintf(name, sizeof(name), "%.64s", host && host->name[0] ? host->name : "host");
	for (char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
			*p = '.' == *p && p > name ? '.' : '_';
	localtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &tm);
	snprintf(buf, size, "probetop-%s-%s%s%s.%s", name, when, panel ? "-" : "",
		 panel ? panel : "", suffix);
}

const char *path_whole(const char *path, char *buf)
{
	return realpath(path, buf) ? buf : path;
}

static void record_failed(struct ui *ui, const char *path, int r)
{
	ui_message(ui, ROLE_ERROR, "%s: %s", path, file_error(r));
}

int record_start(struct ui *ui, const char *path)
{
	int r = recorder_open(&ui->recorder, path, !ui->session.source->live);
	char where[PATH_MAX];

	if (!r)
		r = recorder_write(ui->recorder, NULL, ui->session.cur, ui->session.facts);
	if (r) {
		if (ui->recorder)
			recorder_close(ui->recorder);
		ui->recorder = NULL;
		record_failed(ui, path, r);
		return r;
	}
	ui->record_dropped = 0;
	ui->record_path = xstrdup(path);
	ui_message(ui, ROLE_STATE, "recording into %s", path_whole(path, where));
	return 0;
}

void record_stop(struct ui *ui)
{
	char where[PATH_MAX];
	int r;

	if (!ui->recorder)
		return;
	r = recorder_close(ui->recorder);
	ui->recorder = NULL;
	if (r)
		record_failed(ui, ui->record_path, r);
	else
		ui_message(ui, ROLE_STATE, "recorded into %s", path_whole(ui->record_path, where));
	free(ui->record_path);
	ui->record_path = NULL;
}

void record_frame(struct ui *ui)
{
	const struct session *s = &ui->session;
	int r = ui->recorder ? recorder_write(ui->recorder, s->prev, s->cur, s->facts) : 0;

	if (!r && ui->recorder && recorder_dropped(ui->recorder) > ui->record_dropped) {
		ui->record_dropped = recorder_dropped(ui->recorder);
		ui_message(ui, ROLE_ERROR, "the disk is too slow: %llu frames are not recorded",
			   (unsigned long long)ui->record_dropped);
	}
	if (r) {
		recorder_close(ui->recorder);
		ui->recorder = NULL;
		record_failed(ui, ui->record_path, r);
		free(ui->record_path);
		ui->record_path = NULL;
	}
}
