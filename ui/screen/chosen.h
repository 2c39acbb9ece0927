/* SPDX-License-Identifier: MIT
 *
 * How many of the list's hits are selected, and selecting all of them: in pieces, for of ten million
 * either takes longer than a key may wait.
 */
#ifndef SCREEN_CHOSEN_H
#define SCREEN_CHOSEN_H

#include "screen/hits.h"
#include "screen/selection.h"

struct chosen {
    uint64_t swaps, changes; /* as counted */
    size_t n, selected;      /* of the first n hits */
    bool all;                /* all hits are to be selected */
    uint64_t put_swaps;      /* of these hits */
    size_t put;              /* the first so many are */
    size_t before;           /* selected when that began */
};

/* All hits are to be selected: chosen_put() does it. */
void chosen_all(struct chosen *chosen, const struct selection *selection);
/* A piece of that, once the hits are complete; true if there is more to do or to wait for. At the end
 * `all` is false, and *changed says whether anybody was selected who was not before. */
bool chosen_put(struct chosen *chosen, const struct hits *hits, struct selection *selection,
                bool *changed);
/* A piece of counting; true if there is more to do. */
bool chosen_count(struct chosen *chosen, const struct hits *hits, const struct selection *selection);
/* How many of the hits are selected. False: not counted yet; of few hits it is at once. */
bool chosen_known(struct chosen *chosen, const struct hits *hits, const struct selection *selection,
                  size_t *n);

#endif
