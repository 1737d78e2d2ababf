/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of words in one string, with blanks between. */
#ifndef PROBETOP_WORDS_H
#define PROBETOP_WORDS_H

#include <stdbool.h>
#include <string.h>

/* Are the len bytes at word one of them?  words NULL: none is. */
static inline bool words_have_bytes(const char *words, const char *word, size_t len)
{
	for (const char *at = words; at && *at; at += strcspn(at, " ")) {
		at += strspn(at, " ");
		if (strcspn(at, " ") == len && !memcmp(at, word, len))
			return true;
	}
	return false;
}

static inline bool words_have(const char *words, const char *word)
{
	return words_have_bytes(words, word, strlen(word));
}

#endif
