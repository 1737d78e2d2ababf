/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manual man TEMPLATE | bash | zsh | fish: writes it to stdout. */
#include <string.h>

#include "manual/manual.h"

static const struct {
	const char *name;
	void (*write)(FILE *out);
} shells[] = { { "bash", bash_write }, { "zsh", zsh_write }, { "fish", fish_write } };

static int man(const char *path)
{
	FILE *template = fopen(path, "r");
	int r;

	if (!template) {
		perror(path);
		return 1;
	}
	r = man_write(stdout, template);
	fclose(template);
	return r;
}

int main(int argc, char **argv)
{
	int r = 2;

	if (argc == 3 && !strcmp(argv[1], "man"))
		r = man(argv[2]);
	for (size_t i = 0; argc == 2 && i < sizeof(shells) / sizeof(shells[0]); i++)
		if (!strcmp(argv[1], shells[i].name)) {
			shells[i].write(stdout);
			r = 0;
		}
	if (r == 2)
		fputs("usage: manual man TEMPLATE | bash | zsh | fish\n", stderr);
	return fflush(stdout) || ferror(stdout) ? 1 : r;
}
