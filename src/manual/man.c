/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The manual page: prose from the template, tables from the program. */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "manual/manual.h"
#include "ui/keymap.h"

#define MORE_MAX 64

/* Prose of the template that follows the line of an option: "@more NAME" to "@end". */
struct more {
	char *name, *text;
	bool used;
};

struct page {
	FILE *out;
	struct more more[MORE_MAX];
	int n_more;
};

/* Text as roff: nothing in it may be taken for a command, - is a minus. */
static void text_print(FILE *out, const char *text)
{
	static const struct {
		char c;
		const char *roff;
	} special[] = { { '-', "\\-" },	   { '\\', "\\e" },  { '~', "\\(ti" }, { '^', "\\(ha" },
			{ '\'', "\\(aq" }, { '`', "\\(ga" }, { '"', "\\(dq" } };

	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		const char *roff = NULL;

		for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
			if (special[i].c == *text)
				roff = special[i].roff;
		if (roff)
			fputs(roff, out);
		else
			fputc(*text, out);
	}
}

/* A sentence: the tables have neither a capital in front nor a full stop. */
static void sentence_print(FILE *out, const char *text)
{
	char first[2] = { text[0] >= 'a' && text[0] <= 'z' ? (char)(text[0] - 32) : text[0] };
	size_t n = strlen(text);

	/* a name stays as it is written */
	if (strcspn(text, "_") < strcspn(text, " "))
		first[0] = text[0];
	text_print(out, first);
	text_print(out, text + 1);
	fputs(n && text[n - 1] == '.' ? "\n" : ".\n", out);
}

/* .TP with a bold term */
static void term_print(FILE *out, const char *term)
{
	fputs(".TP\n.B ", out);
	text_print(out, term);
	fputc('\n', out);
}

/* ARGUMENTS in italics, what stands between them upright. */
static void argument_print(FILE *out, const char *argument)
{
	bool italic = false;

	for (; *argument; argument++) {
		bool upper = *argument >= 'A' && *argument <= 'Z';

		if (upper != italic)
			fputs(upper ? "\\fI" : "\\fR", out);
		italic = upper;
		text_print(out, (char[]){ *argument, 0 });
	}
	fputs(italic ? "\\fR\n" : "\n", out);
}

static void options_print(struct page *page)
{
	const struct option_row *row;
	FILE *out = page->out;

	for (size_t i = 0; (row = option_row(i)); i++) {
		fputs(".TP\n", out);
		if (row->letter < OPTION_LONG)
			fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
		fputs("\\fB\\-\\-", out);
		text_print(out, row->name);
		fputs(row->argument ? "\\fR " : "\\fR\n", out);
		if (row->argument)
			argument_print(out, row->argument);
		sentence_print(out, row->help);
		for (int m = 0; m < page->n_more; m++)
			if (!strcmp(page->more[m].name, row->name)) {
				fputs(page->more[m].text, out);
				page->more[m].used = true;
			}
	}
}

/* By which settings give it other keys; the same word again is for the next of its keys. */
static void actions_print(FILE *out, const char *names)
{
	const char *before = "";
	size_t len;

	for (const char *p = names; p && *p; p += len + (p[len] == ' ')) {
		len = strcspn(p, " ");
		if (strncmp(before, p, len))
			fprintf(out, "%s\\fB%.*s\\fR", *before ? ", " : "In settings: ", (int)len, p);
		before = p;
	}
	if (*before)
		fputs(".\n", out);
}

static void keys_print(struct page *page)
{
	struct keymap keymap;
	char keys[64];

	keymap_default(&keymap);

	for (int group = 0; group < KEYS_GROUPS; group++) {
		fprintf(page->out, ".SS %s\n", binding_group_title((enum binding_group)group));
		for (const struct binding *b = bindings; b->help; b++) {
			if ((int)b->group != group)
				continue;
			keymap_keys(&keymap, b, keys, sizeof(keys));
			term_print(page->out, keys);
			sentence_print(page->out, b->help);
			actions_print(page->out, b->name);
		}
	}
}

