/* SPDX-License-Identifier: MIT
 *
 * "Did you mean": the nearest of some words.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/str.h"

/* Offers candidates one by one; keeps the nearest to `word` by optimal string alignment distance
 * (a swap counts one), ASCII case aside, at most a third of its length away. */
struct nearest {
    struct span word;
    const char *best; /* out, borrowed from the offers; NULL: none is near */
    unsigned distance_;
};
void nearest_begin(struct nearest *nearest, struct span word);
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
