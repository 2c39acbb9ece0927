/* SPDX-License-Identifier: MIT
 *
 * Searching bytes for one text, over and over, at the speed of memory.
 */
#ifndef BASE_NEEDLE_H
#define BASE_NEEDLE_H

#include "base/str.h"

/* The text, and two places in it whose letters are the rarest: they are looked for first. */
struct needle {
    struct span text; /* borrowed; not empty */
    size_t one, other;
};

struct needle needle_of(struct span text);
/* Where the text begins first at or behind `from`, or -1. Reads nothing outside `in`. */
ptrdiff_t needle_find(const struct needle *needle, struct span in, size_t from);

/* How often a byte stands in `in` from `from` to before `to`; *behind is set to where the last one ends,
 * left as it is where there is none. */
size_t needle_count(char byte, struct span in, size_t from, size_t to, size_t *behind);

/* In rows that each end in `end`, a byte that is not in the needle: sets the bit first + i of `bits` for each row i
 * that has the text in it. How many it set. Quicker than the two above where every few rows have it. */
size_t needle_rows(const struct needle *needle, char end, struct span in, uint64_t *bits, size_t first);

#endif
