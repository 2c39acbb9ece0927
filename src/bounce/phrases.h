/* SPDX-License-Identifier: MIT
 *
 * Many phrases found in one pass (Aho and Corasick 1975), over folded text (fold.h). A phrase begins
 * at the beginning of a word. `*` in a phrase stands for up to PHRASE_GAP bytes of anything, "{a,b}" for
 * either of the words. What is longer than 400 bytes then is never found.
 */
#ifndef BOUNCE_PHRASES_H
#define BOUNCE_PHRASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define PHRASE_GAP 80

struct phrases;

struct phrase_hit {
    uint32_t phrase; /* its index in the array given to phrases_new() */
    uint32_t from, to;
    bool gap; /* there was a `*` in it */
};

/* Copies what it needs of `texts` (not folded yet). The caller frees. */
struct phrases *phrases_new(const char *const *texts, size_t n);
void phrases_free(struct phrases *phrases);

/* Writes at most `max` hits, in order of their ends; returns how many. Linear in the text. */
size_t phrases_find(const struct phrases *phrases, struct span folded, struct phrase_hit *hits,
                    size_t max);

#endif
