/* SPDX-License-Identifier: MIT
 *
 * Numbers, times and shell words as an operator reads them. All add to out.
 */
#ifndef SCREEN_WORDS_H
#define SCREEN_WORDS_H

#include <stdint.h>

#include "base/str.h"

void words_number(uint64_t n, struct str *out);               /* "12,408" */
/* A number in its words, `format` as ngettext chose it: "%s invalid". */
void words_counted(const char *format, uint64_t n, struct str *out);
void words_more(uint64_t n, struct str *out);                 /* "  and 12 more" */
void words_ago(int64_t time, int64_t now, struct str *out);   /* "12 min ago", "3 days ago" */
void words_since(int64_t time, int64_t now, int width, struct str *out); /* "21 Nov"; of old ones the year alone where the width is small */
void words_quote(struct span word, struct str *out);          /* for a shell: 'it'\''s' where needed */

/* A typed path: ~/ at its beginning is the shell's, which is not here. */
void words_home(struct span typed, struct str *out);

/* Splits a typed command line at blanks, with '…', "…" and \ as a shell has them. Returns an array
 * of `*n` words, NULL behind the last; free each and the array by words_free(). NULL: an open quote. */
char **words_split(struct span line, size_t *n);
void words_free(char **words);

/* A step's command line as people read it: without "zwrotka", --store and --config. Adds to out. */
void words_command(struct span command, struct str *out);

#endif
