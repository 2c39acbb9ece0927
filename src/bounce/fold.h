/* SPDX-License-Identifier: MIT
 *
 * What servers say, made comparable: lower case, accents off, white space folded, quotes dropped,
 * curly apostrophes made plain, each address become "@", each IP address "#", reply codes that begin
 * continued lines and enhanced status codes dropped.
 */
#ifndef BOUNCE_FOLD_H
#define BOUNCE_FOLD_H

#include "base/str.h"
#include "mail/arena.h"

/* Bytes that folding n bytes may take. */
#define FOLD_ROOM(n) ((n) * 2 + 8)

/* Writes the folded form of valid UTF-8 to out (FOLD_ROOM bytes) and returns its length. */
size_t fold_write(struct span text, char *out);
struct span fold_words(struct arena *arena, struct span text);

/* Folded words without what stands between noun and verb: addresses and whatever is in <>, () or []
 * ("account <x> has been suspended" → "account has been suspended"). Writes at most folded.n bytes
 * to out and returns how many. */
size_t fold_bare(struct span folded, char *out);

#endif
