/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that ask for a text: filter, group. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app.h"
#include "ui/bindings.h"

bool filter_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size)
{
	struct filter *f = NULL;
	struct filter_error wrong = { 0 };
	int r = filter_parse(&f, ui_level(ui)->q.panel, text, &wrong);

	filter_free(f);
	*ret_at = wrong.column;
	snprintf(error, size, "%s", wrong.text);
	return r == 0;
}

void filter_set(struct ui *ui, const char *text)
{
	struct filter_error wrong;

	if (query_set_filter(&ui_level(ui)->q, text, &wrong)) {
		ui_message(ui, ROLE_ERROR, "at column %zu: %s", wrong.column + 1, wrong.text);
		return;
	}
	summary_open(&ui->summary, &ui_level(ui)->q);
	ui_refresh(ui);
}

void filter_type(struct ui *ui, const char *text)
{
	const char *before = ui_level(ui)->q.filter_text;
	bool other = strcmp(before ? before : "", text) != 0;

	filter_set(ui, text);
	/* what a step down has made stays what it is */
	if (other)
		select_typed(ui);
}

void action_filter(struct ui *ui, int key)
{
	(void)key;
	view_push(ui, view_prompt_new(ui, &(struct prompt){
						  .label = "Filter",
						  .text = ui_level(ui)->q.filter_text,
						  .complete = complete_filter,
						  .recall = &ui->filters,
						  .check = filter_check,
						  .done = filter_type,
					  }));
}

bool group_check(struct ui *ui, const char *text, size_t *ret_at, char *error, size_t size)
{
	struct query q;
	int r;

	query_init(&q, ui_level(ui)->q.panel);
	r = query_set_group(&q, text, error, size);
	query_done(&q);
	*ret_at = 0;
	return r == 0;
}

void group_set(struct ui *ui, const char *text)
{
	char error[300];

	if (query_set_group(&ui_level(ui)->q, text, error, sizeof(error)))
		ui_message(ui, ROLE_ERROR, "%s", error);
	ui_level(ui)->seen = 0;
	ui_refresh(ui);
}

void group_ask(struct ui *ui)
{
	view_push(ui, view_prompt_new(ui, &(struct prompt){
						  .label = "Group by",
						  .complete = complete_group,
						  .recall = &ui->groups,
						  .check = group_check,
						  .done = group_set,
					  }));
}