static void panels_describe(struct page *page)
{
	for (const struct panel *const *p = panels; *p; p++) {
		fprintf(page->out, ".TP\n.B %s\n", (*p)->name);
		if ((*p)->key)
			fprintf(page->out, "Key %c.\n", (*p)->key);
		sentence_print(page->out, (*p)->help);
	}
}

static void column_print(struct page *page, const struct panel *p, const struct column *c)
{
	const char *from = column_origin(p, c);

	term_print(page->out, c->name);
	sentence_print(page->out, c->help);
	if (!from)
		return;
	fputs("From ", page->out);
	text_print(page->out, from);
	fputs(".\n", page->out);
}

static bool is_shared(const struct column *c)
{
	return panels[1] && panel_column(panels[1], c->name) && column_is_common(panels[1], c);
}

static void columns_describe(struct page *page)
{
	fputs(".SS All panels about processes\n", page->out);
	for (const struct column *c = panels[0]->columns; c->name; c++)
		if (column_is_exported(c) && is_shared(c))
			column_print(page, panels[0], c);
	for (const struct panel *const *p = panels; *p; p++) {
		fprintf(page->out, ".SS %s\n", (*p)->name);
		for (const struct column *c = (*p)->columns; c->name; c++) {
			const struct column *shared = panel_column(panels[0], c->name);

			if (column_is_exported(c) &&
			    !(shared && is_shared(shared) && !strcmp(shared->help, c->help)))
				column_print(page, *p, c);
		}
	}
}

/* A line of prose; what stands between @ in it is known only now. */
static void prose_print(struct page *page, const char *line)
{
	static const struct {
		const char *mark, *text;
	} marks[] = { { "@version@", PROBETOP_VERSION }, { "@themes@", PROBETOP_THEME_DIR } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *at = strstr(line, marks[i].mark);

		if (!at)
			continue;
		fprintf(page->out, "%.*s%s%s", (int)(at - line), line, marks[i].text,
			at + strlen(marks[i].mark));
		return;
	}
	fputs(line, page->out);
}

static void more_read(struct page *page, const char *name, FILE *template)
{
	struct more *m = &page->more[page->n_more];
	size_t size = 0;
	FILE *text;
	char line[1000];

	if (page->n_more == MORE_MAX)
		return;
	page->n_more++;
	m->name = xstrdup(name);
	text = open_memstream(&m->text, &size);
	while (text && fgets(line, sizeof(line), template) && strcmp(line, "@end\n"))
		fputs(line, text);
	if (text)
		fclose(text);
}

static void line_write(struct page *page, const char *line, FILE *template)
{
	static const struct {
		const char *line;
		void (*print)(struct page *page);
	} tables[] = { { "@options@\n", options_print },
		       { "@keys@\n", keys_print },
		       { "@panels@\n", panels_describe },
		       { "@columns@\n", columns_describe } };
	char skipped[1000];

	if (!strncmp(line, "@more ", 6)) {
		while (fgets(skipped, sizeof(skipped), template) && strcmp(skipped, "@end\n"))
			;
		return;
	}
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (!strcmp(line, tables[i].line)) {
			tables[i].print(page);
			return;
		}
	prose_print(page, line);
}

int man_write(FILE *out, FILE *template)
{
	struct page page = { .out = out };
	char line[1000], name[40];
	int r = 0;

	/* first the blocks, wherever they stand */
	while (fgets(line, sizeof(line), template))
		if (sscanf(line, "@more %39s", name) == 1)
			more_read(&page, name, template);
	rewind(template);
	while (fgets(line, sizeof(line), template))
		line_write(&page, line, template);
	for (int i = 0; i < page.n_more; i++) {
		if (!page.more[i].used) {
			fprintf(stderr, "manual: @more %s: there is no such option\n",
				page.more[i].name);
			r = 1;
		}
		free(page.more[i].name);
		free(page.more[i].text);
	}
	return r;
}
